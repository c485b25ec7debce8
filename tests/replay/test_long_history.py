"""Whatever is read all day touches no growing table from end to end, however PostgreSQL plans it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.db.models import Count
from django.test import Client
from django.utils import timezone

from benchmarks.plans import Plans
from dispatch.models import Assignment, Call, CallContact, Premise
from dispatch.queries import board
from dispatch.queries.call import call_detail, timeline
from dispatch.queries.duplicates import duplicates_of
from dispatch.queries.finding import calls_found
from dispatch.queries.history import unit_history
from dispatch.queries.positions import position_rows
from dispatch.replay.history.writing import history_write
from hearteam.events import history, log
from partners.access import Actor
from partners.models import Unit

SYSTEM = Actor.system("test")
CALLS = 2_500
MOST_PAGES = 900
"""Of a read, whatever the size of the history. The whole log has ten times as many pages here."""


CALLED_FROM_RARELY = Premise.objects.annotate(n=Count("calls")).filter(n__lte=3).values("pk")


@pytest.fixture(scope="module")
def long_history(center_rows: None) -> Iterator[None]:
    # Who calls is drawn with the hour: from midnight on, in a zone without summer time, it is the same past every day.
    ends = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=4)
    history_write(
        calls=CALLS, starts=ends - timedelta(days=4), ends=ends, seed=11, zone=ZoneInfo("UTC"),
        progress=lambda _: None,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    yield


@pytest.fixture
def short_of_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is looked through at most is as small beside this history as it is beside a real one."""
    monkeypatch.setattr("dispatch.queries.finding.RECENT", 100)
    monkeypatch.setattr("partners.admin.many.MOST_COUNTED", 200)


def an_ordinary_call() -> Call:
    return Call.objects.filter(decision__isnull=False).order_by("-received_at")[20]


def at_the_busiest_place() -> Call:
    place = Call.objects.values("premise").annotate(n=Count("pk")).order_by("-n")[0]["premise"]
    return Call.objects.select_related("premise").filter(premise=place).order_by("-received_at")[0]


def the_busiest_unit() -> Unit:
    unit = Assignment.objects.values("unit").annotate(n=Count("pk")).order_by("-n")[0]["unit"]
    return Unit.objects.get(pk=unit)


def an_address() -> str:
    """Of few calls, as most are: where so many come from that a quarter of the pages is read, all of them may be."""
    few = Call.objects.filter(premise__in=CALLED_FROM_RARELY)
    return str(few.order_by("-received_at").values_list("location_text", flat=True)[20])


def a_phone() -> str:
    """Of somebody who called once. A number that a fifth of all calls have is read with all of them, and rightly."""
    once = CallContact.objects.order_by().values("phone").annotate(n=Count("pk")).filter(n=1)
    return str(once.order_by("phone").values_list("phone", flat=True)[100])


def page(address: str) -> Callable[[], Any]:
    client = Client()
    client.force_login(User.objects.filter(groups__name="supervisor").order_by("pk")[0])

    def get() -> None:
        assert client.get(address).status_code == 200

    return get


READS: dict[str, Callable[[], Callable[[], Any]]] = {
    "board": lambda: board.snapshot,
    "positions": lambda: position_rows,
    "call": lambda: partial(call_detail, SYSTEM, an_ordinary_call()),
    "timeline": lambda: partial(timeline, SYSTEM, an_ordinary_call()),
    "busiest place": lambda: partial(call_detail, SYSTEM, at_the_busiest_place()),
    "number": lambda: partial(calls_found, an_ordinary_call().number, 20),
    "address": lambda: partial(calls_found, an_address(), 20),
    "phone": lambda: partial(calls_found, a_phone(), 20),
    "nothing": lambda: partial(calls_found, "QUAGMIRE", 20),
    "duplicates": lambda: partial(duplicates_of, lat=41.76, lon=-72.68, phone=a_phone(), call=an_ordinary_call()),
    "unit's day": lambda: partial(unit_history, the_busiest_unit()),
    "tail of the log": lambda: partial(history.messages_after, log.head() - 100, 100),
    "unit's head": lambda: partial(history.unit_head, the_busiest_unit().callsign, log.head()),
    "admin: calls": lambda: page("/admin/dispatch/call/"),
    "admin: find a call": lambda: page(f"/admin/dispatch/call/?q={an_ordinary_call().number}"),
    "admin: log": lambda: page("/admin/events/event/"),
    "admin: log of a type": lambda: page("/admin/events/event/?type=call_closed"),
    "admin: notes": lambda: page("/admin/dispatch/note/"),
    "admin: assignments": lambda: page("/admin/dispatch/assignment/"),
}


@pytest.mark.parametrize("name", READS)
def test_no_growing_table_is_read_whole(name: str, long_history: None, db: None, short_of_room: None) -> None:
    run, plans = READS[name](), Plans()
    with plans.explaining(name):
        run()
    assert plans.deeds[name], "it reads something"
    assert plans.scans(name) == []
    assert plans.pages(name) < MOST_PAGES


def test_old_calls_are_found_by_what_is_known_of_them(long_history: None, db: None, short_of_room: None) -> None:
    oldest = Call.objects.order_by("received_at").filter(premise__in=CALLED_FROM_RARELY)[0]
    phone = CallContact.objects.filter(call=oldest).values_list("phone", flat=True)[0]
    sequence = str(int(oldest.number[3:]))
    for said in (oldest.number, f"{int(sequence):03d}", oldest.location_text, oldest.location_text.lower(), phone):
        assert oldest.pk in calls_found(said, 100), said
    assert calls_found("QUAGMIRE", 20) == []
    assert len(calls_found("AVE", 20)) == 20


def test_what_is_found_is_the_newest_first(long_history: None, db: None) -> None:
    found = [Call.objects.get(pk=pk).received_at for pk in calls_found("OAK", 20)]
    assert found == sorted(found, reverse=True)
    assert len(found) == 20


def test_a_list_of_the_administration_counts_no_further_than_it_pages(long_history: None, db: None) -> None:
    client = Client()
    client.force_login(User.objects.filter(groups__name="supervisor").order_by("pk")[0])
    answer = client.get("/admin/events/event/")
    assert answer.context["cl"].result_count == 2_000
    found = client.get("/admin/events/event/?q=HPD1").context["cl"].result_list
    assert {event.unit for event in found} == {"HPD1"}
