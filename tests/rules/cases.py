"""Answers, availabilities and rulesets that tests start from."""

from dataclasses import replace

from hypothesis import strategies as st

from dispatch.rules.ruleset import Answer, Column, Condition, Match, Question, TeamAvailability, Unavailable
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


def question(field, *codes, clear=1, **more):
    """A question a city added: its answers from calm to dangerous, the first `clear` of them clear, then UNKNOWN."""
    answers = [
        Answer(code, code.capitalize(), code[0], rank, rank < clear, f"{field} {code.lower()}")
        for rank, code in enumerate(codes)
    ]
    unknown = Answer("UNKNOWN", "Unknown", "U", len(codes) - 1, False, f"{field} unknown")
    wording = {"label": field.capitalize(), "ask_en": f"{field}?", "ask_es": f"¿{field}?", "hint": ""}
    return Question(field=field, answers=(*answers, unknown), not_asked="UNKNOWN", **{**wording, **more})


FIREARM = question("firearm", "NONE", "STORED", "LOOSE")
CROWD = question("crowd", "NONE", "SOME", "MANY", clear=2)


def with_firearm(version=2):
    """The default table with one question more: police come unless somebody says that there is no firearm."""
    clear = Column("firearm", frozenset({"NONE"}))
    unclear = Column("firearm", frozenset({"STORED", "LOOSE", "UNKNOWN"}))

    def asks(rule):
        column = unclear if rule.code == "R5" else clear
        asked = replace(rule.when, columns=(*rule.when.columns, column))
        return replace(rule, when=asked) if rule.code in ("R5", "R6", "R7", "R8") else rule

    questions = (*RULESET.questions, FIREARM)
    rules = tuple(asks(rule) for rule in RULESET.rules)
    return replace(RULESET, version=version, questions=questions, rules=rules, cases=())


@st.composite
def conditions(draw, questions):
    """Any condition over a few of the questions."""
    asked = draw(st.lists(st.sampled_from(questions), max_size=3, unique_by=lambda one: one.field))
    columns = [Column(one.field, draw(st.frozensets(st.sampled_from(one.codes), min_size=1))) for one in asked]
    return Condition(draw(st.sampled_from(Match)), tuple(columns))


@st.composite
def edited_rulesets(draw):
    """The default table with questions added, conditions exchanged, rules moved and options dropped; often unsafe."""
    questions = (*RULESET.questions, *draw(st.sampled_from([(), (FIREARM,), (FIREARM, CROWD)])))

    def edited(condition):
        return draw(conditions(questions)) if draw(st.integers(0, 3)) == 0 else condition

    def option(row):
        return replace(
            row,
            additions=tuple(replace(one, when=edited(one.when)) for one in row.additions),
            joins=tuple(replace(one, when=edited(one.when)) for one in row.joins),
        )

    def outcome(row):
        return replace(
            row,
            when=edited(row.when),
            priority_when=tuple(replace(one, when=edited(one.when)) for one in row.priority_when),
            options=tuple(option(one) for one in row.options[draw(st.integers(0, 1)) * (len(row.options) > 1) :]),
        )

    rules = [
        replace(row, when=edited(row.when), outcomes=tuple(outcome(one) for one in row.outcomes))
        for row in draw(st.permutations(RULESET.rules))
    ]
    return replace(RULESET, questions=questions, rules=tuple(rules))
