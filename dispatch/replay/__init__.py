"""Recorded days brought back to life through the actions a person uses, and the invented day of a demonstration."""
