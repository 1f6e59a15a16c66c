"""The second look: what a history says must follow from what it was given, by the rules of its day.

Replay proves the order of deeds, not their content; so every recorded decision is derived once more
from the recorded inputs with the pure rules, and compared value by value. Nothing in here needs a
database or mail.
"""
