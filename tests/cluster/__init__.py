"""The production shape without containers, run by `make cluster`."""
