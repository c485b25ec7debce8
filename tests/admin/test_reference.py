"""What a new center starts from, and the demo's people: loaded once, never changed by loading again."""

import json
import stat
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client

from dispatch.actions.reference import reference_load
from dispatch.management.commands.load_demo import base_url
from dispatch.models import CallType, Disposition, ResponsePlan, Ruleset
from dispatch.queries import rulesets
from dispatch.queries.board import unit_rows
from dispatch.rules.ruleset_file import load_default_ruleset
from hearteam.events.models import Event
from partners.access import Role, actor_for
from partners.models import Facility, Person, Shift, Team, Unit

pytestmark = pytest.mark.django_db

CAST = {
    "dispatcher", "dispatcher-2", "calltaker", "supervisor", "supervisor-2", "auditor", "officer", "clinical-lead-CRT",
    "responder-CRT1", "responder-CRT2", "responder-CRMHC1", "responder-HPD1",
}  # fmt: skip


@pytest.fixture
def home(settings, tmp_path: Path) -> Path:
    settings.HEARTEAM_HOME = tmp_path
    return tmp_path


def load_demo(home: Path) -> dict:
    reference_load()
    call_command("load_demo", stdout=StringIO())
    return json.loads((home / "demo.json").read_text())


def test_reference_data_makes_a_center_that_can_decide_and_dispatch() -> None:
    reference_load()
    assert rulesets.current()[1] == load_default_ruleset()
    published = Ruleset.objects.get(status="published")
    assert (published.author_name, published.approver_name) == ("reference data", "programme default")
    assert set(Team.objects.values_list("code", flat=True)) == {"HPD", "HFD", "EMS", "CRT", "CRMHC", "WHEELER"}
    assert {plan.priority for plan in ResponsePlan.objects.filter(call_type=None)} == {1, 2, 3, 4}
    assert CallType.objects.get(code="OD").situation == "OVERDOSE"
    assert Disposition.objects.get(apco="15").label.startswith("Referred")


def test_a_civilian_team_is_not_sent_before_somebody_enters_its_contract_and_hours() -> None:
    reference_load()
    assert not Team.objects.filter(contracts__isnull=False).exists()


def test_loading_again_adds_nothing_and_keeps_edits() -> None:
    reference_load()
    Team.objects.filter(code="WHEELER").update(dedicated_phone="860-555-0199", arrival_target_minutes=30)
    ResponsePlan.objects.filter(call_type__code="EDP").delete()
    assert sum(reference_load().values()) == 0
    wheeler = Team.objects.get(code="WHEELER")
    assert (wheeler.dedicated_phone, wheeler.arrival_target_minutes) == ("860-555-0199", 30)
    assert not ResponsePlan.objects.filter(call_type__code="EDP").exists()


def test_every_telephone_number_is_invented_or_a_public_short_code() -> None:
    reference_load()
    phones = set(Facility.objects.exclude(phone="").values_list("phone", flat=True))
    phones |= set(Team.objects.exclude(dedicated_phone="").values_list("dedicated_phone", flat=True))
    assert phones
    assert all("-555-" in phone for phone in phones)


def test_the_demo_has_its_roster_on_shift_available_and_in_the_city(home: Path) -> None:
    load_demo(home)
    rows = {row["unit"]: row for row in unit_rows()}
    expected = {
        f"{team}{n}"
        for team, count in (("CRT", 2), ("CRMHC", 2), ("HPD", 24), ("HFD", 6), ("EMS", 10))
        for n in range(1, count + 1)
    }
    assert set(rows) == expected
    assert [row for row in rows.values() if not (row["on_shift"] and row["status"] == "AV" and row["crew"])] == []
    assert {row["unit"] for row in rows.values() if row["cit"]} == {f"HPD{n}" for n in range(1, 25, 4)}
    assert {member["role"] for member in rows["CRT1"]["crew"]} == {"CLINICIAN", "PEER"}
    assert not Unit.objects.filter(lat=None).exists()
    assert Unit.objects.values("lat", "lon").distinct().count() > 10


def test_everybody_of_the_contract_can_sign_in_with_what_the_file_says(home: Path) -> None:
    demo = load_demo(home)
    assert set(demo["users"]) == CAST
    for row in demo["users"].values():
        assert User.objects.get(username=row["username"]).check_password(row["password"])
        assert User.objects.get(auth_token__key=row["token"]).username == row["username"]
    assert stat.S_IMODE((home / "demo.json").stat().st_mode) == 0o600
    roles = {who: actor_for(User.objects.get(username=row["username"])) for who, row in demo["users"].items()}
    assert roles["supervisor"].roles == {Role.SUPERVISOR}
    assert roles["responder-CRT1"].unit == "CRT1"
    assert roles["responder-HPD1"].is_police
    assert roles["clinical-lead-CRT"].team == "CRT"


def test_the_demos_phone_system_has_a_token_and_no_password(home: Path, client: Client) -> None:
    program = load_demo(home)["programs"]["phone-system"]
    user = User.objects.get(auth_token__key=program["token"])
    assert actor_for(user).roles == {Role.PHONE_SYSTEM}
    assert not user.has_usable_password()
    assert load_demo(home)["programs"]["phone-system"] == program


def test_a_second_start_keeps_passwords_tokens_and_the_day(home: Path) -> None:
    first = load_demo(home)
    Unit.objects.filter(callsign="HPD3").update(status="OO")
    people, shifts, events = Person.objects.count(), Shift.objects.count(), Event.objects.count()
    second = load_demo(home)
    assert second["users"] == first["users"]
    assert Unit.objects.get(callsign="HPD3").status == "OO"
    assert (Person.objects.count(), Shift.objects.count(), Event.objects.count()) == (people, shifts, events)


def test_a_lost_file_gets_new_passwords_that_work(home: Path, client: Client) -> None:
    first = load_demo(home)
    (home / "demo.json").unlink()
    second = load_demo(home)
    assert second["users"]["dispatcher"]["password"] != first["users"]["dispatcher"]["password"]
    assert second["users"]["dispatcher"]["token"] == first["users"]["dispatcher"]["token"]
    assert client.login(username="dispatcher", password=second["users"]["dispatcher"]["password"])


@pytest.mark.parametrize(
    ("host", "port", "address"),
    [
        ("", "", "http://127.0.0.1:8000"),
        ("0.0.0.0", "8123", "http://127.0.0.1:8123"),
        ("::1", "8123", "http://[::1]:8123"),
        ("dispatch.example", "80", "http://dispatch.example:80"),
    ],
)
def test_the_file_names_an_address_that_a_browser_can_open(
    monkeypatch: pytest.MonkeyPatch, host: str, port: str, address: str
) -> None:
    monkeypatch.setenv("HOST", host)
    monkeypatch.setenv("PORT", port)
    assert base_url() == address


def test_production_settings_refuse_the_demo(home: Path, settings) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="never on a real installation"):
        call_command("load_demo")
    assert not (home / "demo.json").exists()
