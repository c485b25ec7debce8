"""Edits of a ruleset as a hurried or careless hand makes them, seeded: each gives another ruleset."""

import random
from dataclasses import replace

from dispatch.rules.ruleset import ALWAYS, Column, Condition, Match
from dispatch.rules.structure import structure_problems
from tests.rules.cases import RULESET

DEFAULT = replace(RULESET, cases=())
"""Without its golden cases, so that the proof alone has to find what is wrong."""


def drop_rule(ruleset, draw):
    place = draw.randrange(len(ruleset.rules) - 1)
    return replace(ruleset, rules=ruleset.rules[:place] + ruleset.rules[place + 1 :])


def swap_rules(ruleset, draw):
    one, other = draw.sample(range(len(ruleset.rules) - 1), 2)
    rules = list(ruleset.rules)
    rules[one], rules[other] = rules[other], rules[one]
    return replace(ruleset, rules=tuple(rules))


def drop_answer(ruleset, draw):
    return on_rule_condition(ruleset, draw, lambda condition: on_column(condition, draw, lambda codes: codes[1:]))


def add_answer(ruleset, draw):
    def grown(condition):
        column = draw.choice(condition.columns)
        code = draw.choice(ruleset.question(column.question).codes)
        return swap(condition, column, Column(column.question, column.accepts | {code}))

    return on_rule_condition(ruleset, draw, grown)


def drop_column(ruleset, draw):
    def shorter(condition):
        gone = draw.choice(condition.columns)
        return replace(condition, columns=tuple(column for column in condition.columns if column is not gone))

    return on_rule_condition(ruleset, draw, shorter)


def any_for_all(ruleset, draw):
    other = {Match.ANY: Match.ALL, Match.ALL: Match.ANY}
    return on_rule_condition(ruleset, draw, lambda condition: replace(condition, match=other[condition.match]))


def change_tier(ruleset, draw):
    return on_outcome(ruleset, draw, lambda outcome: replace(outcome, tier=draw.randint(1, 4), alternatives=()))


def drop_outcome_condition(ruleset, draw):
    return on_outcome(ruleset, draw, lambda outcome: replace(outcome, when=ALWAYS))


def drop_outcome(ruleset, draw):
    def fewer(rule):
        return replace(rule, outcomes=rule.outcomes[1:])

    return on_rule(ruleset, draw, fewer)


def swap_outcomes(ruleset, draw):
    return on_rule(ruleset, draw, lambda rule: replace(rule, outcomes=rule.outcomes[::-1]))


def drop_police(ruleset, draw):
    return on_option(ruleset, draw, lambda option: without(option, "POLICE"))


def drop_ems(ruleset, draw):
    return on_option(ruleset, draw, lambda option: without(option, "EMS"))


def send_police_too(ruleset, draw):
    return on_option(ruleset, draw, lambda option: replace(option, send=with_role(option.send, "POLICE")))


def send_ems_too(ruleset, draw):
    return on_option(ruleset, draw, lambda option: replace(option, send=with_role(option.send, "EMS")))


def send_another_team(ruleset, draw):
    def other(option):
        teams = {code: draw.choice(ruleset.teams).code for code in option.teams}
        return replace(option, send=tuple(teams.get(code, code) for code in option.send))

    return on_option(ruleset, draw, other)


def join_enters_at_once(ruleset, draw):
    """The joining team becomes part of the response wherever it is available."""

    def sent(outcome):
        place = draw.choice([place for place, option in enumerate(outcome.options) if option.joins])
        option = outcome.options[place]
        inside = replace(option, send=with_role(option.send, option.joins[0].team), joins=())
        return replace(outcome, options=(*outcome.options[:place], inside, *outcome.options[place:]))

    return on_outcome(ruleset, draw, sent)


def join_without_condition(ruleset, draw):
    def freely(option):
        return replace(option, joins=tuple(replace(join, when=ALWAYS) for join in option.joins))

    return on_option(ruleset, draw, freely)


def drop_addition(ruleset, draw):
    return on_option(ruleset, draw, lambda option: replace(option, additions=option.additions[1:]))


