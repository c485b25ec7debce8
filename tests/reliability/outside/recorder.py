"""What the outside knows: each command that was sent, each try, each answer."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Any

REFUSED = "refused"
"""Nobody listened: nothing was sent."""


@dataclass(slots=True)
class Sent:
    """One command under one key. `status` is None while nobody has answered it."""

    kind: str
    key: str
    who: str
    path: str
    body: Any
    began: float
    tries: list[str] = field(default_factory=list)
    status: int | None = None
    answer: Any = None
    ended: float = 0.0
    abandoned: bool = False
    """The client vanished after it had sent: nobody knows what became of it."""


class Recorder:
    """Written to by every client, read by the verdict."""

    def __init__(self) -> None:
        self.sent: list[Sent] = []
        self.judged = 0
        self._lock = threading.Lock()

    def begin(self, kind: str, key: str, who: str, path: str, body: Any) -> Sent:
        sent = Sent(kind, key, who, path, body, time.monotonic())
        with self._lock:
            self.sent.append(sent)
        return sent

    def unjudged(self) -> list[Sent]:
        """What was sent since the last verdict."""
        return self.sent[self.judged :]

    def failures_between(self, began: float, ended: float) -> list[str]:
        """Tries of that time that reached somebody and got no answer, or an error."""
        return [
            outcome
            for sent in list(self.sent)
            if sent.ended >= began and sent.began <= ended and not sent.abandoned
            for outcome in sent.tries
            if outcome != REFUSED and outcome[0] not in "24"
        ]
