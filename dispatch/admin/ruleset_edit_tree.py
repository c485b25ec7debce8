"""A part of a ruleset as a tree of forms: fields, grids of accepted answers, and rows of smaller parts.

What is posted names its rows by keys, in order: `part-outcomes-rows` holds "0", "2"; the fields of the second row begin
with `part-outcomes-2-`. So a row is added, moved or taken away by changing that list, and nothing typed is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from dispatch.admin.ruleset_table import condition_text
from dispatch.rules.ruleset import ALWAYS, Column, Condition, Match, Ruleset
from dispatch.rules.yaml_nodes import Path

Choices = Iterable[tuple[Any, str]]
Offers = Callable[[Ruleset], Choices]


class Ticks(forms.MultipleChoiceField):
    """Checkboxes; what is ticked, in the order in which it is offered."""

    widget = forms.CheckboxSelectMultiple
    many = True

    def __init__(self, offers: Offers, kind: Callable[[Iterable[str]], Any] = tuple, **more: Any) -> None:
        super().__init__(required=False, **more)
        self.offers, self.kind = offers, kind

    def clean(self, value: Any) -> Any:
        """The ticked codes."""
        ticked = set(super().clean(value))
        return self.kind(code for code, _ in self.choices if code in ticked)


class Pick(forms.TypedChoiceField):
    """One of a few; None where `none` says in words what it means to choose nothing."""

    def __init__(self, offers: Offers, coerce: Callable[[str], Any] = str, none: str = "", **more: Any) -> None:
        super().__init__(required=not none, coerce=coerce, empty_value=None, **more)
        self.offers, self.none = offers, none


class Codes(forms.CharField):
    """Codes in one text, with commas between them."""

    def clean(self, value: Any) -> tuple[str, ...]:
        """The codes."""
        return tuple(code for code in super().clean(value).replace(",", " ").split() if code)


class PartForm(forms.Form):
    """The fields of one part. `shape` is what it makes; a field, a grid and a list is named as the shape names it."""

    shape: ClassVar[type[Any]]
    what: ClassVar[str]
    grids: ClassVar[dict[str, str]] = {}
    lists: ClassVar[dict[str, type[PartForm]]] = {}

    def __init__(self, ruleset: Ruleset, data: MultiValueDict[str, Any], prefix: str) -> None:
        super().__init__(data, prefix=prefix, use_required_attribute=False)
        self.ask(ruleset)
        for one in self.fields.values():
            if isinstance(one, Ticks):
                one.choices = list(one.offers(ruleset))
            elif isinstance(one, Pick):
                one.choices = [*([("", one.none)] if one.none else []), *one.offers(ruleset)]

    def ask(self, ruleset: Ruleset) -> None:
        """Add the fields that depend on the ruleset."""

    @classmethod
    def new(cls, ruleset: Ruleset) -> Any:
        """What a row that was just added holds."""
        raise NotImplementedError

    @classmethod
    def posted(cls, part: Any) -> dict[str, list[str]]:
        """A part as its form would be posted."""
        return {name: as_posted(one, getattr(part, name)) for name, one in cls.base_fields.items()}

    def made(self, inner: dict[str, Any]) -> Any:
        """The part, of valid fields and of what is `inner`: its grids and lists."""
        return self.shape(**self.cleaned_data, **inner)


def as_posted(one: forms.Field, value: Any) -> list[str]:
    """A value as a field would post it."""
    if isinstance(one, forms.BooleanField):
        return ["on"] if value else []
    if isinstance(one, Codes):
        return [", ".join(value)]
    if isinstance(value, tuple | frozenset):
        return [str(code) for code in value]
    return ["" if value is None else str(value)]


class ConditionForm(PartForm):
    """A grid: every question with its answers. A question with nothing ticked accepts any answer."""

    shape = Condition
    what = "Condition"
    match = Pick(
        lambda ruleset: [(Match.ALL, "every ticked question"), (Match.ANY, "one ticked question or more")],
        coerce=Match,
        label="Holds when the answers fit",
    )

    def ask(self, ruleset: Ruleset) -> None:
        for question in ruleset.questions:
            offered = [(answer.code, answer.label) for answer in question.answers]
            self.fields[f"q_{question.field}"] = Ticks(_always(offered), frozenset, label=question.label)

    @property
    def rows(self) -> list[forms.BoundField]:
        """The questions."""
        return [bound for bound in self if bound.name != "match"]

    @property
    def text(self) -> str:
        """The condition in words."""
        return (condition_text(self.made({})) if self.is_valid() else "") or "always"

    @classmethod
    def posted(cls, part: Condition) -> dict[str, list[str]]:
        ticked = {f"q_{column.question}": sorted(column.accepts) for column in part.columns}
        return {"match": [part.match], **ticked}

    def made(self, inner: dict[str, Any]) -> Condition:
        columns = tuple(
            Column(name.removeprefix("q_"), accepts)
            for name, accepts in self.cleaned_data.items()
            if name != "match" and accepts
        )
        return Condition(self.cleaned_data["match"], columns) if columns else ALWAYS


def _always(offered: Choices) -> Offers:
    return lambda ruleset: offered


@dataclass
class Node:
    """One part on the page. `problems` are what is wrong with its shape."""

    form: PartForm
    grids: dict[str, ConditionForm]
    lists: list[Rows]
    key: str = ""
    problems: list[str] = field(default_factory=list)

    @property
    def titled_grids(self) -> list[tuple[str, ConditionForm]]:
        """Each grid with its heading."""
        return [(self.form.grids[name], grid) for name, grid in self.grids.items()]

    def is_valid(self) -> bool:
        """Whether every field of it, and of what is in it, can be read."""
        own = [self.form.is_valid(), *(grid.is_valid() for grid in self.grids.values())]
        return all([*own, *(node.is_valid() for rows in self.lists for node in rows.nodes)])

    def made(self) -> Any:
        """The part as it is on the page, which is valid."""
        inner = {name: grid.made({}) for name, grid in self.grids.items()}
        inner |= {rows.name: tuple(node.made() for node in rows.nodes) for rows in self.lists}
        return self.form.made(inner)

    def told(self, path: Path, reason: str) -> None:
        """Put a problem beside the row it is about, as deep as the path leads."""
        name = {"add": "additions"}.get(str(path[0]), path[0]) if path else None
        rows = next((rows for rows in self.lists if rows.name == name), None)
        place = path[1] if len(path) > 1 else None
        if rows is not None and isinstance(place, int) and place < len(rows.nodes):
            rows.nodes[place].told(path[2:], reason)
        else:
            self.problems.append(reason)


@dataclass
class Rows:
    """The rows of one list; `prefix` is what the names of their fields begin with."""

    name: str
    prefix: str
    form: type[PartForm]
    nodes: list[Node]

    @property
    def what(self) -> str:
        """What one row is."""
        return self.form.what


def tree(form: type[PartForm], ruleset: Ruleset, data: QueryDict, prefix: str = "part", key: str = "") -> Node:
    """The part that `data` holds."""
    return Node(
        form=form(ruleset, data, prefix),
        grids={name: ConditionForm(ruleset, data, f"{prefix}-{name}") for name in form.grids},
        lists=[
            Rows(name, at, inner, [tree(inner, ruleset, data, f"{at}-{row}", row) for row in _keys(data, at)])
            for name, inner in form.lists.items()
            for at in [f"{prefix}-{name}"]
        ],
        key=key,
    )


def fill(data: QueryDict, form: type[PartForm], part: Any, prefix: str = "part") -> None:
    """Write a part into `data`, as its form would be posted."""
    for name, values in form.posted(part).items():
        data.setlist(f"{prefix}-{name}", values)
    for name in form.grids:
        fill(data, ConditionForm, getattr(part, name), f"{prefix}-{name}")
    for name, inner in form.lists.items():
        rows = getattr(part, name)
        data.setlist(f"{prefix}-{name}-rows", [str(key) for key in range(len(rows))])
        for key, row in enumerate(rows):
            fill(data, inner, row, f"{prefix}-{name}-{key}")


def press(data: QueryDict, node: Node, ruleset: Ruleset, do: str) -> None:
    """Do what a button says to the rows in `data`: "add:LIST", or "remove", "up" or "down" and ":ROW"."""
    act, _, target = do.partition(":")
    at, _, key = (target, "", "") if act == "add" else target.rpartition("-")
    rows = next((rows for rows in _all_rows(node) if rows.prefix == at), None)
    if rows is None:
        return
    keys = [one.key for one in rows.nodes]
    if act == "add":
        key = str(max(map(int, keys), default=-1) + 1)
        fill(data, rows.form, rows.form.new(ruleset), f"{at}-{key}")
        keys.append(key)
    elif key in keys:
        place = keys.index(key)
        keys.pop(place)
        if act in ("up", "down"):
            keys.insert(max(place + (1 if act == "down" else -1), 0), key)
    data.setlist(f"{at}-rows", keys)


def _keys(data: QueryDict, at: str) -> list[str]:
    """Each once, in order."""
    given = (key for key in data.getlist(f"{at}-rows") if key.isascii() and key.isdigit() and len(key) <= 4)
    return list(dict.fromkeys(given))


def _all_rows(node: Node) -> Iterator[Rows]:
    for rows in node.lists:
        yield rows
        for inner in rows.nodes:
            yield from _all_rows(inner)
