"""The administration: supervisors change through actions, auditors look, nobody else gets in."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Q
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dispatch.actions.reference import reference_load
from dispatch.admin.records import of_call_or_unit
from dispatch.models import Assignment, CallType, PremiseCaution, Ruleset
from dispatch.queries.board import call_rows
from dispatch.rules.ruleset_file import DEFAULT_FILE
from hearteam.events.models import Event
from hearteam.problems import Refused
from partners.access import Role, actor_for
from partners.actions import roster
from partners.care.actions import care_note_write
from partners.models import CrewMember, Person, Shift, Team, Unit
from tests.cast import Cast, make_cast
from tests.factories import make_call, make_call_type, make_premise, make_unit

pytestmark = pytest.mark.django_db

RECORDS = {"Call", "Decision", "TriageAnswers", "Assignment", "Note", "Alert", "Event", "LogEntry", "RecordAccess"}
RECORDS |= {"Delivery", "GuestLink", "NotificationChannel", "Redaction"}
MODELS = sorted(admin.site._registry, key=lambda model: model.__name__)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def url(model, page: str, *args) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def told(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def inline(prefix: str, rows: list[dict], initial: int = 0) -> dict:
    fields = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": initial}
    return fields | {
        f"{prefix}-{number}-{name}": value for number, row in enumerate(rows) for name, value in row.items()
    }


def moment(prefix: str, at) -> dict:
    local = timezone.localtime(at)
    return {f"{prefix}_0": f"{local:%Y-%m-%d}", f"{prefix}_1": f"{local:%H:%M:%S}"}


@pytest.mark.parametrize("who", ["dispatcher", "calltaker", "officer", "clinical_lead", "crt1_clinician", "stranger"])
def test_nobody_but_supervisors_and_auditors_gets_in(cast: Cast, who: str) -> None:
    client = signed_in(getattr(cast, who))
    assert client.get("/admin/", follow=True).status_code == 403
    assert client.get(url(Unit, "changelist"), follow=True).status_code == 403


def test_somebody_not_signed_in_is_sent_to_the_one_sign_in_page(client: Client) -> None:
    response = client.get("/admin/partners/unit/", follow=True)
    assert response.redirect_chain[-1][0] == "/login/?next=/admin/partners/unit/"


def test_a_superuser_gets_in_to_make_the_first_supervisor_and_sees_no_records() -> None:
    for role in Role:
        Group.objects.create(name=role.value)
    root = User.objects.create_superuser("root", password="x")
    newcomer = User.objects.create_user("newcomer")
    client = signed_in(root)
    form = {"username": "newcomer", "is_active": "on", "groups": [Group.objects.get(name="supervisor").pk]}
    response = client.post(url(User, "change", newcomer.pk), form, follow=True)
    assert actor_for(newcomer).roles == {Role.SUPERVISOR}, told(response)
    assert client.get(url(Event, "changelist")).status_code == 403


@pytest.mark.parametrize("who", ["supervisor", "auditor"])
def test_every_page_opens_to_those_who_may_look(cast: Cast, who: str) -> None:
    client = signed_in(getattr(cast, who))
    assert client.get("/admin/").status_code == 200
    for model in MODELS:
        assert client.get(url(model, "changelist")).status_code == 200, model
        row = model.objects.first()
        if row is not None:
            assert client.get(url(model, "change", row.pk)).status_code == 200, model


def refused_changes(client: Client, model) -> set[int]:
    """The answers to adding, changing and deleting."""
    answers = {client.get(url(model, "add")).status_code}
    row = model.objects.first()
    if row is not None:
        answers.add(client.post(url(model, "change", row.pk), {}).status_code)
        answers.add(client.post(url(model, "delete", row.pk), {"post": "yes"}).status_code)
        assert model.objects.filter(pk=row.pk).exists()
    return answers


def test_an_auditor_can_change_nothing(cast: Cast) -> None:
    make_call(premise=make_premise(), call_type=make_call_type())
    client = signed_in(cast.auditor)
    assert {model.__name__: refused_changes(client, model) for model in MODELS} == {
        model.__name__: {403} for model in MODELS
    }


def test_records_are_changed_by_nobody(cast: Cast) -> None:
    make_call()
    client = signed_in(cast.supervisor)
    records = [model for model in MODELS if model.__name__ in RECORDS]
    assert {model.__name__: refused_changes(client, model) for model in records} == {name: {403} for name in RECORDS}


def test_what_is_registered_is_what_was_thought_of() -> None:
    assert {model.__name__ for model in MODELS} == RECORDS | {
        "Agency", "CallType", "ChannelCheck", "Disposition", "Facility", "FollowUp", "Intervention", "LegalHold",
        "Person", "Premise", "PremiseCaution", "Resource", "ResponsePlan", "Ruleset", "Shift", "Team", "TimerLimits",
        "Unit", "User", "Vocabulary", "VocabularyEntry", "WhatIf",
        "PhoneSystem", "AliField", "CannedPhrase", "InterpreterLine", "CommandAlias", "Device",
    }  # fmt: skip


def test_a_shift_with_its_crew_is_one_change_on_the_board(cast: Cast) -> None:
    unit = make_unit("CRT2", on_shift=False)
    people = [Person.objects.create(name=f"{role} Example", role=role) for role in ("CLINICIAN", "PEER")]
    before = Event.objects.count()
    form = {
        "unit": unit.pk,
        **moment("starts_at", timezone.now() - timedelta(minutes=1)),
        "ends_at_0": "",
        "ends_at_1": "",
        **inline("crew", [{"person": person.pk, "role": person.role} for person in people]),
    }
    response = signed_in(cast.supervisor).post(url(Shift, "add"), form, follow=True)
    assert CrewMember.objects.filter(shift__unit=unit).count() == 2, told(response)
    event = Event.objects.get(v__gt=before)
    assert (event.type, event.unit, event.by) == ("roster_changed", "CRT2", "supervisor")
    assert [member["name"] for member in event.data["changes"]["units"][0]["crew"]] == [
        "CLINICIAN Example",
        "PEER Example",
    ]
    assert LogEntry.objects.filter(user=cast.supervisor, object_repr__contains=str(unit.pk)).exists()


def test_a_shift_that_would_double_somebody_is_refused_in_words_and_leaves_nothing(cast: Cast) -> None:
    unit = make_unit("CRT2", on_shift=False)
    clara = Person.objects.get(user=cast.crt1_clinician)
    form = {
        "unit": unit.pk,
        **moment("starts_at", timezone.now()),
        "ends_at_0": "",
        "ends_at_1": "",
        **inline("crew", [{"person": clara.pk, "role": "CLINICIAN"}]),
    }
    response = signed_in(cast.supervisor).post(url(Shift, "add"), form)
    page = response.content.decode()
    assert "Clara Example is on CRT1" in page
    assert f'value="{clara.pk}" selected' in page
    assert not unit.shifts.exists()
    assert not LogEntry.objects.exists()


def test_what_only_an_action_refuses_is_shown_on_the_page(cast: Cast) -> None:
    now = timezone.now()
    Assignment.objects.create(
        call=make_call(), unit=cast.crt1, role="CRT", status="OS", status_since=now, dispatched_at=now
    )
    form = {"team": cast.crt1.team_id, "vehicle": "Van 7"}
    response = signed_in(cast.supervisor).post(url(Unit, "change", cast.crt1.pk), form, follow=True)
    assert told(response) == ["CRT1 is on a call: clear it first."]
    assert Unit.objects.get(pk=cast.crt1.pk).vehicle == ""


def test_who_is_taken_off_a_crew_on_a_call_must_have_left_the_unit(cast: Cast) -> None:
    now = timezone.now()
    Assignment.objects.create(
        call=make_call(), unit=cast.crt1, role="CRT", status="OS", status_since=now, dispatched_at=now
    )
    clara = CrewMember.objects.get(person__user=cast.crt1_clinician)
    others = CrewMember.objects.filter(shift=clara.shift).exclude(pk=clara.pk)
    rows = [{"id": one.pk, "shift": clara.shift_id, "person": one.person_id, "role": one.role} for one in others]
    gone = {"id": clara.pk, "shift": clara.shift_id, "person": clara.person_id, "role": clara.role, "DELETE": "on"}
    form = {
        "unit": cast.crt1.pk, **moment("starts_at", clara.shift.starts_at), "ends_at_0": "", "ends_at_1": "",
        **inline("crew", [gone, *rows], initial=1 + len(rows)),
    }  # fmt: skip
    client, page = signed_in(cast.supervisor), url(Shift, "change", clara.shift_id)
    refused = client.post(page, form).content.decode()
    assert "CRT1 is on a call: Clara Example would lose the emergency button." in refused
    assert actor_for(cast.crt1_clinician).unit == "CRT1"
    with pytest.raises(Refused, match="emergency button"):
        roster.crew_member_delete(by=actor_for(cast.supervisor), member=clara)
    client.post(page, form | {"have_left": "on"})
    assert actor_for(cast.crt1_clinician).unit == ""


def test_hours_and_contracts_are_edited_with_their_team(cast: Cast) -> None:
    team = Team.objects.get(code="CRT")
    team.hours.all().delete()
    contract = team.contracts.get()
    form = {
        "agency": team.agency_id, "name": "Renamed", "role": "CRT", "active": "on", "ages": ["ADULT"],
        "min_crew_roles": ["CLINICIAN"], "area": "DOWNTOWN,WEST END", "languages": "en,es",
        **inline(
            "contracts",
            [{"id": contract.pk, "team": team.pk, "starts_on": "2020-01-01", "ends_on": "2026-12-31"}],
            initial=1,
        ),
        **inline(
            "hours",
            [{"weekday": 0, "opens": "08:00", "closes": "22:00", "channel": "TABLET", "valid_from": "2026-01-01"}],
        ),
        **inline("exceptions", []),
    }  # fmt: skip
    response = signed_in(cast.supervisor).post(url(Team, "change", team.pk), form, follow=True)
    team.refresh_from_db()
    assert (team.name, team.area, team.min_crew_roles) == ("Renamed", ["DOWNTOWN", "WEST END"], ["CLINICIAN"]), told(
        response
    )
    assert team.hours.get().closes.hour == 22
    assert str(team.contracts.get().ends_on) == "2026-12-31"
    assert Event.objects.filter(type="roster_changed", unit="CRT1").count() == 1


def test_a_unit_on_the_roster_keeps_its_call_sign_and_status(cast: Cast) -> None:
    form = {"team": cast.crt1.team_id, "callsign": "CRT7", "status": "OO", "active": "on", "vehicle": "Van 7"}
    signed_in(cast.supervisor).post(url(Unit, "change", cast.crt1.pk), form, follow=True)
    unit = Unit.objects.get(pk=cast.crt1.pk)
    assert (unit.callsign, unit.status, unit.vehicle) == ("CRT1", "AV", "Van 7")


def test_a_supervisor_adds_a_colleague_with_a_role_and_cannot_touch_a_superuser(cast: Cast) -> None:
    client = signed_in(cast.supervisor)
    password = "correct horse battery"
    form = {"username": "new-dispatcher", "usable_password": "true", "password1": password, "password2": password}
    client.post(url(User, "add"), form, follow=True)
    user = User.objects.get(username="new-dispatcher")
    form = {"username": user.username, "is_active": "on", "groups": [Group.objects.get(name="dispatcher").pk]}
    client.post(url(User, "change", user.pk), form | {"is_superuser": "on"}, follow=True)
    user.refresh_from_db()
    assert actor_for(user).roles == {Role.DISPATCHER}
    assert not user.is_superuser
    root = User.objects.create_superuser("root", password="x")
    assert client.post(url(User, "change", root.pk), form).status_code == 403
    assert client.get(reverse("admin:auth_user_password_change", args=[root.pk])).status_code == 403


def test_a_caution_reaches_the_open_calls_of_its_premise(cast: Cast) -> None:
    premise = make_premise()
    call = make_call(premise=premise)
    make_call()
    caution = {
        "caution_class": "VIOLENCE", "text": "Knife by the door", "source": "officer",
        "reviewed_on": f"{timezone.localdate()}",
    }  # fmt: skip
    form = {"address": premise.address, "key": premise.key, **inline("cautions", [caution])}
    response = signed_in(cast.supervisor).post(url(type(premise), "change", premise.pk), form, follow=True)
    assert PremiseCaution.objects.get().author == cast.supervisor, told(response)
    event = Event.objects.get(type="call_updated")
    assert event.data["changes"]["calls"] == call_rows([call.pk])
    assert event.data["changes"]["calls"][0]["hazards"] == ["Knife by the door"]


def test_a_call_types_new_name_reaches_open_calls(cast: Cast) -> None:
    kind = make_call_type("EDP")
    make_call(call_type=kind)
    form = {
        "code": "EDP", "name": "In distress", "apco": "EDP", "asks_triage": "YES", "default_priority": 2,
        "active": "on",
        **inline("plans", [{"priority": 2, "role": "POLICE", "count": 1}]),
    }  # fmt: skip
    response = signed_in(cast.supervisor).post(url(CallType, "change", kind.pk), form, follow=True)
    assert kind.plans.get().role == "POLICE", told(response)
    assert Event.objects.get(type="call_updated").data["changes"]["calls"][0]["type_name"] == "In distress"


def test_a_calls_page_shows_everything_but_clinical_text(cast: Cast) -> None:
    call = make_call()
    note = call.notes.create(author_name="crt1-clinician", audience="CLINICAL", written_at=timezone.now())
    care_note_write(
        by=cast.actor("crt1_clinician"),
        call_id=call.pk,
        note_id=note.pk,
        text="Hears voices",
        written_at=timezone.now(),
    )
    call.notes.create(author_name="calltaker", text="Red door", written_at=timezone.now())
    page = signed_in(cast.supervisor).get(url(type(call), "change", call.pk)).content.decode()
    assert "Red door" in page
    assert "Hears voices" not in page


def test_a_call_sign_too_short_to_find_calls_by_finds_its_unit_alone() -> None:
    assert of_call_or_unit("e7") == Q(unit__callsign="E7")


def take_step(client: Client, row: Ruleset, step: str):
    row.refresh_from_db()
    seen = {"digest": (row.report or {}).get("digest", "")}
    return client.post(reverse("admin:dispatch_ruleset_step", args=[row.pk, step]), seen, follow=True)


def test_a_ruleset_goes_from_file_to_publication_by_two_people(cast: Cast) -> None:
    reference_load()
    text = DEFAULT_FILE.read_text().replace("version: 1", "version: 2", 1)
    first, second = signed_in(cast.supervisor), signed_in(cast.supervisor2)
    upload = {"file": SimpleUploadedFile("next.yaml", text.encode()), "note": "Next year's table"}
    first.post(url(Ruleset, "add"), upload, follow=True)
    row = Ruleset.objects.get(version=2)
    assert (row.author_name, row.note, row.status) == ("supervisor", "Next year's table", "draft")
    page = first.get(url(Ruleset, "change", row.pk)).content.decode()
    assert reverse("admin:dispatch_ruleset_step", args=[row.pk, "check"]) in page
    assert "any of: weapon IN_HAND; violence ACTIVE; scene UNSAFE; crime SERIOUS" in page
    take_step(first, row, "check")
    assert "You wrote" in told(take_step(first, row, "approve"))[0]
    take_step(second, row, "approve")
    take_step(first, row, "publish")
    row.refresh_from_db()
    assert (row.status, row.approver_name) == ("published", "supervisor-2")
    assert Ruleset.objects.get(version=1).status == "retired"
    assert list(LogEntry.objects.order_by("pk").values_list("user__username", flat=True)) == [
        "supervisor", "supervisor", "supervisor-2", "supervisor",
    ]  # fmt: skip
    page = first.get(url(Ruleset, "change", row.pk)).content.decode()
    assert "It decides. Copy it to change something." in page
    assert reverse("admin:dispatch_ruleset_step", args=[row.pk, "check"]) not in page


def test_a_file_with_a_mistake_is_answered_by_line(cast: Cast) -> None:
    text = DEFAULT_FILE.read_text().replace("weapon: [IN_HAND]", "weapon: [IN_HANDS]", 1)
    upload = {"file": SimpleUploadedFile("next.yaml", text.encode())}
    response = signed_in(cast.supervisor).post(url(Ruleset, "add"), upload)
    assert "has no answer IN_HANDS" in response.content.decode()
    assert "Line " in response.content.decode()
    assert not Ruleset.objects.exists()


def test_an_auditor_takes_no_step(cast: Cast) -> None:
    reference_load()
    row = Ruleset.objects.get()
    assert take_step(signed_in(cast.auditor), row, "check").status_code == 403
