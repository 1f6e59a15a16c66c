"""The queue between ordered notices and the relay.

A notice whose hour has come is given its recipients, reminders of one morning are gathered in a
digest, and each parcel is handed over in attempts until its notices are settled.
"""
