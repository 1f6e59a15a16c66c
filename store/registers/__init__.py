"""What is kept by hand: contacts, groups, lists, rules."""