def narrow_addition(ruleset, draw):
    def narrower(option):
        first = option.additions[0]
        when = on_column(first.when, draw, lambda codes: codes[:-1])
        return replace(option, additions=(replace(first, when=when), *option.additions[1:]))

    return on_option(ruleset, draw, narrower)


def swap_options(ruleset, draw):
    def swapped(outcome):
        return replace(outcome, options=(outcome.options[1], outcome.options[0], *outcome.options[2:]))

    return on_outcome(ruleset, draw, swapped)


def drop_fallback(ruleset, draw):
    return on_outcome(ruleset, draw, lambda outcome: replace(outcome, options=outcome.options[1:]))


def widen_ages(ruleset, draw):
    ages = frozenset(draw.sample(ruleset.question("age").codes, 3))
    return on_team(ruleset, draw, lambda team: replace(team, ages=team.ages | ages))


def other_ages(ruleset, draw):
    ages = frozenset({draw.choice(ruleset.question("age").codes)})
    return on_team(ruleset, draw, lambda team: replace(team, ages=ages))


def drop_requires(ruleset, draw):
    return on_team(ruleset, draw, lambda team: replace(team, requires=ALWAYS))


def require_more(ruleset, draw):
    scene = Condition(Match.ALL, (Column("scene", frozenset({"SAFE"})),))
    return on_team(ruleset, draw, lambda team: replace(team, requires=scene))


KINDS = (
    drop_rule, swap_rules, drop_answer, add_answer, drop_column, any_for_all, change_tier, drop_outcome_condition,
    drop_outcome, swap_outcomes, drop_police, drop_ems, send_police_too, send_ems_too, send_another_team,
    join_enters_at_once, join_without_condition, drop_addition, narrow_addition, swap_options, drop_fallback,
    widen_ages, other_ages, drop_requires, require_more,
)  # fmt: skip


def mutations(count, start=DEFAULT):
    """That many different rulesets, each one edit away from `start` and well-formed: (name, ruleset).

    The kinds of edit take turns; one whose edits are used up, or that finds nothing to edit, is passed over.
    """
    found = {}
    for turn in range(count * 10):
        kind = KINDS[turn % len(KINDS)]
        ruleset = edited(kind, start, random.Random(turn))
        if ruleset is not None and ruleset not in (start, *found.values()):
            found[f"{kind.__name__}-{turn}"] = ruleset
            if len(found) == count:
                break
    return found


def edited(kind, ruleset, draw):
    """The ruleset after one edit of a kind; None where that leaves nothing well-formed."""
    for _ in range(20):
        try:
            changed = kind(ruleset, draw)
        except IndexError:
            continue
        if changed != ruleset and not structure_problems(changed):
            return changed
    return None


def on_rule(ruleset, draw, change):
    place = draw.randrange(len(ruleset.rules) - 1)
    rules = list(ruleset.rules)
    rules[place] = change(rules[place])
    return replace(ruleset, rules=tuple(rules))


def on_rule_condition(ruleset, draw, change):
    return on_rule(ruleset, draw, lambda rule: replace(rule, when=change(rule.when)))


def on_outcome(ruleset, draw, change):
    def changed(rule):
        place = draw.randrange(len(rule.outcomes))
        outcomes = list(rule.outcomes)
        outcomes[place] = change(outcomes[place])
        return replace(rule, outcomes=tuple(outcomes))

    return on_rule(ruleset, draw, changed)


def on_option(ruleset, draw, change):
    def changed(outcome):
        place = draw.randrange(len(outcome.options))
        options = list(outcome.options)
        options[place] = change(options[place])
        return replace(outcome, options=tuple(options))

    return on_outcome(ruleset, draw, changed)


def on_team(ruleset, draw, change):
    place = draw.randrange(len(ruleset.teams))
    teams = list(ruleset.teams)
    teams[place] = change(teams[place])
    return replace(ruleset, teams=tuple(teams))


def on_column(condition, draw, change):
    column = draw.choice(condition.columns)
    return swap(condition, column, Column(column.question, frozenset(change(sorted(column.accepts)))))


def swap(condition, column, other):
    return replace(condition, columns=tuple(other if row is column else row for row in condition.columns))


def without(option, role):
    return replace(option, send=tuple(code for code in option.send if code != role))


def with_role(send, role):
    return send if role in send else (*send, role)
