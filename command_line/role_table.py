"""`make docs`: the table of who may do what, on standard output."""

from __future__ import annotations

from office.acts.role_table import role_table

if __name__ == "__main__":
    print(role_table(), end="")
