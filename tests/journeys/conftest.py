"""The PostgreSQL server of the store's tests, for lives on it."""

from tests.store.conftest import postgres_url

__all__ = ["postgres_url"]
