"""What is kept of where units were, and for how long; whose tokens count."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from dispatch.actions import devices, fixes
from dispatch.models import Device, Fix
from dispatch.queries.fixes import device_by
from hearteam.problems import NotAllowed, Refused
from partners.models import Unit
from tests.stage import Stage


@pytest.fixture(autouse=True)
def _stage(stage: Stage) -> None:
    """Everything here is about its units."""


def kept(unit: Unit, at: datetime, verdict: str = "MOVES") -> Fix:
    return Fix.objects.create(unit=unit, at=at, received_at=at, lat=41.76, lon=-72.68, verdict=verdict)


def test_tracks_get_thinner_as_they_get_older_and_then_end(stage: Stage) -> None:
    now = timezone.now().replace(second=30, microsecond=0)
    yesterday = now - timedelta(hours=25)
    fresh = [kept(stage.crt2, now - timedelta(hours=23, seconds=seconds)) for seconds in range(5)]
    first, second = (kept(stage.crt2, yesterday + timedelta(minutes=minute)) for minute in (0, 1))
    other = kept(stage.hpd2, yesterday + timedelta(seconds=5))
    kept(stage.crt2, yesterday - timedelta(seconds=20), "JUMP")
    for seconds in (5, 10, 15):
        kept(stage.crt2, yesterday + timedelta(seconds=seconds))
    kept(stage.hpd2, now - timedelta(days=31))
    assert fixes.fixes_thin(now=now) == 5
    assert set(Fix.objects.values_list("pk", flat=True)) == {row.pk for row in (*fresh, first, second, other)}
    assert fixes.fixes_thin(now=now) == 0


def test_where_a_unit_was_last_is_forgotten_with_its_track(stage: Stage) -> None:
    now = timezone.now()
    Unit.objects.filter(pk=stage.crt2.pk).update(fix_at=now - timedelta(days=31))
    call_command("thin_tracks")
    assert (Unit.objects.get(pk=stage.crt2.pk).lat, Unit.objects.get(pk=stage.hpd2.pk).lat) == (None, stage.hpd2.lat)


def test_how_long_is_the_centers_choice(stage: Stage, settings) -> None:
    settings.FIXES_FULL_HOURS, settings.FIXES_KEEP_DAYS = 1, 2
    now = timezone.now().replace(second=30, microsecond=0)
    for ago in (timedelta(minutes=59), timedelta(minutes=59, seconds=1), timedelta(hours=2), timedelta(days=3)):
        kept(stage.crt2, now - ago)
    assert fixes.fixes_thin(now=now) == 1


def test_a_token_counts_until_it_is_revoked_and_is_kept_nowhere(stage: Stage) -> None:
    device = Device(label="Glove box", unit=stage.crt2)
    token = devices.device_add(by=stage.supervisor, device=device)
    assert device_by(token) == device
    assert token not in str(Device.objects.values().get())
    assert device_by("") is None
    revoked = devices.device_revoke(by=stage.supervisor, device=device)
    again = devices.device_revoke(by=stage.cast.actor("supervisor2"), device=device)
    assert (device_by(token), again.revoked_by, again.revoked_at) == (None, "supervisor", revoked.revoked_at)


def test_only_supervisors_make_and_revoke_devices_and_each_is_of_one(stage: Stage) -> None:
    with pytest.raises(NotAllowed):
        devices.device_add(by=stage.dispatcher, device=Device(label="Mine", unit=stage.crt2))
    for whose in ({}, {"unit": stage.crt2, "person": stage.cast.crt1_peer.person}):
        with pytest.raises(Refused, match="a unit's or a person's"):
            devices.device_add(by=stage.supervisor, device=Device(label="Whose", **whose))
    device = Device(label="Glove box", unit=stage.crt2)
    devices.device_add(by=stage.supervisor, device=device)
    with pytest.raises(NotAllowed):
        devices.device_revoke(by=stage.dispatcher, device=device)


def test_the_command_shows_a_token_once(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("device", "add", "Glove box", "--unit", "crt2")
    call_command("device", "add", "Peer", "--person", "crt1-peer")
    token = capsys.readouterr().out.split()[0]
    found = device_by(token)
    assert found is not None
    assert found.unit == stage.crt2
    call_command("device", "revoke", "Glove box")
    call_command("device", "list")
    told = capsys.readouterr().out
    assert "Glove box: CRT2, revoked by system:command line" in told
    assert "Peer: Peer Example, never seen" in told
    assert (token in told, device_by(token)) == (False, None)
    for wrong in (["add", "X", "--unit", "CRT99"], ["add", "Peer", "--unit", "CRT2"], ["revoke", "X"]):
        with pytest.raises(CommandError):
            call_command("device", *wrong)
