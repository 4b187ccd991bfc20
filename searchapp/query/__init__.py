"""The query language: what a person typed becomes a tree that every engine answers alike."""

from searchapp.query.parser import Query, parse

__all__ = ["Query", "parse"]
