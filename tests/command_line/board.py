"""What the shared cases say the parser knows, as Python gets it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from dispatch.rules.command_facts import KnownCall, KnownUnit, Offered


@dataclass(frozen=True, slots=True)
class Board:
    """A `Known` of plain values."""

    units: dict[str, KnownUnit]
    calls: list[KnownCall]
    selected: KnownCall | None
    dispositions: list[Offered]
    roles: list[str]
    phone_teams: list[str]
    resources: list[Offered]
    languages: list[Offered]
    places: list[str]
    aliases: dict[str, str]

    def selecting(self, number: str | None) -> Board:
        """The same with another call open."""
        return replace(self, selected=next((call for call in self.calls if call.number == number), None))


def board(known: dict[str, Any], selected: str | None = None) -> Board:
    """From the JSON that the browser's tests read too."""
    made = Board(
        units={row["unit"]: KnownUnit(**row) for row in known["units"]},
        calls=[
            KnownCall(
                row["id"], row["number"], row["location"]["text"], row["tier"], row.get("never_voice_call", False)
            )
            for row in known["calls"]
        ],
        selected=None,
        dispositions=[Offered(row["name"], row["label"], (row["apco"],)) for row in known["dispositions"]],
        roles=known["roles"],
        phone_teams=known["phoneTeams"],
        resources=[Offered(row["code"], row["name"], _dashed(row["code"])) for row in known["resources"]],
        languages=[Offered(row["code"], row["name"], (row["name"].upper(),)) for row in known["languages"]],
        places=known["places"],
        aliases=known["aliases"],
    )
    return made.selecting(selected)


def _call(row: dict[str, Any]) -> KnownCall:
    return KnownCall(row["id"], row["number"], row["location"]["text"], row["tier"], row.get("never_voice_call", False))


def _dashed(code: str) -> tuple[str, ...]:
    return ("-".join(code),) if code.isdigit() else ()
