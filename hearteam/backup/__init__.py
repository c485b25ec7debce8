"""Backups of the whole database: written with PostgreSQL's own programs, each with a manifest that it is proven by."""
