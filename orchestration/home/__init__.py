"""What lies under EARLYHELP_HOME, whoever uses it: who may read which place, logs that can be trusted, the disk."""
