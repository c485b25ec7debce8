"""The administration of who can come."""

from partners.admin import accounts, directory, roster

__all__ = ["accounts", "directory", "roster"]
