"""What people ask of the bureau, whichever door they come through: once, by the rules, recorded."""
