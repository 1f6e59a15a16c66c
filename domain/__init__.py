"""The rules of Bihuan: pure functions over frozen values. No clock, no randomness, no input."""
