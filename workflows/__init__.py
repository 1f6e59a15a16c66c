"""The waiting: workflows ask `domain` what comes next, wait for it, and order what follows.

Nothing here computes a date, a score or a next state, and nothing here loads a database, a mail
or a web library; the deeds are abstract ports that `activities/` implements.
"""
