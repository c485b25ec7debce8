"""Recorded problems mean what the center decided on them; what it did not decide on means what its words say."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.utils import timezone

from dispatch.models import Call, Vocabulary, VocabularyEntry
from dispatch.replay import generated
from dispatch.replay.reading import read_export
from dispatch.replay.session import prepare
from tests.factories import make_call_type

ZONE = ZoneInfo("America/New_York")
DAY = date(2025, 3, 5)
DATA = Path(os.environ.get("HEARTEAM_TEST_DATA") or Path(__file__).parents[2].parent / "shared" / "data")
VOCABULARIES = {
    "alexandria_va_problem_types.csv": (318, 0, {"YES": 8, "MAYBE": 31, "NO": 279}),
    "reno_nv_cfs_codes.csv": (109, 1, {"YES": 3, "MAYBE": 16, "NO": 90}),
    "san_diego_pd_call_types.csv": (281, 8, {"YES": 2, "MAYBE": 22, "NO": 257}),
}
RECORDED = DATA / "calls" / "alexandria_va_cad_2025-08-24_2025-11-30.csv.gz"
recorded = [
    pytest.mark.data,
    pytest.mark.skipif(not RECORDED.exists(), reason=f"the recorded data are not in {DATA}"),
]


@pytest.fixture
def export(tmp_path: Path) -> Path:
    generated.write_cad(tmp_path / "day.csv", day=DAY, incidents=80, seed=3)
    return tmp_path / "day.csv"


def meanings(path: Path) -> dict[str, tuple[str, bool]]:
    made = prepare(read_export(path, zone=ZONE, day=DAY), seed=1, zone=ZONE, now=timezone.now())
    assert made is not None
    return {row.problem: (row.call_type, row.behavioural) for row in made.incidents}


@pytest.mark.django_db
def test_a_problem_means_what_was_decided_on_it_while_the_vocabulary_is_active(export: Path) -> None:
    before = meanings(export)
    assert (before["TRESPASS EXAMPLE"], before["MENTAL HEALTH EXAMPLE"]) == (("TRESPASS", False), ("MNTL", True))
    row = Vocabulary.objects.create(name="sample", title="Sample")
    police = {"vocabulary": row, "agency": "POLICE"}
    VocabularyEntry.objects.create(code="Trespass Example", asks_triage="YES", call_type=make_call_type(), **police)
    VocabularyEntry.objects.create(code="MENTAL HEALTH EXAMPLE", asks_triage="MAYBE", **police)
    assert meanings(export) == before
    Vocabulary.objects.update(active=True)
    after = meanings(export)
    assert (after["TRESPASS EXAMPLE"], after["MENTAL HEALTH EXAMPLE"]) == (("EDP", True), ("MNTL", False))
    same = before.keys() - {"TRESPASS EXAMPLE", "MENTAL HEALTH EXAMPLE"}
    assert {problem: after[problem] for problem in same} == {problem: before[problem] for problem in same}


class TestRecorded:
    """Real vocabularies, and a real day under one of them."""

    pytestmark = [*recorded, pytest.mark.django_db]

    @pytest.mark.parametrize("name", VOCABULARIES)
    def test_a_real_vocabulary_is_imported_whole_and_written_again(self, name: str, tmp_path: Path) -> None:
        types, again, asks = VOCABULARIES[name]
        err = io.StringIO()
        call_command("vocabulary", "import", "real", str(DATA / "triage" / name), stdout=io.StringIO(), stderr=err)
        assert err.getvalue().count(" again: it is in line ") == again
        assert Counter(VocabularyEntry.objects.values_list("asks_triage", flat=True)) == asks
        assert VocabularyEntry.objects.filter(decided=False).count() == types
        call_command("vocabulary", "export", "real", "-o", str(tmp_path / "out.csv"))
        with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
            assert sum(1 for _ in csv.DictReader(file)) == types

    def test_every_recorded_problem_is_in_its_citys_vocabulary(self) -> None:
        import_alexandria()
        known = {(row.code, row.agency) for row in VocabularyEntry.objects.all()}
        with gzip.open(RECORDED, "rt", encoding="utf-8") as file:
            seen = {(" ".join(row["Problem"].split()), row["Agency"]) for row in csv.DictReader(file)}
        assert seen <= known

    def test_a_recorded_day_keeps_its_words_and_the_report_counts_by_them(self, center: None) -> None:
        import_alexandria()
        call_command("vocabulary", "activate", "alexandria", stdout=io.StringIO())
        summary = replay("2025-11-03")
        assert summary["refused"] == []
        calls = Call.objects.exclude(reported_type="")
        assert calls.count() == summary["calls"] == 288
        asked = Counter(calls.values_list("asks_triage", flat=True))
        assert asked["YES"] == summary["behavioural"] == calls.filter(decision__isnull=False).count()
        assert asked["MAYBE"] > asked["YES"]
        assert not calls.filter(asks_triage="NO", behavioural="YES").exists()


def import_alexandria() -> None:
    path = DATA / "triage" / "alexandria_va_problem_types.csv"
    call_command("vocabulary", "import", "alexandria", str(path), stdout=io.StringIO(), stderr=io.StringIO())


def replay(day: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command("replay", str(RECORDED), "--json", "--day", day, "--speed", "0", stdout=out, stderr=io.StringIO())
    return json.loads(out.getvalue())
