"""Answers and availabilities that tests start from."""

from dispatch.rules.ruleset import TeamAvailability, Unavailable
from dispatch.rules.ruleset_file import load_default_ruleset

RULESET = load_default_ruleset()
TEAMS = ("CRMHC", "CRT", "WHEELER")
CLEAR_ADULT = {
    "weapon": "NONE",
    "violence": "NONE",
    "medical": "NONE",
    "self_harm": "NONE",
    "scene": "SAFE",
    "crime": "NONE_OR_MINOR",
    "age": "ADULT",
    "acuity": "LOW",
    "caller_wants_police": "NO",
    "premise_caution": "NO",
}


def answered(**changes):
    """A clear adult call with some answers changed."""
    return {**CLEAR_ADULT, **changes}


def available(*teams, busy=()):
    """Availability with these teams free, `busy` ones on calls, and the rest off hours."""
    state = {team: TeamAvailability(False, Unavailable.OFF_HOURS, "off hours") for team in TEAMS}
    state |= {team: TeamAvailability(False, Unavailable.BUSY, "all units are on calls") for team in busy}
    return state | {team: TeamAvailability(True) for team in teams}


EVERYBODY = available(*TEAMS)
NOBODY = available()
