"""What the steps in a ruleset's life have in common. Part of the actions of `rulesets`."""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone

from dispatch import models
from dispatch.actions.ruleset_proof import Proof, sentence
from dispatch.queries import rulesets
from dispatch.queries.ruleset_history import CAME_BACK, own_work, replaced_since_check, took_effect, writers
from dispatch.queries.ruleset_roster import missing_teams
from dispatch.rules import ruleset as rules
from dispatch.rules.structure import structure_problems
from hearteam.advisory_locks import AdvisoryLock
from hearteam.problems import Conflict, NotFound, Refused
from partners.access import Actor

Status = models.Ruleset.Status
Step = models.RulesetStep.Step

LONGEST_NOTE = 200
HIGHEST_VERSION = 10**rulesets.MOST_DIGITS - 1
HIGHEST_IMPORTED = 99_999_999
"""Below the highest, so that what was imported can be copied and brought back."""


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
    """Wrote none of it, nor of an unpublished draft it was copied from. Raises Refused."""
    own = own_work(row, by)
    if own:
        raise Refused(own)


def require_seen(row: models.Ruleset, seen_digest: str | None) -> None:
    """What was checked last is what the actor looked at; None: nobody looked. Raises Conflict."""
    if seen_digest is not None and seen_digest != (row.report or {}).get("digest"):
        raise Conflict(f"{row} was changed and checked again since you looked at it: look at it again.")


def require_still_compared(row: models.Ruleset) -> None:
    """No other ruleset took effect since the check. Raises Refused."""
    outdated = replaced_since_check(row)
    if outdated:
        raise Refused(outdated)


def require_took_effect(row: models.Ruleset) -> None:
    """It did decide once: one person alone brings back only that. Raises Refused."""
    if not took_effect(row):
        raise Refused(f"{row} was withdrawn before it decided anything: copy it, and let a second person approve that.")


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
    row.status, row.retired_at = Status.RETIRED, rulesets.database_now()
    row.save(update_fields=["status", "retired_at"])


def withdraw_scheduled(by: Actor, row: models.Ruleset) -> None:
    """Nothing that was to decide later outlives the version that came back."""
    for later in models.Ruleset.objects.filter(status=Status.PUBLISHED, effective_at__gt=Now()):
        retire(later)
        keep(by, later, Step.WITHDRAWN, f"{row} {CAME_BACK}")


def require_version(version: int, highest: int) -> None:
    """A number that a file can hold. Raises Refused."""
    if version > highest:
        reason = f"The version is at most {highest:,}."
        raise Refused(reason, errors={"ruleset": [reason]})


def require_short(note: str) -> None:
    """The note can be kept. Raises Refused."""
    if len(note) > LONGEST_NOTE:
        raise Refused(f"A note has at most {LONGEST_NOTE} characters.", errors={"note": ["It is too long."]})


def keep(by: Actor, row: models.Ruleset, step: Step, note: str = "") -> None:
    """Write down who took this step."""
    _keep((by.user_id, by.name), row, step, note)


def keep_writers(row: models.Ruleset, original: models.Ruleset) -> None:
    """Who wrote a draft has written its copy: kept now, so that nothing that becomes of the draft changes it.

    Two people agreed to what was published: of that the writers are not kept.
    """
    if original.status not in rulesets.IMMUTABLE:
        for who in sorted(writers(original), key=lambda one: one[1]):
            _keep(who, row, Step.ORIGINAL, str(original))


def _keep(who: tuple[int | None, str], row: models.Ruleset, step: Step, note: str) -> None:
    models.RulesetStep.objects.create(
        ruleset=row,
        name=row.name,
        version=row.version,
        step=step,
        at=timezone.now(),
        by_id=who[0],
        by_name=who[1],
        note=note,
    )
