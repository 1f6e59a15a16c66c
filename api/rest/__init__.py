"""The REST doors under `/api/v1`; OpenAPI is their contract."""
