"""The record of a call on paper is for those who may know of the call, and reads through the API."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.stage import Stage, module_stage, stage

__all__ = ["module_stage", "stage"]


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("dispatcher", 200), ("auditor", 200), ("crt1_clinician", 200), ("crmhc1_clinician", 404), ("stranger", 404),
    ],
)  # fmt: skip
def test_the_record_is_for_those_who_may_know_of_the_call(stage: Stage, client: Client, who: str, status: int) -> None:
    call, _ = stage.crt_at("OS")
    client.force_login(getattr(stage.cast, who))
    answer = client.get(f"/calls/{call.pk}/print/")
    assert answer.status_code == status
    assert (call.number in answer.content.decode()) == (status == 200)


def test_who_is_not_signed_in_signs_in_first(stage: Stage, client: Client) -> None:
    call = stage.call()
    answer = client.get(f"/calls/{call.pk}/print/")
    assert answer["Location"] == f"/login/?next=/calls/{call.pk}/print/"


@pytest.mark.parametrize("word", ["0", "x", "9" * 40])
def test_no_call_no_record(stage: Stage, client: Client, word: str) -> None:
    client.force_login(stage.cast.dispatcher)
    assert client.get(f"/calls/{word}/print/").status_code == 404
