"""Policies and calendars: proposing, applying, explaining them."""
