"""What lies under EARLYHELP_HOME, whoever uses it: who may read which place, and what surrounds it."""
