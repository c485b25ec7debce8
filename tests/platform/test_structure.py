"""Rules of the code that the import contracts cannot say."""

import re
from pathlib import Path

import pytest

from hearteam.embedded.run import in_plain_words

PROJECT = Path(__file__).resolve().parent.parent.parent
APPS = ("hearteam", "dispatch", "partners")


def sources() -> list[Path]:
    return [path for app in APPS for path in (PROJECT / app).rglob("*.py") if "migrations" not in path.parts]


def test_only_actions_write_to_the_event_log() -> None:
    writing = re.compile(r"\b(log\.emit|emit)\(")
    found = {str(path.relative_to(PROJECT)) for path in sources() if writing.search(path.read_text())}
    allowed = re.compile(r"^((dispatch|partners)/(care/)?actions/|hearteam/events/)")
    assert {path for path in found if not allowed.match(path)} == set()


def test_no_file_is_too_long_to_read() -> None:
    assert {str(path): n for path in sources() if (n := len(path.read_text().splitlines())) > 400} == {}


def test_nothing_is_called_utils_or_helpers() -> None:
    assert [path for path in sources() if re.search(r"utils|helpers|managers?\.py", path.name)] == []


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("could not write lock file: No space left on device", "The disk that holds"),
        ("Port 8000 is taken by another program.", "Port 8000 is taken by another program."),
    ],
)
def test_a_full_disk_is_said_in_one_way_and_the_rest_as_it_is(reason: str, said: str) -> None:
    assert in_plain_words(reason).startswith(said)
