"""Everything on one machine: the servers that `bihuan run` starts, and their supervision."""
