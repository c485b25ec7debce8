"""The safety invariants spelled out plainly, apart from the code under test: one set of answers at a time."""

from dataclasses import fields, is_dataclass
from itertools import combinations, product

from dispatch.rules.evaluate import NoRuleMatchesError, evaluate
from dispatch.rules.explain import protection
from dispatch.rules.ruleset import Column, is_civilian

SAFETY = ("weapon", "violence", "medical", "self_harm", "scene", "crime", "caller_wants_police", "premise_caution")
CLEAR = {"NONE", "SAFE", "NONE_OR_MINOR", "NO"}
DANGER = {
    "weapon": {"NONE": 0, "ACCESSIBLE": 1, "UNKNOWN": 1, "IN_HAND": 2},
    "violence": {"NONE": 0, "THREATS": 1, "UNKNOWN": 1, "ACTIVE": 2},
    "medical": {"NONE": 0, "UNKNOWN": 1, "URGENT": 2},
    "scene": {"SAFE": 0, "UNKNOWN": 1, "UNSAFE": 2},
    "crime": {"NONE_OR_MINOR": 0, "UNKNOWN": 1, "SERIOUS": 2},
    "self_harm": {"NONE": 0, "IDEATION": 1, "INTENT": 2, "UNKNOWN": 2, "IN_PROGRESS": 3},
    "acuity": {"LOW": 0, "HIGH": 1, "UNKNOWN": 1},
    "caller_wants_police": {"NO": 0, "YES": 1},
    "premise_caution": {"NO": 0, "YES": 1},
}


def is_clear(field, code):
    return code in CLEAR or (field, code) == ("self_harm", "IDEATION")


def broken_at(ruleset, answers, free):
    """The invariants that one set of answers breaks, its neighbours by answer and by team included."""
    unclear = not all(is_clear(field, answers[field]) for field in SAFETY)
    here, broken = _broken_alone(ruleset, answers, free, unclear)
    if here is None:
        return broken
    for field, dangers in DANGER.items():
        for code, danger in dangers.items():
            if danger <= dangers[answers[field]] and is_less(here, protect(ruleset, {**answers, field: code}, free)):
                broken.add("7")
    for team in {team.code for team in ruleset.teams} - free:
        if is_less(here, protect(ruleset, answers, free | {team})):
            broken.add("8")
    return broken


def _broken_alone(ruleset, answers, free, unclear):
    """How protected a set of answers is, and the invariants it breaks by itself. `unclear`: a safety answer is."""
    try:
        verdict = evaluate(ruleset, answers, free)
    except NoRuleMatchesError:
        return None, {"1"}
    response, joins = set(verdict.response), {join.team for join in verdict.joins}
    civilians = {code for code in response if is_civilian(code)}
    broken = set()
    if not response:
        broken.add("1")
    if unclear and "POLICE" not in response:
        broken.add("2")
    if verdict.tier == 1 and (civilians or not {"POLICE", "EMS"} <= response):
        broken.add("3")
    if "CRT" in civilians | joins and (answers["weapon"], answers["violence"]) != ("NONE", "NONE"):
        broken.add("4")
    if any(not ruleset.team(code).requires.matches(answers) for code in civilians | joins):
        broken.add("4")
    if any(answers["age"] not in ruleset.team(code).ages for code in civilians | joins):
        broken.add("5")
    if (answers["medical"] == "URGENT" or answers["self_harm"] == "IN_PROGRESS") and "EMS" not in response:
        broken.add("6")
    if not (civilians | joins) <= free:
        broken.add("8")
    if verdict.priority > verdict.tier:
        broken.add("7a")
    if verdict.outcome.alternatives and _offered_wrongly(ruleset, answers, verdict, unclear):
        broken.add("2a")
    return protection(verdict.tier, verdict.response), broken


def _offered_wrongly(ruleset, answers, verdict, unclear):
    """Whether waiting for a team or a transfer is offered where it must not be."""
    everybody = frozenset(team.code for team in ruleset.teams)
    if unclear or verdict.tier != 4 or "POLICE" in evaluate(ruleset, answers, everybody).response:
        return True
    for team in (ruleset.team(row.team) for row in verdict.outcome.alternatives if row.team is not None):
        crt = team.code == "CRT" and (answers["weapon"], answers["violence"]) != ("NONE", "NONE")
        if crt or answers["age"] not in team.ages or not team.requires.matches(answers):
            return True
    return False


def protect(ruleset, answers, free):
    verdict = evaluate(ruleset, answers, free)
    return protection(verdict.tier, verdict.response)


def is_less(one, other):
    return any(mine < theirs for mine, theirs in zip(one, other, strict=True))


def broken_anywhere(ruleset):
    """The invariants a ruleset breaks for any answers and any available teams, one set of answers after the other.

    Of answers that no column of the ruleset and no invariant above tells apart one is tried: `evaluate` reads answers
    through columns only, so the others decide alike.
    """
    alike = {question.field: _alike(ruleset, question) for question in ruleset.questions}
    codes = [sorted(set(same.values()), key=list(same).index) for same in alike.values()]
    teams = [team.code for team in ruleset.teams]
    frees = [frozenset(some) for count in range(len(teams) + 1) for some in combinations(teams, count)]
    broken, tables = set(), {free: [] for free in frees}
    for chosen in product(*codes):
        answers = dict(zip(alike, chosen, strict=True))
        unclear = not all(is_clear(field, answers[field]) for field in SAFETY)
        for free, table in tables.items():
            here, wrong = _broken_alone(ruleset, answers, free, unclear)
            broken |= wrong
            table.append(here)
    for free, table in tables.items():
        broken |= _less_with_more_danger(table, list(alike.items()), codes)
        for team in free:
            if any(is_less(less, more) for more, less in _pairs(table, tables[free - {team}])):
                broken.add("8")
    return broken


def _pairs(table, other):
    return {
        (mine, theirs) for mine, theirs in zip(table, other, strict=True) if mine is not None and theirs is not None
    }


def _alike(ruleset, question):
    """Answer -> the first answer that nothing tells it apart from."""
    accepted = [column.accepts for column in _columns(ruleset) if column.question == question.field]
    accepted += [team.ages for team in ruleset.teams] if question.field == "age" else []
    accepted += [{"NONE"}, {"URGENT"}, {"IN_PROGRESS"}]
    first = {}
    return {
        code: first.setdefault((is_clear(question.field, code), *(code in some for some in accepted)), code)
        for code in question.codes
    }


def _columns(part):
    """Every column anywhere in a ruleset."""
    if isinstance(part, Column):
        yield part
    elif is_dataclass(part):
        for one in fields(part):
            yield from _columns(getattr(part, one.name))
    elif isinstance(part, tuple):
        for one in part:
            yield from _columns(one)


def _less_with_more_danger(table, alike, codes):
    stride = len(table)
    for (field, same), offered in zip(alike, codes, strict=True):
        group, stride = stride, stride // len(offered)
        dangers = DANGER.get(field, {})
        steps = {
            (offered.index(same[calmer]), offered.index(same[worse]))
            for calmer, worse in product(dangers, repeat=2)
            if dangers[calmer] <= dangers[worse] and same[calmer] != same[worse]
        }
        for calmer, worse in steps:
            for start in range(0, len(table), group):
                one = table[start + calmer * stride : start + (calmer + 1) * stride]
                other = table[start + worse * stride : start + (worse + 1) * stride]
                if any(is_less(after, before) for before, after in _pairs(one, other)):
                    return {"7"}
    return set()
