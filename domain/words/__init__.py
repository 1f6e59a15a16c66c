"""Every sentence about a date, an event, a turn or a rule, made from the life's own rules.

Pages, phones, mails, lists and the Temporal page say what is made here; doors only place it.
"""
