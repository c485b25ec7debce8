"""Django's PostgreSQL backend for connections through PgBouncer in session mode."""
