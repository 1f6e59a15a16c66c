"""The decisions, one file per part of a life; `domain.decide` is their door."""
