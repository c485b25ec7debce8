"""Whoever hands over a task never waits for the broker."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any

import pytest

from hearteam import outgoing
from hearteam.outgoing import Sender
from tests.waiting import until


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[str], None]], list[str]]:
    """A broker that does this with each task; returns what it took."""

    def standing_for(behaviour: Callable[[str], None]) -> list[str]:
        taken: list[str] = []

        def send_task(name: str, args: list[Any], retry: bool, headers: dict[str, str]) -> None:
            behaviour(name)
            taken.append(name)

        monkeypatch.setattr(outgoing.app, "send_task", send_task)
        return taken

    return standing_for


def test_a_broker_that_stands_still_holds_nobody(broker: Any) -> None:
    goes_on = threading.Event()
    taken = broker(lambda name: goes_on.wait(30))
    sender = Sender()
    for name in ("first", "second"):
        sender.put((name, (1,), ""))
    assert taken == []
    goes_on.set()
    until(lambda: taken == ["first", "second"], "both are sent, in order")


def test_a_broker_that_is_away_is_asked_again_for_the_next(broker: Any) -> None:
    def fails(name: str) -> None:
        if name == "lost":
            raise ConnectionError

    taken = broker(fails)
    sender = Sender()
    for name in ("lost", "next"):
        sender.put((name, (1,), ""))
    until(lambda: taken == ["next"], "the next one is sent")


def test_more_than_the_queue_holds_is_left_to_the_sweep(broker: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "MOST_WAITING", 2)
    goes_on, began = threading.Event(), threading.Event()
    taken = broker(lambda name: began.set() or goes_on.wait(30))
    sender = Sender()
    sender.put(("in hand", (), ""))
    until(began.is_set, "the first is in hand")
    for name in ("one", "two", "too many"):
        sender.put((name, (), ""))
    goes_on.set()
    until(lambda: taken == ["in hand", "one", "two"], "the others are sent")


def test_a_forked_process_sends_its_own(broker: Any) -> None:
    taken = broker(lambda name: None)
    sender = Sender()
    sender.put(("before", (), ""))
    until(lambda: taken == ["before"], "it is sent")
    sender.process = os.getpid() - 1  # as after a fork: the thread is the parent's
    sender.put(("after", (), ""))
    until(lambda: taken == ["before", "after"], "a thread of its own sends it")


def test_what_is_sent_from_a_thread_goes_to_our_broker() -> None:
    asked: list[str] = []
    thread = threading.Thread(target=lambda: asked.append(outgoing.app.connection_for_write().as_uri()))
    thread.start()
    thread.join()
    assert asked[0].startswith("redis")
