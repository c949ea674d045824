"""One machine, one command: the programs of a site, kept running and ended together."""
