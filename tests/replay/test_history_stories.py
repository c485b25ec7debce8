"""Stories are recorded from what the actions write. HEARTEAM_WRITE_STORIES=1 writes them anew."""

from __future__ import annotations

import json
import os
from typing import Any

from dispatch.replay.history.stories import PATH
from tests.replay.recording import Recorder
from tests.replay.told import TOLD, Told
from tests.stage import Stage, module_stage, rolled_back, stage

__all__ = ["module_stage", "stage"]


def recorded(stage: Stage) -> list[dict[str, Any]]:
    """Every story, each played on the stage as it was set."""
    found = []
    for weight, play in TOLD:
        with rolled_back():
            told = Told(stage, Recorder(stage))
            play(told)
            found.append(told.recorder.story(play.__name__, weight))
    return found


def test_stories_are_what_the_actions_write(stage: Stage) -> None:
    now = recorded(stage)
    if os.environ.get("HEARTEAM_WRITE_STORIES"):
        PATH.write_text(json.dumps(now, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    kept = json.loads(PATH.read_text(encoding="utf-8"))
    assert [shape(story) for story in kept] == [shape(story) for story in now]


def shape(story: dict[str, Any]) -> dict[str, Any]:
    """What does not depend on how fast the recording went."""
    return {
        "name": story["name"],
        "weight": story["weight"],
        "units": story["units"],
        "rows": {model: [sorted(row) for row in rows] for model, rows in story["tables"].items()},
        "events": [(event["step"], event["type"], event["audience"]) for event in story["events"]],
    }
