"""Points and the accounts they are counted in."""
