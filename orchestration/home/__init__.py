"""What lies under EARLYHELP_HOME: durable files and logs that can be trusted, whatever they are for."""
