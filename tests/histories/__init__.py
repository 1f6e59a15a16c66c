"""Recorded lives, named for what makes them special; every one must replay and re-derive."""
