"""The forms of a ruleset's parts: a rule with its outcomes and options, a team, an invariant, a case, a question."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from dispatch.admin.ruleset_edit_tree import Codes, PartForm, Pick, Ticks, as_posted
from dispatch.rules.ruleset import (
    ALWAYS,
    PUBLIC_SAFETY,
    Addition,
    Alternative,
    AlternativeKind,
    Answer,
    FollowUp,
    GoldenCase,
    Invariant,
    Join,
    JoinMode,
    Option,
    Outcome,
    Preference,
    PriorityWhen,
    Question,
    Rule,
    Ruleset,
    Situation,
    Team,
)

MOST_MINUTES = 1440
JOIN_MODES = {JoinMode.STAGE: "stages until the scene is safe", JoinMode.COMMAND_POST: "at the command post"}
KINDS = {AlternativeKind.HOLD: "hold for a team", AlternativeKind.TRANSFER: "warm transfer to a resource"}


def _roles(ruleset: Ruleset) -> list[tuple[str, str]]:
    return [(code, code) for code in PUBLIC_SAFETY]


def _teams(ruleset: Ruleset) -> list[tuple[str, str]]:
    return [(team.code, team.code) for team in ruleset.teams]


def _everybody(ruleset: Ruleset) -> list[tuple[str, str]]:
    return [*_roles(ruleset), *_teams(ruleset)]


def _ages(ruleset: Ruleset) -> list[tuple[str, str]]:
    return [(answer.code, answer.label) for answer in ruleset.question("age").answers]


def _questions(ruleset: Ruleset) -> list[tuple[str, str]]:
    return [(question.field, question.label) for question in ruleset.questions]


def _rules(ruleset: Ruleset) -> list[tuple[str, str]]:
    return [(rule.code, f"{rule.code} {rule.title}") for rule in ruleset.rules]


def _tiers(ruleset: Ruleset) -> list[tuple[int, str]]:
    return [(tier, f"T{tier}") for tier in range(1, 5)]


def _priorities(ruleset: Ruleset) -> list[tuple[int, str]]:
    return [(priority, f"P{priority}") for priority in range(1, 5)]


def _situations(ruleset: Ruleset) -> list[tuple[Situation, str]]:
    return [(situation, situation.value.lower()) for situation in Situation]


def _preferences(codes: Iterable[str]) -> tuple[Preference, ...]:
    return tuple(Preference(code) for code in codes)


def _first_team(ruleset: Ruleset) -> str:
    return ruleset.teams[0].code if ruleset.teams else ""


# -- what a rule is made of --------------------------------------------------------------------------------------------


class AdditionForm(PartForm):
    """A public-safety role beside the option."""

    shape, what, grids = Addition, "extra role", {"when": "Added when"}
    role = Pick(_roles)

    @classmethod
    def new(cls, ruleset: Ruleset) -> Addition:
        return Addition("EMS", ALWAYS)


class JoinForm(PartForm):
    """A team that comes and waits."""

    shape, what, grids = Join, "joining team", {"when": "Joins when"}
    team = Pick(_teams)
    mode = Pick(lambda ruleset: JOIN_MODES.items(), coerce=JoinMode, label="how")
    only_without = Pick(_teams, none="always", label="only without")

    @classmethod
    def new(cls, ruleset: Ruleset) -> Join:
        return Join(_first_team(ruleset), JoinMode.STAGE)


class FollowUpForm(PartForm):
    """A task for a team at the call's end."""

    shape, what, grids = FollowUp, "follow-up", {"when": "Follows up when"}
    team = Pick(_teams)
    situation = Pick(_situations, coerce=Situation, none="on any call", label="limited to")

    @classmethod
    def new(cls, ruleset: Ruleset) -> FollowUp:
        return FollowUp(_first_team(ruleset))


