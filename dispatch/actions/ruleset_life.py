"""What the steps in a ruleset's life have in common. Part of the actions of `rulesets`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db import connection
from django.utils import timezone

from dispatch import models
from dispatch.actions.ruleset_proof import Proof, sentence
from dispatch.queries import rulesets
from dispatch.queries.ruleset_roster import missing_teams
from dispatch.rules import ruleset as rules
from dispatch.rules.structure import structure_problems
from hearteam.advisory_locks import AdvisoryLock
from hearteam.problems import NotFound, Refused
from partners.access import Actor

Status = models.Ruleset.Status
Step = models.RulesetStep.Step

LONGEST_NOTE = 200


def one_at_a_time() -> None:
    """Steps in the life of rulesets, of whichever, wait for each other until the end of their transactions."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [AdvisoryLock.RULESET_LIFE])


def stored(ruleset_id: int) -> models.Ruleset:
    """The row as it is now. Raises NotFound."""
    row = models.Ruleset.objects.filter(pk=ruleset_id).first()
    if row is None:
        raise NotFound("There is no such ruleset.")
    return row


def in_status(ruleset_id: int, status: Status, done: str) -> models.Ruleset:
    """The row, which must be in this status to be `done` ("approved"). Raises Refused."""
    row = stored(ruleset_id)
    if row.status != status:
        only = "an approved" if status == Status.APPROVED else f"a {status.label.lower()}"
        raise Refused(f"{row} is {row.get_status_display().lower()}: only {only} ruleset can be {done}.")
    return row


def unpublished(ruleset_id: int) -> models.Ruleset:
    """The row, of which everything may still change. Raises Refused."""
    row = stored(ruleset_id)
    if row.status in rulesets.IMMUTABLE:
        raise Refused(f"{row} was published and never changes: copy it to edit.")
    return row


def require_readable(ruleset: rules.Ruleset) -> None:
    """Its shape is right, and the roster has its teams. Raises Refused with every reason."""
    wrong = [sentence(problem) for problem in (*structure_problems(ruleset), *missing_teams(ruleset))]
    if wrong:
        raise Refused("The ruleset cannot be read.", errors={"ruleset": wrong})


def require_safe(row: models.Ruleset, proof: Proof) -> None:
    """Nothing was found against it. Raises Refused with everything that was."""
    if proof.failures:
        raise Refused(f"{row} is not safe: {proof.failures[0]}", errors={"ruleset": proof.failures})


def require_as_checked(row: models.Ruleset, proof: Proof) -> None:
    """What was proven just now is what is stored, and what was checked; and it still passes."""
    checked = (row.report or {}).get("digest")
    if checked != proof.digest or rulesets.read(row.pk) != proof.ruleset:
        raise Refused(f"{row} is not what was checked: check it again.")
    require_safe(row, proof)


def require_second_person(by: Actor, row: models.Ruleset) -> None:
    """Wrote none of it. Raises Refused. A copy of a draft is also by those who wrote the draft."""
    for one in (row, *_copied_drafts(row)):
        wrote = one.steps.filter(step__in=models.RulesetStep.WRITING)
        # By account and by name: either may have been changed since.
        names = {one.author_name, *wrote.values_list("by_name", flat=True)}
        users = {one.author_id, *wrote.values_list("by_id", flat=True)} - {None}
        if by.name in names or by.user_id in users:
            what = str(row) if one == row else f"{one}, of which {row} is a copy"
            raise Refused(f"You wrote {what}: a second person approves it.")


def _copied_drafts(row: models.Ruleset) -> Iterator[models.Ruleset]:
    """What it was copied from, as far back as nobody had published it: two people agreed to what was."""
    original = row.copied_from
    while original is not None and original.status not in rulesets.IMMUTABLE:
        yield original
        original = original.copied_from


def back_to_draft(row: models.Ruleset) -> None:
    """Neither checked nor approved."""
    row.status, row.report, row.checked_at = Status.DRAFT, None, None
    row.approver, row.approver_name, row.approved_at = None, "", None


def require_free_time(effective_at: datetime, now: datetime) -> None:
    """A time from which a publication may decide. Raises Refused."""
    if timezone.is_naive(effective_at):
        raise Refused("Say in which time zone the ruleset takes effect.")
    if effective_at <= now:
        raise Refused("The time at which the ruleset takes effect has passed.")
    other = models.Ruleset.objects.filter(status=Status.PUBLISHED, effective_at=effective_at).first()
    if other is not None:
        raise Refused(f"{other} takes effect at that time: choose another.")
    if not rulesets.in_effect().exists():
        raise Refused("No ruleset decides yet: the first takes effect at once.")


def retire(row: models.Ruleset) -> None:
    """It decides nothing any more."""
    row.status, row.retired_at = Status.RETIRED, timezone.now()
    row.save(update_fields=["status", "retired_at"])


def require_short(note: str) -> None:
    """The note can be kept. Raises Refused."""
    if len(note) > LONGEST_NOTE:
        raise Refused(f"A note has at most {LONGEST_NOTE} characters.", errors={"note": ["It is too long."]})


def keep(by: Actor, row: models.Ruleset, step: Step, note: str = "") -> None:
    """Write down who took this step."""
    require_short(note)
    models.RulesetStep.objects.create(
        ruleset=row,
        name=row.name,
        version=row.version,
        step=step,
        at=timezone.now(),
        by_id=by.user_id,
        by_name=by.name,
        note=note,
    )
