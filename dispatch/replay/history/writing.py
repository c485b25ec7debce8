"""Writes a generated past into an empty database, by COPY: batches of calls with all their rows and events."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from zoneinfo import ZoneInfo

from django.apps import apps
from django.contrib.auth.models import User
from django.db import connection, transaction

from dispatch.models import Call, CallNumber, Premise, Ruleset
from dispatch.replay.history import people
from dispatch.replay.history.stories import CODES, TABLES, stories
from dispatch.replay.history.telling import US, Event, Fleet, Teller, arrivals
from hearteam.events import log, models
from partners.access import Role
from partners.models import Unit

BATCH = 1_000
EVENT_COLUMNS = ("v", "type", "at", "by", "by_user_id", "call_id", "unit", "data")
SIDES = {
    "desk": (Role.CALLTAKER, Role.DISPATCHER),
    "crew": (Role.RESPONDER, Role.OFFICER),
}


class NotEmpty(Exception):
    """The database has calls of its own."""


class NotPrepared(Exception):
    """The database lacks what calls point to: accounts, code tables, a published ruleset."""


@dataclass(slots=True)
class Numbers:
    """Call numbers, gapless within a year of the center's zone."""

    zone: ZoneInfo
    last: dict[int, int] = field(default_factory=lambda: defaultdict(int))

    def next(self, at_us: int) -> str:
        year = datetime.fromtimestamp(at_us / US, self.zone).year
        self.last[year] += 1
        return f"{year % 100:02d}-{self.last[year]:06d}"


@dataclass(slots=True)
class Written:
    """What was written so far."""

    calls: int = 0
    events: int = 0
    told: dict[str, int] = field(default_factory=dict)


def history_write(
    *, calls: int, starts: datetime, ends: datetime, seed: int, zone: ZoneInfo, progress: Callable[[Written], None]
) -> Written:
    """Write so many closed calls between two moments. Each batch is a transaction of its own, gapless in itself.

    Raises NotEmpty, NotPrepared.
    """
    if Call.objects.exists() or models.Event.objects.filter(call_id__isnull=False).exists():
        raise NotEmpty
    rng = Random(seed)  # noqa: S311
    numbers = Numbers(zone)
    places = _write_places(seed, calls)
    teller = Teller(
        rng=rng, stories=stories(), fleet=_fleet(), places=places, users=_users(), fixed=_codes(),
        ids=_next_ids(), number=numbers.next,
    )  # fmt: skip
    written = Written(told=teller.told)
    heads = log.unit_heads(callsign for units in teller.fleet.teams.values() for _, callsign in units)
    batch = _Batch(heads)
    for at_us in arrivals(rng, count=calls, starts=starts, ends=ends, zone=zone):
        batch.events.extend(teller.events_until(at_us))
        batch.take(teller.tell(at_us).rows)
        written.calls += 1
        if written.calls % BATCH == 0:
            written.events += batch.write(teller.ids, numbers)
            progress(written)
    batch.events.extend(teller.events_until(float("inf")))
    written.events += batch.write(teller.ids, numbers)
    return written


@dataclass(slots=True)
class _Batch:
    """Lines that wait for being copied. `heads`: each unit's newest version."""

    heads: dict[str, int]
    rows: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    events: list[Event] = field(default_factory=list)

    def take(self, rows: Iterable[tuple[str, str]]) -> None:
        for model, lines in rows:
            self.rows[model].append(lines)

    def write(self, ids: dict[str, int], numbers: Numbers) -> int:
        """Returns how many events were written."""
        count = len(self.events)
        with transaction.atomic(durable=True):
            _trust()
            for model, lines in self.rows.items():
                copy(apps.get_model(model)._meta.db_table, COLUMNS[model], lines)
            if count:
                self._write_events(log.reserve(count))
            _advance(ids, numbers)
            _trust_no_more()
        self.rows.clear()
        self.events.clear()
        return count

    def _write_events(self, first: int) -> None:
        audience = []
        for v, event in enumerate(self.events, first):
            for unit in event.audience:
                audience.append(f"{unit}\t{self.heads.get(unit, 0)}\t{v}\n")
                self.heads[unit] = v
        copy(
            models.Event._meta.db_table, EVENT_COLUMNS,
            [f"{v}\t{event.line}" for v, event in enumerate(self.events, first)],
        )  # fmt: skip
        copy(models.EventAudience._meta.db_table, ("unit", "prev", "v"), audience)


