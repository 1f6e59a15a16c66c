"""How problems come in: one by one and by list."""
