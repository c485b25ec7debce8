"""Cautions of places: said, reviewed, ended. Open calls at the place show the change at once.

A caution about violence raises `premise_caution` of the open calls there, which are decided again as by any new danger.
Its end lowers nothing by itself: the answer stays YES until somebody who knows the scene answers NO (decision 13).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from dispatch.actions.transaction import Work, action
from dispatch.actions.triage import triage_again
from dispatch.geo.normalise import apartment
from dispatch.models import Assignment, Call, PremiseCaution
from dispatch.queries.access import require
from dispatch.queries.board import open_calls
from dispatch.queries.decisions import has_caution
from dispatch.queries.premises import caution_for, premise_for
from hearteam.events.types import CallUpdated
from hearteam.problems import Refused
from partners.access import Actor, Permission
from partners.actions.roster import cleaned
from partners.models import Unit

CLINICAL = PremiseCaution.Class.CARE_PLAN


def caution_add(
    *,
    by: Actor,
    premise_id: str | int,
    caution_class: str,
    text: str,
    source: str,
    unit: str = "",
    expires_on: date | None = None,
) -> PremiseCaution:
    """Say what crews must know of a place from today on; `unit` is the apartment, "" the whole premise.

    Dispatchers and supervisors; a care plan: clinical leads. Raises NotAllowed, NotFound, Refused.
    """
    _require(by, caution_class, "add cautions")
    premise = premise_for(by, premise_id)
    if expires_on is not None and expires_on < timezone.localdate():
        raise Refused("That day has passed: a caution ends today or later.")
    caution = PremiseCaution(
        premise=premise,
        caution_class=caution_class,
        text=text.strip(),
        source=source.strip(),
        unit=unit,
        expires_on=expires_on,
        reviewed_on=timezone.localdate(),
    )
    return _keep(by, caution)


def caution_review(
    *, by: Actor, caution_id: str | int, expires_on: date | None = None, text: str = ""
) -> PremiseCaution:  # fmt: skip
    """Say that a caution still holds: it counts for another twelve months, in new words or to a new date where given.

    Raises NotAllowed, NotFound; Refused for one that has ended, or has expired and gets no new date.
    """
    caution = caution_for(by, caution_id)
    _require(by, caution.caution_class, "review cautions")
    _require_standing(caution)
    today = timezone.localdate()
    if expires_on is None and caution.expires_on is not None and caution.expires_on < today:
        raise Refused(f"It expired on {caution.expires_on}: give it a new date, or add a new caution.")
    if expires_on is not None and expires_on < today:
        raise Refused("That day has passed: a caution ends today or later.")
    caution.expires_on = expires_on or caution.expires_on
    caution.text = text.strip() or caution.text
    caution.reviewed_on, caution.reviewed_by_id = today, by.user_id
    return _keep(by, caution)


def caution_end(*, by: Actor, caution_id: str | int, reason: str) -> PremiseCaution:
    """Say that a caution holds no more; it stays on record. One about violence: a supervisor, as it lowers protection.

    Raises NotAllowed, NotFound, Refused.
    """
    caution = caution_for(by, caution_id)
    _require(by, caution.caution_class, "end cautions")
    if caution.caution_class == PremiseCaution.Class.VIOLENCE:
        require(by, Permission.LOWER_PROTECTION, "end a caution about violence: that is a supervisor's")
    _require_standing(caution)
    if not reason.strip():
        raise Refused("Why does it no longer hold?")
    caution.ended_at, caution.ended_by_id, caution.end_reason = timezone.now(), by.user_id, reason.strip()[:200]
    return _keep(by, caution)


def caution_save(*, by: Actor, caution: PremiseCaution) -> PremiseCaution:
    """Add or change a caution as a form gives it; its first author stays, and a reason to end it ends it.

    Supervisors; not a care plan. Raises Refused, NotAllowed.
    """
    require(by, Permission.ROSTER_CHANGE, "change cautions")
    _require(by, caution.caution_class, "change cautions")
    if caution.end_reason.strip() and caution.ended_at is None:
        caution.ended_at, caution.ended_by_id = timezone.now(), by.user_id
    return _keep(by, caution)


def _require(by: Actor, caution_class: str, doing: str) -> None:
    is_clinical = caution_class == CLINICAL
    require(by, Permission.CLINICAL_READ if is_clinical else Permission.CAUTION_CHANGE, doing)


def _require_standing(caution: PremiseCaution) -> None:
    if caution.ended_at is not None:
        raise Refused("It has ended already; add a new caution.")


def _keep(by: Actor, caution: PremiseCaution) -> PremiseCaution:
    """Write it; calls at the place show it, and those triaged without its danger are triaged again.

    A care plan shows on no row: nothing is told.
    """
    if by.user_id is None:
        raise Refused("A caution has a named author.")
    with action(by) as work:
        if caution.author_id is None:
            caution.author_id = by.user_id
        caution.unit = apartment(caution.unit)
        cleaned(caution)
        calls = list(_locked(open_calls().filter(premise_id__in=_told_at(caution))))
        _lock_units(calls)
        _check_still_standing(caution)
        caution.save()
        _tell(work, calls)
        for call in calls:
            if call.decision and call.decision.answers.premise_caution != "YES" and has_caution(call):
                triage_again(work, call, reason="A caution about violence at the place")
    return caution


def _told_at(caution: PremiseCaution) -> set[int]:
    """The places whose calls show it, or showed it until now: one that is moved is missed where it was."""
    before = PremiseCaution.objects.filter(pk=caution.pk).first()
    return {row.premise_id for row in (caution, before) if row is not None and row.caution_class != CLINICAL}


def _check_still_standing(caution: PremiseCaution) -> None:
    """Somebody else may have ended it between our reading and our writing."""
    kept = PremiseCaution.objects.select_for_update(no_key=True).filter(pk=caution.pk).first()
    if kept is not None and kept.ended_at is not None and kept.ended_at != caution.ended_at:
        raise Refused("It has ended already; add a new caution.")


def _locked(calls: QuerySet[Call]) -> QuerySet[Call]:
    """Locked before the rows they show, as everywhere."""
    return calls.select_for_update(of=("self",), no_key=True).order_by("pk")


def _lock_units(calls: list[Call]) -> None:
    """All units of all these calls in the order of their ids, before each call is decided again by itself."""
    out = Assignment.objects.filter(call__in=calls, cleared_at__isnull=True)
    list(Unit.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=out.values("unit")).order_by("pk"))


def _tell(work: Work, calls: Iterable[Call]) -> None:
    for call in calls:
        work.emit(CallUpdated(fields=["hazards"]), call=call)
