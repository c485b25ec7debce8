"""Vocabularies in the administration: read from a file, decided on one by one or many at once, put to use."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from dispatch.models import CallType, Vocabulary, VocabularyEntry
from tests.cast import Cast, make_cast
from tests.factories import make_call_type

pytestmark = pytest.mark.django_db

FILE = b"code,type\nM1,Mental sample\nD1,Disorderly sample\nP1,Parked sample\n"
LIST, ADD = "admin:dispatch_vocabulary_changelist", "admin:dispatch_vocabulary_add"
ENTRIES, ENTRY = "admin:dispatch_vocabularyentry_changelist", "admin:dispatch_vocabularyentry_change"


@pytest.fixture
def cast() -> Cast:
    make_call_type("WELFARE")
    return make_cast()


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def supervisor(cast: Cast) -> Client:
    return signed_in(cast.supervisor)


def upload(client: Client, content: bytes = FILE, name: str = "sample"):
    file = SimpleUploadedFile("types.csv", content)
    return client.post(reverse(ADD), {"name": name, "title": "Sample city", "file": file}, follow=True)


def act(client: Client, page: str, action: str, rows, **more):
    chosen = {"action": action, "_selected_action": [row.pk for row in rows], **more}
    return client.post(reverse(page), chosen, follow=True)


def told(response) -> str:
    return " | ".join(str(message) for message in response.context["messages"])


def entry(code: str) -> VocabularyEntry:
    return VocabularyEntry.objects.get(code=code)


def test_a_vocabulary_is_read_from_a_file_and_brought_up_to_date_by_another(supervisor: Client) -> None:
    response = upload(supervisor, FILE + b",Sample\n")
    assert "Line 5: no code" in told(response)
    assert "3 new" in told(response)
    VocabularyEntry.objects.filter(code="P1").update(decided=True, asks_triage="YES")
    response = upload(supervisor, b"code,type\nP1,Parked sample\nN1,New sample\n")
    assert "1 new, 0 proposed again, 1 decided before and kept" in told(response)
    assert "M1 is not in the file any more; it stays." in told(response)
    assert entry("P1").asks_triage == "YES"
    assert Vocabulary.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "says"), [(b"a,b\n1,2\n", "no list of call types"), (b"code\n" + b"x" * 1_000_000, "more than 1 MB")]
)
def test_a_file_that_cannot_be_used_is_answered_in_words(supervisor: Client, content: bytes, says: str) -> None:
    response = upload(supervisor, content)
    assert says in response.content.decode()
    assert not Vocabulary.objects.exists()


def test_types_are_decided_on_many_at_once_each_with_name_time_and_a_line_in_the_log(
    supervisor: Client, cast: Cast
) -> None:
    upload(supervisor)
    response = act(supervisor, ENTRIES, "ask_maybe", [entry("M1"), entry("P1")])
    assert "Ask: maybe: 2 types." in told(response)
    for code in ("M1", "P1"):
        row = entry(code)
        assert (row.asks_triage, row.decided, row.changed_by_name) == ("MAYBE", True, "supervisor")
        logged = LogEntry.objects.get(object_id=str(row.pk), action_flag=2)
        assert (logged.user, logged.get_change_message()) == (cast.supervisor, "Ask: maybe")
    assert not entry("D1").decided
    act(supervisor, ENTRIES, "ask_yes", [entry("P1")])
    act(supervisor, ENTRIES, "ask_no", [entry("M1")])
    act(supervisor, ENTRIES, "as_proposed", [entry("D1")])
    assert [entry(code).asks_triage for code in ("P1", "M1", "D1")] == ["YES", "NO", "MAYBE"]
    assert entry("D1").decided


def test_our_call_type_is_set_for_many_at_once_and_taken_off(supervisor: Client) -> None:
    upload(supervisor)
    welfare = CallType.objects.get(code="WELFARE")
    act(supervisor, ENTRIES, "set_our_type", [entry("D1"), entry("P1")], our_type=welfare.pk)
    assert {entry(code).call_type for code in ("D1", "P1")} == {welfare}
    act(supervisor, ENTRIES, "set_our_type", [entry("P1")], our_type="")
    assert (entry("D1").call_type, entry("P1").call_type) == (welfare, None)


def test_one_type_is_decided_on_on_its_page(supervisor: Client) -> None:
    upload(supervisor)
    row, welfare = entry("P1"), CallType.objects.get(code="WELFARE")
    form = {"asks_triage": "MAYBE", "call_type": welfare.pk, "code": "CHANGED"}
    supervisor.post(reverse(ENTRY, args=[row.pk]), form, follow=True)
    row.refresh_from_db()
    assert (row.code, row.asks_triage, row.call_type, row.decided, row.changed_by_name) == (
        "P1", "MAYBE", welfare, True, "supervisor",
    )  # fmt: skip


def test_what_is_not_decided_is_found_by_filter_and_word(supervisor: Client) -> None:
    upload(supervisor)
    act(supervisor, ENTRIES, "as_proposed", [entry("D1")])
    response = supervisor.get(reverse(ENTRIES), {"decided__exact": "0", "q": "sample"})
    assert {row.code for row in response.context["cl"].result_list} == {"M1", "P1"}


def test_one_vocabulary_is_put_to_use_and_aside(supervisor: Client) -> None:
    upload(supervisor)
    upload(supervisor, name="other")
    both = list(Vocabulary.objects.order_by("name"))
    assert "Choose one" in told(act(supervisor, LIST, "put_to_use", both))
    for row in both:
        act(supervisor, LIST, "put_to_use", [row])
    assert [row.name for row in Vocabulary.objects.filter(active=True)] == ["sample"]
    act(supervisor, LIST, "put_aside", both)
    assert not Vocabulary.objects.filter(active=True).exists()
    assert LogEntry.objects.filter(change_message="Put to use.").count() == 2


def test_an_auditor_reads_and_changes_nothing(cast: Cast, supervisor: Client) -> None:
    upload(supervisor)
    auditor = signed_in(cast.auditor)
    assert "Parked sample" in auditor.get(reverse(ENTRIES)).content.decode()
    row = entry("P1")
    assert upload(auditor, name="other").status_code == 403
    assert auditor.post(reverse(ENTRY, args=[row.pk]), {"asks_triage": "YES"}).status_code == 403
    act(auditor, ENTRIES, "ask_yes", [row])
    act(auditor, LIST, "put_to_use", list(Vocabulary.objects.all()))
    row.refresh_from_db()
    assert (row.asks_triage, row.decided) == ("NO", False)
    assert not Vocabulary.objects.filter(active=True).exists()
