"""The one kind of error a person sees: what is wrong, and what to do about it."""


class CannotRun(Exception):
    """Raised with one or two plain sentences; printed without a traceback."""
