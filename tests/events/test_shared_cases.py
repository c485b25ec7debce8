"""The browser's reducer is tried with the same cases: `cases.json` may not lag behind the code.

When an event or a row gets another shape, write the file anew and look at the difference:

    HEARTEAM_WRITE_CASES=1 .venv/bin/pytest tests/events/test_shared_cases.py
"""

from __future__ import annotations

import json
import os
from functools import reduce

from dispatch.board import apply
from tests.events.shared_cases import FILE, shape, shared_cases, written
from tests.events.verify import by_key
from tests.stage import Stage


def test_the_committed_cases_have_the_shape_of_todays_events(stage: Stage) -> None:
    fresh = shared_cases(stage)
    if os.environ.get("HEARTEAM_WRITE_CASES"):
        FILE.write_text(written(fresh))
    committed = json.loads(FILE.read_text())
    hint = "write cases.json anew, see the head of this file"
    assert [one["name"] for one in committed] == [one["name"] for one in fresh], hint
    for old, new in zip(committed, fresh, strict=True):
        assert [event["type"] for event in old["events"]] == [event["type"] for event in new["events"]], hint
        assert shape(old) == shape(new), hint


def test_the_committed_cases_hold_in_python() -> None:
    for case in json.loads(FILE.read_text()):
        reached = reduce(apply, case["events"], case["snapshot"])
        assert by_key(reached) == by_key(case["expected"]), case["name"]
