"""What the command line's parser is told of the board, and what it says of a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

INCOMPLETE: Final = frozenset({"missing", "no_call_selected", "no_text"})


@dataclass(frozen=True, slots=True)
class KnownCall:
    """An open call. `tier` is None before triage."""

    id: str
    number: str
    place: str = ""
    tier: int | None = None
    never_voice_call: bool = False

    @property
    def where(self) -> str:
        """Number and place."""
        return f"{self.number} {self.place}".strip()


@dataclass(frozen=True, slots=True)
class KnownUnit:
    """A unit of the roster. `call` is the id and `call_number` the number of the call it is on."""

    unit: str
    status: str
    call: str | None = None
    call_number: str | None = None
    assignment: str | None = None


@dataclass(frozen=True, slots=True)
class Offered:
    """A word to choose with other ways to write it, and its name."""

    word: str
    name: str
    also: tuple[str, ...] = ()


class Known(Protocol):
    """What the parser may know. Read as it is needed."""

    @property
    def units(self) -> Mapping[str, KnownUnit]: ...
    @property
    def calls(self) -> Sequence[KnownCall]: ...
    @property
    def selected(self) -> KnownCall | None: ...
    @property
    def dispositions(self) -> Sequence[Offered]: ...
    @property
    def roles(self) -> Sequence[str]: ...
    @property
    def phone_teams(self) -> Sequence[str]: ...
    @property
    def resources(self) -> Sequence[Offered]: ...
    @property
    def languages(self) -> Sequence[Offered]: ...
    @property
    def places(self) -> Sequence[str]: ...
    @property
    def aliases(self) -> Mapping[str, str]: ...


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a line asks for. `line` is the same with every call and word in full, so that nothing but the numbers in it
    decides what it means later; `preview` says in words what will happen.
    """

    verb: str
    units: tuple[KnownUnit, ...] = ()
    other_unit: KnownUnit | None = None
    call: KnownCall | None = None
    other_call: KnownCall | None = None
    digits: str = ""
    minutes: int | None = None
    time: str = ""
    number: int | None = None
    word: str = ""
    name: str = ""
    place: str = ""
    text: str = ""
    level: int | None = None
    lowers: bool = False
    line: str = ""
    preview: str = ""


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why a line is refused: a code of the grammar's reasons, and the reason in words. An empty line has neither."""

    code: str
    error: str

    @property
    def incomplete(self) -> bool:
        """Whether typing on may make it right."""
        return self.code in INCOMPLETE
