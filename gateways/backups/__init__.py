"""Everything the system is, copied as one and brought back as one."""
