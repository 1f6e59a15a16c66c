"""Whole lives, lived in minutes: a list of problems and a scripted city and districts.

The same script drives the pure rules alone and the real workflow on the time-skipping server; both
must come to the same answer, and a test says so.
"""