class OptionForm(PartForm):
    """One response; possible when every team of it is available."""

    shape, what = Option, "option"
    lists = {"additions": AdditionForm, "joins": JoinForm, "follow_ups": FollowUpForm}
    send = Ticks(_everybody, label="sends")
    prefer = Ticks(lambda ruleset: [("CIT", "CIT-trained officers")], kind=_preferences, label="looks first for")

    @classmethod
    def new(cls, ruleset: Ruleset) -> Option:
        return Option(("POLICE",))


class PriorityForm(PartForm):
    """Another priority in some cases."""

    shape, what, grids = PriorityWhen, "other priority", {"when": "Instead when"}
    priority = Pick(_priorities, coerce=int)

    @classmethod
    def new(cls, ruleset: Ruleset) -> PriorityWhen:
        return PriorityWhen(1, ALWAYS)


class AlternativeForm(PartForm):
    """What a dispatcher may offer instead, at the lowest tier."""

    shape, what = Alternative, "alternative"
    kind = Pick(lambda ruleset: KINDS.items(), coerce=AlternativeKind)
    team = Pick(_teams, none="none", label="hold for")
    wait_min = forms.IntegerField(min_value=1, max_value=MOST_MINUTES, required=False, label="free within (min)")
    resources = Codes(required=False, label="transfer to", help_text="Codes of resources, with commas between them.")
    callback_min = forms.IntegerField(min_value=1, max_value=MOST_MINUTES, label="call back after (min)")

    @classmethod
    def new(cls, ruleset: Ruleset) -> Alternative:
        return Alternative(AlternativeKind.HOLD, 20, _first_team(ruleset), 20)


class OutcomeForm(PartForm):
    """A tier, a priority and the options in order."""

    shape, what, grids = Outcome, "outcome", {"when": "Only when"}
    lists = {"priority_when": PriorityForm, "options": OptionForm, "alternatives": AlternativeForm}
    tier = Pick(_tiers, coerce=int)
    priority = Pick(_priorities, coerce=int)
    keep_asking = Ticks(_questions, label="keep asking")

    @classmethod
    def new(cls, ruleset: Ruleset) -> Outcome:
        return Outcome(1, 1, (Option(("POLICE", "EMS")),))


class RuleForm(PartForm):
    """One row of the table."""

    shape, what, grids = Rule, "rule", {"when": "Holds when"}
    lists = {"outcomes": OutcomeForm}
    code = forms.CharField()
    title = forms.CharField(widget=forms.TextInput(attrs={"size": 60}))

    @classmethod
    def new(cls, ruleset: Ruleset) -> Rule:
        return Rule("", "", ALWAYS, (OutcomeForm.new(ruleset),))


# -- the other parts ---------------------------------------------------------------------------------------------------


class TeamForm(PartForm):
    """A team that may be sent."""

    shape, what, grids = Team, "team", {"requires": "Serves only when"}
    code = forms.CharField()
    name = forms.CharField(widget=forms.TextInput(attrs={"size": 60}))
    ages = Ticks(_ages, kind=frozenset, label="ages served")

    @classmethod
    def new(cls, ruleset: Ruleset) -> Team:
        return Team("", "", frozenset())


class InvariantForm(PartForm):
    """What the city demands of every decision."""

    shape, what, grids = Invariant, "invariant", {"when": "Demanded when"}
    code = forms.CharField()
    title = forms.CharField(widget=forms.TextInput(attrs={"size": 60}))
    must_send = Ticks(_everybody, label="always sends")
    never_send = Ticks(_everybody, label="never sends")
    never_join = Ticks(_teams, label="never joined by")
    tier_at_most = Pick(_tiers, coerce=int, none="any tier", label="this tier or more protective")

    @classmethod
    def new(cls, ruleset: Ruleset) -> Invariant:
        return Invariant("", "")


