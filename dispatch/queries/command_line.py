"""What the command line's parser may know, read from the database as it asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from django.db.models import F, OuterRef, QuerySet, Subquery

from dispatch.models import Assignment, Call, CommandAlias, Disposition, Recommendation
from dispatch.queries.access import visible_calls
from dispatch.queries.board import open_calls
from dispatch.rules.command_facts import KnownCall, KnownUnit, Offered
from dispatch.rules.languages import LANGUAGES
from partners.access import Actor
from partners.models import Facility, Resource, Team, Unit


class Board:
    """The `Known` of one person now. Each part is read once, when it is needed."""

    def __init__(self, by: Actor, selected: str = "") -> None:
        self._by = by
        self._selected = selected

    @cached_property
    def units(self) -> Mapping[str, KnownUnit]:
        """The roster by call sign."""
        active = Assignment.objects.filter(unit=OuterRef("pk"), cleared_at__isnull=True)
        rows = (
            Unit.objects.filter(active=True)
            .annotate(
                out_status=Subquery(active.values("status")[:1]),
                out_call=Subquery(active.values("call_id")[:1]),
                out_number=Subquery(active.values(number=F("call__number"))[:1]),
                out=Subquery(active.values("pk")[:1]),
            )
            .order_by("callsign")
            .values_list("callsign", "status", "out_status", "out_call", "out_number", "out")
        )
        return {
            callsign: KnownUnit(
                callsign, out_status or status, str(call) if call else None, number, str(out) if out else None
            )
            for callsign, status, out_status, call, number, out in rows
        }

    @cached_property
    def calls(self) -> Sequence[KnownCall]:
        """The open ones, the oldest first."""
        return _known(open_calls().filter(pk__in=visible_calls(self._by)).order_by("received_at", "pk"))

    @cached_property
    def selected(self) -> KnownCall | None:
        """The call that the person has open, which may have ended."""
        if not (self._selected.isascii() and self._selected.isdigit()) or len(self._selected) > 18:
            return None
        found = _known(visible_calls(self._by).filter(pk=self._selected))
        return found[0] if found else None

    @cached_property
    def dispositions(self) -> Sequence[Offered]:
        """By their own name; also by their APCO code."""
        rows = Disposition.objects.filter(active=True).values_list("name", "label", "apco")
        return [Offered(name, label, (apco,) if apco else ()) for name, label, apco in rows]

    @cached_property
    def roles(self) -> Sequence[str]:
        """What teams there are fill."""
        return list(dict.fromkeys(team.role for team in self._teams))

    @cached_property
    def phone_teams(self) -> Sequence[str]:
        """Teams with a number of their own."""
        return [team.code for team in self._teams if team.civilian and team.dedicated_phone]

    @cached_property
    def _teams(self) -> Sequence[Team]:
        return list(Team.objects.filter(active=True).select_related("agency"))

    @cached_property
    def resources(self) -> Sequence[Offered]:
        """Whom a call may be transferred to; 211 is also 2-1-1."""
        rows = Resource.objects.values_list("code", "name")
        return [Offered(code, name, ("-".join(code),) if code.isdigit() else ()) for code, name in rows]

    @cached_property
    def languages(self) -> Sequence[Offered]:
        """By code and by name."""
        return [Offered(code, names[0], (names[0].upper(),)) for code, names in LANGUAGES.items()]

    @cached_property
    def places(self) -> Sequence[str]:
        """Facilities by name."""
        return list(Facility.objects.filter(active=True).values_list("name", flat=True))

    @cached_property
    def aliases(self) -> Mapping[str, str]:
        """The center's own words: word -> verb."""
        return aliases()


def aliases() -> dict[str, str]:
    """The center's own words for commands: word -> verb."""
    return dict(CommandAlias.objects.filter(active=True).values_list("word", "verb"))


def last_picks(call_id: str | int) -> set[str]:
    """The units that were recommended last for a call."""
    units = Recommendation.objects.filter(call=call_id).order_by("-pk").values_list("units", flat=True).first()
    return {row["unit"] for row in units or [] if row["pick"]}


def ids_of_number(by: Actor, digits: str) -> list[int]:
    """The newest calls, ended ones too, whose number ends like this."""
    calls = visible_calls(by).filter(number__endswith=digits).order_by("-received_at", "-pk")
    return list(calls.values_list("pk", flat=True)[:20])


def _known(calls: QuerySet[Call]) -> list[KnownCall]:
    rows = calls.values_list("pk", "number", "location_text", "tier", "never_voice_call")
    return [KnownCall(str(pk), *facts) for pk, *facts in rows]
