"""A command that is sent twice acts once: its key is claimed, and its answer kept, in the transaction of what it
does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.db.models import BigIntegerField, CharField, JSONField, SmallIntegerField

from dispatch.actions.transaction import action
from dispatch.models import Command
from hearteam.observe import context
from hearteam.prepared import Parameter, PreparedText, PreparedUpdate
from hearteam.problems import Conflict, Malformed, Problem, Refused
from partners.access import Actor

Answer = tuple[int, Any]
"""HTTP status and JSON body (None for an empty one)."""

LONGEST_KEY = 200


def body_hash(method: str, path: str, body: bytes) -> str:
    """What makes two uses of a key the same command."""
    return hashlib.sha256(b"\0".join([method.encode(), path.encode(), body])).hexdigest()


def command_execute(*, by: Actor, key: str, digest: str, run: Callable[[], Answer]) -> Answer:
    """Run an action once per (user, key).

    1. Claim the key: an insert that waits for a competing transaction with the same key.
    2. Already answered: the same body gets the same answer, another body is refused (422).
    3. Run the action in a savepoint; keep its answer with the claim. An answer that refuses (409, 422) is kept too,
       with everything the action did undone; any other error undoes the claim with it, so a retry runs again.
    """
    if by.user_id is None:
        return run()
    if len(key) > LONGEST_KEY or not key.isprintable():
        raise Malformed(f"Idempotency-Key must be printable text of at most {LONGEST_KEY} characters.")
    with action(by) as work:
        if not _claim.run(by.user_id, key, digest):
            context.note(replayed=True)
            return _answered(by.user_id, key, digest)
        try:
            with transaction.atomic():
                answer = run()
        except (Conflict, Refused) as refusal:
            work.discard()
            answer = refusal.status, refusal.as_dict()
        _keep.run(user=by.user_id, key=key, status=answer[0], answer=_ANSWER.get_db_prep_save(answer[1], connection))
        return answer


_ANSWER = JSONField()
_keep = PreparedUpdate(
    lambda: Command.objects.filter(user_id=Parameter("user", BigIntegerField()), key=Parameter("key", CharField())),
    status=Parameter("status", SmallIntegerField()),
    answer=Parameter("answer", _ANSWER),
)


_claim = PreparedText(
    "INSERT INTO dispatch_command (user_id, key, body_hash, at) VALUES (%s, %s, %s, now()) ON CONFLICT DO NOTHING"
)


def _answered(user_id: int, key: str, digest: str) -> Answer:
    command = Command.objects.get(user_id=user_id, key=key)
    if command.body_hash != digest:
        raise KeyReused("This Idempotency-Key was used for another command.")
    assert command.status is not None
    return command.status, command.answer


class KeyReused(Problem):
    """422: the key belongs to another body."""

    status = 422
    title = "Idempotency-Key reused"
