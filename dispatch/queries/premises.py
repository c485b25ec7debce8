"""What is known of a place: its cautions and the calls there before, as far as the reader may know of them.

Police see dates, type groups and what endangers people now; outcomes and dispositions are not theirs. Only the center
reads which calls they were. Care plans are for clinicians, and each read of them is written down with the care records.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BigIntegerField, Count, DateTimeField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from dispatch.geo.locate import Location, locate
from dispatch.models import Assignment, Call, Premise, PremiseCaution
from dispatch.queries.access import visible_calls
from dispatch.queries.decisions import CAUTION_MONTHS_DAYS
from hearteam.events.log import rfc3339
from hearteam.prepared import Parameter, Prepared
from hearteam.problems import NotFound
from partners.access import Actor, Permission
from partners.care.queries import record_read

HISTORY = 10
LONGEST_HISTORY = 100
YEAR = timedelta(days=365)
Class = PremiseCaution.Class


def standing(today: date) -> Q:
    """Cautions that are in force: neither ended nor expired."""
    return Q(ended_at__isnull=True) & (Q(expires_on__isnull=True) | Q(expires_on__gte=today))


def cautions_for(by: Actor) -> QuerySet[PremiseCaution]:
    """The cautions whose class this reader may know of."""
    shown = [Class.VIOLENCE, Class.ENVIRONMENT]
    if _reads_care_plans(by):
        shown.append(Class.CARE_PLAN)
    return PremiseCaution.objects.filter(caution_class__in=shown)


def premise_for(by: Actor, premise_id: str | int) -> Premise:
    """The premise by id: the center's any, others' where a call is that they may know of. Raises NotFound."""
    text = str(premise_id)
    known = text.isascii() and text.isdigit() and len(text) <= 18
    premise = Premise.objects.filter(pk=int(text)).first() if known else None
    if premise is None or not _may_know(by, premise):
        raise NotFound("There is no such premise, or you may not see it.")
    return premise


def caution_for(by: Actor, caution_id: str | int) -> PremiseCaution:
    """The caution by id, of a class and a premise that the actor may know of. Raises NotFound."""
    text = str(caution_id)
    known = text.isascii() and text.isdigit() and len(text) <= 18
    found = cautions_for(by).select_related("premise").filter(pk=int(text)).first() if known else None
    if found is None or not _may_know(by, found.premise):
        raise NotFound("There is no such caution, or you may not see it.")
    return found


def premise_row(by: Actor, call: Call, *, clinical: bool = True) -> dict[str, Any] | None:
    """What is known of the call's place, for its page: `{id, address, cautions, history, calls_12_months, last}`.

    `clinical=False` leaves care plans out, for an answer that is kept outside the care records.
    """
    if call.premise is None:
        return None
    return premise_detail(by, call.premise, call=call, clinical=clinical)


def premise_detail(
    by: Actor, premise: Premise, *, call: Call | None = None, most: int = HISTORY, clinical: bool = True
) -> dict[str, Any]:
    """The premise with its cautions and the newest calls there, `call` itself left out.

    A read of a care plan is written down against `call`; without one, care plans are not shown.
    """
    cautions = _shown(by, premise, call if clinical else None)
    calls = _earlier(premise, call, most)
    history = [_history_row(by, one) for one in calls]
    return {
        "id": str(premise.pk),
        "address": premise.address,
        "lat": premise.lat,
        "lon": premise.lon,
        "cautions": [caution_row(one) for one in cautions],
        "history": history,
        "calls_12_months": calls[0].lately if calls else 0,
        "last": history[0] if history else None,
    }


def premise_at(text: str, lat: float | None = None, lon: float | None = None) -> tuple[Premise | None, Location]:
    """The premise that a text or a point means, if one is known, with how the place was understood."""
    found = locate(text, lat=lat, lon=lon)
    known = found.key and found.source not in ("AMBIGUOUS", "AREA")
    return (Premise.objects.filter(key=found.key[:200]).first() if known else None), found


def caution_row(caution: PremiseCaution, today: date | None = None) -> dict[str, Any]:
    """A caution as the API shows it. `active`: neither ended nor expired; `counts`: it raises `premise_caution`."""
    day = today or timezone.localdate()
    active = caution.ended_at is None and (caution.expires_on is None or caution.expires_on >= day)
    due = caution.reviewed_on + timedelta(days=CAUTION_MONTHS_DAYS)
    return {
        "id": str(caution.pk),
        "class": caution.caution_class,
        "text": caution.text,
        "unit": caution.unit,
        "source": caution.source,
        "author": caution.author.get_username(),
        "reviewed_on": caution.reviewed_on.isoformat(),
        "reviewed_by": caution.reviewed_by.get_username() if caution.reviewed_by else "",
        "review_due_on": due.isoformat(),
        "expires_on": caution.expires_on.isoformat() if caution.expires_on else None,
        "active": active,
        "counts": active and caution.caution_class == Class.VIOLENCE and due >= day,
    }


def _shown(by: Actor, premise: Premise, call: Call | None) -> list[PremiseCaution]:
    """Violence first."""
    cautions = cautions_for(by).filter(premise=premise, ended_at__isnull=True)
    if call is None:
        cautions = cautions.exclude(caution_class=Class.CARE_PLAN)
    if by.is_police:
        cautions = cautions.filter(standing(timezone.localdate()))
    found = list(cautions.select_related("author", "reviewed_by").order_by("-caution_class", "pk"))
    if call is not None and any(one.caution_class == Class.CARE_PLAN for one in found):
        record_read(by=by, call_id=call.pk, what="care plan")
    return found


def _earlier(premise: Premise, call: Call | None, most: int) -> list[Any]:
    """Calls at the premise, the newest first; a merged one is the same event as the one it went into.

    Each has in `lately` how many they are in twelve months: a busy place has had thousands in all its years, and only
    the newest and those twelve months are looked at. One statement.
    """
    since = timezone.now() - YEAR
    return _newest_calls(most).all(premise=premise.pk, but=call.pk if call else 0, since=since)


@cache
def _newest_calls(most: int) -> Prepared:
    return Prepared(lambda: _calls_at_premise()[:most])


def _calls_at_premise() -> QuerySet[Any]:
    calls = Call.objects.filter(premise=Parameter("premise", BigIntegerField())).exclude(status=Call.Status.MERGED)
    calls = calls.exclude(pk=Parameter("but", BigIntegerField()))
    sent = Assignment.objects.filter(call=OuterRef("pk")).order_by("pk").values("unit__callsign")
    year = calls.filter(received_at__gte=Parameter("since", DateTimeField())).order_by().values("premise")
    lately = Coalesce(Subquery(year.annotate(n=Count("pk")).values("n")), 0)
    shown = calls.select_related("call_type", "disposition").annotate(lately=lately, sent=ArraySubquery(sent))
    return shown.order_by("-received_at", "-pk")


def _history_row(by: Actor, call: Any) -> dict[str, Any]:
    row = {
        "date": timezone.localtime(call.received_at).date().isoformat(),
        "type_group": "behavioural health" if call.behavioural == Call.Behavioural.YES else "other",
    }
    if by.is_police or not (by.is_system or by.may(Permission.BOARD_READ)):
        return row
    return {
        **row,
        "id": str(call.pk),
        "number": call.number,
        "at": rfc3339(call.received_at),
        "unit": call.apartment,
        "type": call.call_type.code if call.call_type else "",
        "type_name": call.call_type.name if call.call_type else call.reported_type,
        "tier": call.tier,
        "priority": call.priority,
        "status": call.status,
        "disposition": call.disposition.name if call.disposition else "",
        "units": list(dict.fromkeys(call.sent)),
    }


def _may_know(by: Actor, premise: Premise) -> bool:
    return by.may(Permission.BOARD_READ) or visible_calls(by).filter(premise=premise).exists()


def _reads_care_plans(by: Actor) -> bool:
    return by.is_clinician and not by.is_police and by.user_id is not None