COLUMNS = {rows.model: rows.columns for story in stories() for rows in story.tables}


def copy(table: str, columns: Sequence[str], lines: Sequence[str]) -> None:
    """COPY these lines into a table."""
    named = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.cursor.copy_expert(f'COPY "{table}" ({named}) FROM STDIN', io.StringIO("".join(lines)))


def _trust() -> None:
    """Rows of one story fit one another: where this account may, foreign keys are not looked up one by one."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone() == (True,):
            cursor.execute("SET LOCAL session_replication_role = replica")


def _trust_no_more() -> None:
    """For what else the transaction may do."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def _next_ids() -> dict[str, int]:
    """The id that each model's next row would get."""
    found = {}
    with connection.cursor() as cursor:
        for model in TABLES:
            cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [apps.get_model(model)._meta.db_table])
            found[model] = cursor.fetchone()[0]
    return found


def _advance(ids: dict[str, int], numbers: Numbers) -> None:
    """What is written next gets the next ids and numbers."""
    with connection.cursor() as cursor:
        for model, following in ids.items():
            table = apps.get_model(model)._meta.db_table
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s, false)", [table, following])
    for year, last in numbers.last.items():
        CallNumber.objects.update_or_create(year=year, defaults={"last": last})


def _write_places(seed: int, calls: int) -> list[tuple[int, people.InventedPlace]]:
    """Premises with their ids; those that the database has already are left alone."""
    first = (Premise.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    known = set(Premise.objects.values_list("key", flat=True))
    wanted = [place for place in people.places(seed, calls) if place.address not in known]
    found = list(enumerate(wanted, first))
    lines = [f"{pk}\t{place.address}\t{place.address}\t{place.lat}\t{place.lon}\n" for pk, place in found]
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        copy(Premise._meta.db_table, ("id", "key", "address", "lat", "lon"), lines)
        cursor.execute("SELECT setval(pg_get_serial_sequence('dispatch_premise', 'id'), %s)", [found[-1][0]])
    return found


def _fleet() -> Fleet:
    teams: dict[str, list[tuple[int, str]]] = defaultdict(list)
    units = Unit.objects.filter(active=True, temporary=False).order_by("pk")
    for pk, callsign, team in units.values_list("pk", "callsign", "team__code"):
        teams[team].append((pk, callsign))
    return Fleet(teams)


def _users() -> dict[str, list[tuple[int, str]]]:
    found = {}
    for side, roles in SIDES.items():
        users = User.objects.filter(is_active=True, groups__name__in=roles).distinct().order_by("pk")
        found[side] = list(users.values_list("pk", "username"))
        if not found[side]:
            raise NotPrepared(f"There is no account with one of the roles {', '.join(roles)}.")
    return found


def _codes() -> dict[str, str | int]:
    """Ids by token of the rows that stories point to."""
    found: dict[str, str | int] = {}
    for name in {name for story in stories() for name in story.codes}:
        _, label, code = name.split(":")
        pk = apps.get_model(label).objects.filter(**{CODES[label]: code}).values_list("pk", flat=True).first()
        if pk is None:
            raise NotPrepared(f"There is no {label} {code}: run load_reference.")
        found[name] = pk
    ruleset = Ruleset.objects.filter(status="published").order_by("-pk").values_list("pk", flat=True).first()
    if ruleset is None:
        raise NotPrepared("No ruleset is published.")
    return {**found, "ruleset": ruleset}


