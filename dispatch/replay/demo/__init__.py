"""An invented day: calls come in, simulated colleagues and crews do their part, and leave theirs to whoever signs in.

Nothing is remembered between ticks that is not in the database, so a restart goes on where it was. `day` is the loop,
`invention` draws the calls, `colleagues` answer and dispatch, `crews` drive and work, `presence` says who is a person.
"""
