"""The life of a ruleset: a draft is written, checked, approved by a second person and published; then it never changes.

Invariant 13: a ruleset goes live only after the checks pass and a second person approves. All steps take one lock, one
after another; who took which step is kept (`RulesetStep`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils import timezone

from dispatch import models
from dispatch.actions.ruleset_life import (
    HIGHEST_IMPORTED,
    HIGHEST_VERSION,
    Status,
    Step,
    back_to_draft,
    in_status,
    keep,
    keep_writers,
    one_at_a_time,
    require_as_checked,
    require_free_time,
    require_readable,
    require_safe,
    require_second_person,
    require_seen,
    require_short,
    require_still_compared,
    require_took_effect,
    require_version,
    retire,
    stored,
    unpublished,
    withdraw_scheduled,
)
from dispatch.actions.ruleset_proof import broken_demands, prove
from dispatch.actions.ruleset_rows import clear_rows, question_set_for, write_rows
from dispatch.actions.transaction import Work, action
from dispatch.queries import rulesets
from dispatch.queries.access import require
from dispatch.queries.whatif import approval_gaps
from dispatch.rules import ruleset as rules
from hearteam.events.log import rfc3339
from hearteam.events.types import RulesetPublished
from hearteam.problems import Conflict, Refused
from partners.access import Actor, Permission

TIMERS = Actor.system("timers")


# -- drafts ------------------------------------------------------------------------------------------------------------


def ruleset_import(*, by: Actor, ruleset: rules.Ruleset, note: str = "") -> models.Ruleset:
    """Store a ruleset as a draft.

    Raises Conflict when its name and version exist, Refused when its shape is wrong or it names a team that the roster
    does not have (`errors["ruleset"]`: every reason), and for a version above `HIGHEST_IMPORTED`.
    """
    require(by, Permission.RULESET_CHANGE, "change rulesets")
    require_version(ruleset.version, HIGHEST_IMPORTED)
    require_readable(ruleset)
    with action(by):
        one_at_a_time()
        if models.Ruleset.objects.filter(name=ruleset.name, version=ruleset.version).exists():
            raise Conflict(f"{ruleset.name} v{ruleset.version} exists: give the new one a higher version.")
        row = _create(by, ruleset, note)
        keep(by, row, Step.IMPORTED, note)
    return row


def ruleset_copy(*, by: Actor, ruleset_id: int) -> models.Ruleset:
    """A draft with everything of any version, to be edited; its version is the next that is free for the name.

    Whoever wrote an unpublished draft counts as a writer of its copy, whatever becomes of the draft.
    """
    require(by, Permission.RULESET_CHANGE, "copy rulesets")
    with action(by):
        one_at_a_time()
        original = stored(ruleset_id)
        row = _create(by, _next(original), f"Copy of {original}", copied_from=original)
        keep(by, row, Step.COPIED, row.note)
        keep_writers(row, original)
    return row


def ruleset_rewrite(
    *, by: Actor, ruleset_id: int, ruleset: rules.Ruleset, seen_at: datetime | None = None
) -> models.Ruleset:
    """Replace the whole table of one that was not published. It is a draft again; who writes cannot approve it.

    `seen_at` is the `changed_at` of what the writer saw: Conflict when somebody else wrote since. Refused as an import
    is, and when name and version are not those of the draft.
    """
    require(by, Permission.RULESET_CHANGE, "change rulesets")
    require_readable(ruleset)
    with action(by):
        one_at_a_time()
        row = unpublished(ruleset_id)
        if (ruleset.name, ruleset.version) != (row.name, row.version):
            raise Refused(f"This is {row}, not {ruleset.name} v{ruleset.version}.")
        if seen_at is not None and seen_at != row.changed_at:
            raise Conflict(f"Somebody else changed {row} meanwhile: look at it again before you write.")
        clear_rows(row)
        back_to_draft(row)
        row.question_set = question_set_for(by.name, ruleset.questions)
        row.changed_at = timezone.now()
        row.save()
        write_rows(row, ruleset)
        keep(by, row, Step.WRITTEN)
    return row


def ruleset_delete_draft(*, by: Actor, ruleset_id: int) -> None:
    """Throw away one that was never published, with its what-ifs. What was done with it stays in the steps."""
    require(by, Permission.RULESET_CHANGE, "delete drafts")
    with action(by):
        one_at_a_time()
        row = unpublished(ruleset_id)
        copy = models.Ruleset.objects.filter(copied_from=row).first()
        if copy is not None:
            raise Refused(f"{copy} is a copy of {row}: it stays, so that one can see where the copy comes from.")
        keep(by, row, Step.DELETED)
        row.delete()


# -- proof and approval ------------------------------------------------------------------------------------------------


def ruleset_check(*, by: Actor, ruleset_id: int) -> models.Ruleset:
    """Prove it: the invariants over every answer set and availability, the golden cases, the teams in the roster.

    What was found is kept in `report`, of a failed check as well. Raises Refused with the counterexamples; the ruleset
    is a draft again then.
    """
    require(by, Permission.RULESET_CHANGE, "check rulesets")
    row = unpublished(ruleset_id)
    proof = prove(rulesets.read(row.pk))
    with action(by):
        one_at_a_time()
        row = unpublished(ruleset_id)
        if rulesets.read(row.pk) != proof.ruleset:
            raise Conflict(f"{row} was changed while it was checked: check it again.")
        back_to_draft(row)
        row.report = proof.report
        if not proof.failures:
            row.status, row.checked_at = Status.CHECKED, rulesets.database_now()
        row.save()
        keep(by, row, Step.FAILED if proof.failures else Step.CHECKED)
    require_safe(row, proof)
    return row


def ruleset_approve(*, by: Actor, ruleset_id: int, seen_digest: str | None = None) -> models.Ruleset:
    """A second person agrees to what they saw: `seen_digest` is the digest of the report they looked at.

    Raises Conflict when another was checked since, Refused to whoever wrote any of it, while the checks have not
    passed or are older than the ruleset that decides, while the approver has not looked at what it changes
    (`approval_gaps`), and when rows or roster are no longer what they were when it was checked.
    """
    require(by, Permission.RULESET_CHANGE, "approve rulesets")
    row = in_status(ruleset_id, Status.CHECKED, "approved")
    require_second_person(by, row)
    proof = prove(rulesets.read(row.pk))
    with action(by):
        one_at_a_time()
        row = in_status(ruleset_id, Status.CHECKED, "approved")
        require_second_person(by, row)
        require_seen(row, seen_digest)
        require_still_compared(row)
        require_as_checked(row, proof)
        gaps = approval_gaps(row, by)
        if gaps:
            raise Refused(gaps[0], errors={"ruleset": gaps})
        row.status = Status.APPROVED
        row.approver_id, row.approver_name, row.approved_at = by.user_id, by.name, timezone.now()
        row.save()
        keep(by, row, Step.APPROVED)
    return row


# -- publication -------------------------------------------------------------------------------------------------------


def ruleset_publish(
    *, by: Actor, ruleset_id: int, effective_at: datetime | None = None, seen_digest: str | None = None
) -> models.Ruleset:
    """Make an approved ruleset the one that decides: at once, or from `effective_at` on.

    At once: the one before is retired and every screen is told. Later: `ruleset_take_effect` does so. Raises Conflict
    as an approval does, Refused when it is not approved or no longer as it was checked, when another took effect since
    the check, for a time that has passed, has no zone or is another publication's, and for the first of all, which
    must decide at once.
    """
    require(by, Permission.RULESET_CHANGE, "publish rulesets")
    row = in_status(ruleset_id, Status.APPROVED, "published")
    proof = prove(rulesets.read(row.pk))
    with action(by) as work:
        one_at_a_time()
        row = in_status(ruleset_id, Status.APPROVED, "published")
        require_seen(row, seen_digest)
        require_still_compared(row)
        require_as_checked(row, proof)
        _publish(work, row, effective_at)
        keep(by, row, Step.SCHEDULED if effective_at else Step.PUBLISHED)
    return row


def ruleset_withdraw(*, by: Actor, ruleset_id: int, note: str = "") -> models.Ruleset:
    """Take back a publication before its time has come: it is retired without having decided anything."""
    require(by, Permission.RULESET_CHANGE, "withdraw rulesets")
    require_short(note)
    with action(by):
        one_at_a_time()
        row = stored(ruleset_id)
        if row.status != Status.PUBLISHED:
            raise Refused(f"{row} is {row.get_status_display().lower()}: only a published ruleset is withdrawn.")
        if rulesets.in_effect().filter(pk=row.pk).exists():
            raise Refused(f"{row} has taken effect: bring an earlier version back instead.")
        retire(row)
        keep(by, row, Step.WITHDRAWN, note)
    return row


def ruleset_rollback(
    *, by: Actor, ruleset_id: int, note: str, effective_at: datetime | None = None, despite_invariants: bool = False
) -> models.Ruleset:
    """Bring back a retired version that has decided, at once by one person: two have agreed to it before.

    It comes as the next version, with the same questions, rules and cases, its author and its approver; `note` says
    why. Publications for later are withdrawn. Raises Refused without a reason, for one that never decided, when it does
    not pass today's checks, and, unless `despite_invariants`, when it breaks an invariant of the version that decides
    now (`errors["invariants"]`: their codes); Conflict when another took effect while that was proven.
    """
    require(by, Permission.RULESET_CHANGE, "bring rulesets back")
    if not note.strip():
        raise Refused("Say why the earlier version comes back.", errors={"note": ["A reason is needed."]})
    require_short(note)
    original = in_status(ruleset_id, Status.RETIRED, "brought back")
    require_took_effect(original)
    proof = prove(rulesets.load(original.pk))
    deciding = rulesets.in_effect().first()
    broken = broken_demands(proof.ruleset, rulesets.load(deciding.pk).invariants) if deciding else {}
    if broken and not despite_invariants:
        raise _breaks(original, deciding, broken)
    with action(by) as work:
        one_at_a_time()
        original = in_status(ruleset_id, Status.RETIRED, "brought back")
        if rulesets.in_effect().first() != deciding:
            raise Conflict("Another ruleset took effect meanwhile: look at it again.")
        require_safe(original, proof)
        report = {**proof.report, "despite": broken}
        row = _create(by, _next(original), note, **_approval_of(original), report=report)
        keep(by, row, Step.REPUBLISHED, "; ".join([note, *(f"breaks {code}: {why}" for code, why in broken.items())]))
        withdraw_scheduled(by, row)
        _publish(work, row, effective_at)
    return row


def _breaks(original: models.Ruleset, deciding: models.Ruleset | None, broken: dict[str, str]) -> Refused:
    lines = [f"{original} breaks {code}, which {deciding} demands: {why}" for code, why in broken.items()]
    return Refused(lines[0], errors={"ruleset": lines, "invariants": list(broken)})


def ruleset_take_effect() -> bool:
    """Retire what a later publication has replaced, and tell every screen; True when there was something to do.

    The timers process asks at each tick. Which ruleset decides never waits for this: `rulesets.current` goes by the
    clock alone. Two that ask at once do it once: the second finds nothing left to retire.
    """
    if rulesets.in_effect().count() < 2:
        return False
    with action(TIMERS) as work:
        one_at_a_time()
        decides, *replaced = rulesets.in_effect()
        if not replaced:
            return False
        for row in replaced:
            retire(row)
            keep(TIMERS, row, Step.RETIRED, f"{decides} took effect")
        keep(TIMERS, decides, Step.TOOK_EFFECT)
        _tell(work, decides)
    return True


def _next(original: models.Ruleset) -> rules.Ruleset:
    version = rulesets.next_version(original.name)
    require_version(version, HIGHEST_VERSION)
    return replace(rulesets.load(original.pk), version=version)


def _approval_of(original: models.Ruleset) -> dict[str, Any]:
    """Who wrote, checked and approved the original: two people agreed to what comes back."""
    kept = ("author_id", "author_name", "checked_at", "approver_id", "approver_name", "approved_at")
    return {"status": Status.APPROVED, "republishes": original, **{name: getattr(original, name) for name in kept}}


def _create(by: Actor, ruleset: rules.Ruleset, note: str, **fields: Any) -> models.Ruleset:
    require_short(note)
    row = models.Ruleset.objects.create(
        name=ruleset.name,
        version=ruleset.version,
        question_set=question_set_for(by.name, ruleset.questions),
        changed_at=timezone.now(),
        note=note,
        **{"author_id": by.user_id, "author_name": by.name, **fields},
    )
    write_rows(row, ruleset)
    return row


def _publish(work: Work, row: models.Ruleset, effective_at: datetime | None) -> None:
    now = rulesets.database_now()
    if effective_at is not None:
        require_free_time(effective_at, now)
    else:
        for replaced in rulesets.in_effect():
            retire(replaced)
            keep(work.by, replaced, Step.RETIRED, f"{row} was published")
    row.status, row.published_at, row.published_by_name = Status.PUBLISHED, now, work.by.name
    row.effective_at = effective_at or now
    row.save()
    if effective_at is None:
        _tell(work, row)


def _tell(work: Work, row: models.Ruleset) -> None:
    assert row.effective_at is not None
    work.emit(
        RulesetPublished(
            name=row.name,
            version=row.version,
            effective_at=rfc3339(row.effective_at),
            republishes=str(row.republishes) if row.republishes else None,
        )
    )
