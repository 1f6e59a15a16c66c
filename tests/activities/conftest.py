"""The databases of the store's tests, for tests of what acts on them."""

from tests.store.conftest import (
    clock,
    db,
    postgres_template,
    postgres_url,
    sqlite_template,
    sqlite_url,
    url,
)

__all__ = [
    "clock",
    "db",
    "postgres_template",
    "postgres_url",
    "sqlite_template",
    "sqlite_url",
    "url",
]
