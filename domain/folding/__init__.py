"""How events change a problem, one file per kind of life; `domain.fold` is their door."""
