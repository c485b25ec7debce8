"""What stops a backup or a restore, in one sentence."""


class CannotBackUp(Exception):
    """A backup or restore that cannot go on; the words are for the person at the terminal."""
