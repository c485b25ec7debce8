"""The default table with three questions more, of four answers each, every one of which makes a difference."""

from dataclasses import replace

from dispatch.rules.ruleset import Addition, Answer, Column, Condition, Match, Question, Ruleset

ANSWERS = (
    Answer("NO", "No", "N", 0, True, "nothing of the kind"),
    Answer("MAYBE", "Maybe", "M", 1, False, "perhaps something of the kind"),
    Answer("UNKNOWN", "Unknown", "U", 1, False, "not known whether"),
    Answer("YES", "Yes", "Y", 2, False, "something of the kind"),
)


def with_three_more_questions(ruleset: Ruleset) -> Ruleset:
    """NO is clear: R1 takes YES, R5 anything but NO, R6 to R8 only NO. FIRE comes on MAYBE and not on UNKNOWN."""
    fields = [f"city_{number}" for number in range(3)]
    asked = tuple(
        Question(field, f"City {number}", "Is it?", "¿Es?", "", ANSWERS, "UNKNOWN")
        for number, field in enumerate(fields)
    )
    accepted = {"R1": ["YES"], "R5": ["MAYBE", "UNKNOWN", "YES"], "R6": ["NO"], "R7": ["NO"], "R8": ["NO"]}
    rules = []
    for rule in ruleset.rules:
        columns = tuple(Column(field, frozenset(accepted[rule.code])) for field in fields if rule.code in accepted)
        when = replace(rule.when, columns=rule.when.columns + columns)
        rules.append(replace(rule, when=when, outcomes=tuple(map(_fire, rule.outcomes)) if columns else rule.outcomes))
    return replace(ruleset, questions=ruleset.questions + asked, rules=tuple(rules), cases=())


def _fire(outcome):
    """FIRE comes on MAYBE, so that the two middle answers are told apart although both are as dangerous."""
    maybe = Condition(Match.ANY, tuple(Column(f"city_{number}", frozenset({"MAYBE"})) for number in range(3)))
    options = tuple(
        replace(option, additions=(*option.additions, Addition("FIRE", maybe))) for option in outcome.options
    )
    return replace(outcome, options=options)
