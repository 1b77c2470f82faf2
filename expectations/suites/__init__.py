"""What must hold, source by source: each module's SUITES, in the words of `expectations.suites.rules`."""
