"""Code lists: the wording of the 2024 action plan and of the law, as data."""