class CaseForm(PartForm):
    """A situation and what it must get."""

    shape, what = GoldenCase, "golden case"
    name = forms.CharField(widget=forms.TextInput(attrs={"size": 60}))
    situation = Pick(_situations, coerce=Situation, none="nothing more", label="the call is about")
    extra_roles = Ticks(_roles, label="added by the call's type")
    every_team = forms.BooleanField(required=False, label="every team is free")
    available = Ticks(_teams, label="otherwise free are")
    tier = Pick(_tiers, coerce=int, label="must get tier")
    response = Ticks(_everybody, label="must be sent")
    rule = Pick(_rules, none="any rule", label="decided by")
    priority = Pick(_priorities, coerce=int, none="any priority")
    compare_joins = forms.BooleanField(required=False, label="those who join are compared")
    joins = Ticks(_teams, label="must join")

    def ask(self, ruleset: Ruleset) -> None:
        for question in ruleset.questions:
            offered = [("", "not asked"), *((answer.code, answer.label) for answer in question.answers)]
            self.fields[f"q_{question.field}"] = forms.ChoiceField(
                choices=offered, required=False, label=question.label
            )
        self.order_fields(["name", *(f"q_{question.field}" for question in ruleset.questions)])

    @classmethod
    def new(cls, ruleset: Ruleset) -> GoldenCase:
        return GoldenCase("", {}, 1, ("POLICE", "EMS"))

    @classmethod
    def posted(cls, part: GoldenCase) -> dict[str, list[str]]:
        values: dict[str, Any] = {name: getattr(part, name, None) for name in cls.base_fields}
        values |= {"every_team": part.available is None, "available": part.available or ()}
        values |= {"compare_joins": part.joins is not None, "joins": part.joins or ()}
        answers = {f"q_{field}": [code] for field, code in part.answers.items()}
        return answers | {name: as_posted(one, values[name]) for name, one in cls.base_fields.items()}

    def made(self, inner: dict[str, Any]) -> GoldenCase:
        given = dict(self.cleaned_data)
        answers = {name.removeprefix("q_"): given.pop(name) for name in self.fields if name.startswith("q_")}
        if given.pop("every_team"):
            given["available"] = None
        if not given.pop("compare_joins"):
            given["joins"] = None
        return GoldenCase(**given, answers={field: code for field, code in answers.items() if code})


class AnswerForm(PartForm):
    """One answer of a question."""

    shape, what = Answer, "answer"
    code = forms.CharField()
    label = forms.CharField()
    key = forms.CharField(widget=forms.TextInput(attrs={"size": 2}))
    danger = forms.IntegerField(min_value=0, max_value=9)
    clear = forms.BooleanField(required=False, label="raises no concern")
    phrase = forms.CharField(label="in an explanation")

    @classmethod
    def new(cls, ruleset: Ruleset) -> Answer:
        return Answer("", "", "", 0, False, "")


class QuestionForm(PartForm):
    """A triage question with its wording."""

    shape, what = Question, "question"
    lists = {"answers": AnswerForm}
    field = forms.CharField(label="name in the rules")
    label = forms.CharField()
    ask_en = forms.CharField(widget=forms.Textarea(attrs={"rows": 2, "cols": 80}), label="asked in English")
    ask_es = forms.CharField(widget=forms.Textarea(attrs={"rows": 2, "cols": 80, "lang": "es"}), label="in Spanish")
    hint = forms.CharField(widget=forms.Textarea(attrs={"rows": 2, "cols": 80}), required=False)
    not_asked = forms.CharField(label="not asked counts as")
    safety = forms.BooleanField(required=False, label="a safety question")
    ordered = forms.BooleanField(required=False, label="its answers are ordered by danger")
    of_caller = forms.BooleanField(required=False, label="asked of the caller")

    @classmethod
    def new(cls, ruleset: Ruleset) -> Question:
        answers = (
            Answer("NO", "No", "N", 0, True, ""),
            Answer("UNKNOWN", "Unknown", "U", 1, False, ""),
            Answer("YES", "Yes", "Y", 2, False, ""),
        )
        return Question("", "", "", "", "", answers, "UNKNOWN")
