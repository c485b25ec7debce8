"""Links for a crew's own phone: whose an address is, whether it still leads anywhere, and all that it shows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from django.core import signing
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from dispatch.models import Assignment, Call, GuestLink, GuestLinkUse
from dispatch.queries import access, board, decisions
from dispatch.queries.scene import assigned_fact, police_in_response
from dispatch.rules import guest_links as rules
from dispatch.rules import safety
from dispatch.rules.guest_links import GuestAct, LinkState
from dispatch.rules.status import AssignmentStatus
from hearteam.events.log import rfc3339
from hearteam.problems import NotFound
from partners.access import Actor, Permission

POLICE: Final = "POLICE"
_SIGNER: Final = signing.Signer(sep=".", salt="dispatch.guest_links")
_TICKETS: Final = signing.Signer(salt="dispatch.guest_links.socket")


def token_of(link: GuestLink) -> str:
    """What stands in the link's address. Nobody makes one without the installation's key, nor from it alone."""
    return _SIGNER.sign(f"{link.pk}-{link.nonce}")


def link_for_token(token: str) -> GuestLink:
    """The link, whatever became of it. Raises NotFound for what this installation never issued."""
    try:
        number, _, nonce = _SIGNER.unsign(token).partition("-")
    except signing.BadSignature as error:
        raise NotFound("There is no such link.") from error
    link = _links().filter(pk=int(number)).first()
    if link is None or not constant_time_compare(link.nonce, nonce):
        raise NotFound("There is no such link.")
    return link


def socket_ticket(link: GuestLink) -> str:
    """What lets a page follow its link by a socket. Its device opened the link; it is good for as long as that is."""
    return _TICKETS.sign(str(link.pk))


def link_for_ticket(ticket: str) -> GuestLink:
    """The link, whatever became of it. Raises NotFound for what was never in a page of ours."""
    try:
        number = _TICKETS.unsign(ticket)
    except signing.BadSignature as error:
        raise NotFound("There is no such link.") from error
    link = _links().filter(pk=int(number)).first()
    if link is None:
        raise NotFound("There is no such link.")
    return link


def guest_versions(ids: Sequence[int]) -> dict[int, str | None]:
    """Per link, the version of its page now; None when it is over."""
    return {link.pk: link_version(link) for link in _links().filter(pk__in=ids)}


def link_version(link: GuestLink) -> str | None:
    """The version of its page now; None when it is over."""
    return guest_view(link).version if state_of(link) is LinkState.OPEN else None


def _links() -> QuerySet[GuestLink]:
    return GuestLink.objects.select_related("call", "assignment__unit__team__agency")


def state_of(link: GuestLink) -> LinkState:
    """Whether it leads to its call now."""
    return rules.link_state(
        revoked_at=link.revoked_at,
        cleared_at=link.assignment.cleared_at,
        is_call_open=link.call.open,
        expires_at=link.expires_at,
        now=timezone.now(),
    )


def standing_link(assignment: Assignment) -> GuestLink | None:
    """The link of an assignment that nobody has revoked, if it has one."""
    links = assignment.guest_links.select_related("call", "assignment__unit__team")
    return links.filter(revoked_at__isnull=True).first()


def link_of(by: Actor, assignment_id: str | int) -> GuestLink:
    """The link of an assignment that leads to its call, for those who may hand it out. Raises NotFound."""
    access.require(by, Permission.DISPATCH, "hand out links")
    link = standing_link(access.assignment_for(by, assignment_id))
    if link is None or state_of(link) is not LinkState.OPEN:
        raise NotFound("There is no link that leads anywhere.")
    return link


@dataclass(frozen=True, slots=True)
class GuestView:
    """All that a link shows: where, what to look out for, what was promised, how far everybody is.

    No name, no number and no word of anybody in crisis. `seen` stands for what a step must not be taken without
    knowing.
    """

    number: str
    unit: str
    status: str
    since: datetime
    place: str
    apartment: str
    lat: float | None
    lon: float | None
    meeting_point: str
    hazards: tuple[str, ...]
    eta_at: datetime | None
    target_at: datetime | None
    welfare_due_at: datetime | None
    order: str
    is_order_heard: bool
    is_waiting: bool
    is_scene_safe: bool
    police_asked_at: datetime | None
    police: tuple[tuple[str, str], ...]
    acts: tuple[GuestAct, ...]

    @property
    def seen(self) -> str:
        """Changes with the place, the hazards, the orders and the steps: not with where others are."""
        known = (self.status, self.place, self.apartment, self.meeting_point, self.hazards, self.order)
        return _short_hash([*known, self.is_order_heard, self.is_waiting, self.acts])

    @property
    def version(self) -> str:
        """Changes with anything that is shown."""
        return _short_hash({name: str(value) for name, value in asdict(self).items()})


def _short_hash(values: Any) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]


def guest_view(link: GuestLink) -> GuestView:
    """What an open link shows now."""
    call, assignment = link.call, link.assignment
    (row,) = board.call_rows([call.pk])
    may_enter = may_go_in(call, assignment)
    heard = assignment.order_acknowledged_at is not None or _has_read_order(link)
    location = row["location"]
    handoff = call.handoffs.filter(assignment=assignment).first()
    return GuestView(
        number=call.number,
        unit=assignment.unit.callsign,
        status=assignment.status,
        since=assignment.status_since,
        place=location["text"],
        apartment=location["unit"],
        lat=location["lat"],
        lon=location["lon"],
        meeting_point=handoff.meeting_point if handoff is not None else "",
        hazards=tuple(row["hazards"]),
        eta_at=assignment.eta_at if assignment.on_scene_at is None else None,
        target_at=_target_at(assignment),
        welfare_due_at=assignment.welfare_due_at,
        order=assignment.order,
        is_order_heard=heard,
        is_waiting=not may_enter,
        is_scene_safe=call.scene_safe_at is not None,
        police_asked_at=call.police_requested_at,
        police=_police_on(call),
        acts=rules.offered(
            AssignmentStatus(assignment.status),
            is_confirmed=link.confirmed_at is not None,
            may_enter=may_enter,
            order=assignment.order,
            is_order_heard=heard,
        ),
    )


def _has_read_order(link: GuestLink) -> bool:
    """Whether the standing order was confirmed on the page. That lets the page go on; heard it is by voice only."""
    since = link.assignment.order_at
    read = GuestLinkUse.objects.filter(link=link, act=GuestAct.CONFIRM, refused="", at__gte=since or timezone.now())
    return since is not None and read.exists()


def may_go_in(call: Call, assignment: Assignment) -> bool:
    """Whether the crew may go on scene now, orders aside (invariant 14)."""
    answers = decisions.replay(call.decision).counted if call.decision is not None else None
    refusal = safety.may_go_on_scene(
        assigned_fact(assignment),
        police_in_response=police_in_response(call) or assignment.joins,
        scene_safe=call.scene_safe_at is not None,
        answers=answers,
    )
    return refusal is None


def _target_at(assignment: Assignment) -> datetime | None:
    """By when the team is to be there, while it is not."""
    if assignment.on_scene_at is not None:
        return None
    due = assignment.deadlines.filter(kind="ARRIVAL_TARGET", cancelled_at__isnull=True).order_by("-pk").first()
    return due.due_at if due is not None else None


def _police_on(call: Call) -> tuple[tuple[str, str], ...]:
    """Call sign and status of the police on the call: those who must wait for them need to know."""
    police = call.assignments.filter(cleared_at__isnull=True, role=POLICE).select_related("unit")
    return tuple((row.unit.callsign, row.status) for row in police.order_by("unit__callsign"))


def uses_within(link: GuestLink, act: GuestAct | None = None) -> int:
    """How often it was used just now: for asking for police, or for all the rest."""
    uses = GuestLinkUse.objects.filter(link=link, at__gt=timezone.now() - rules.WITHIN)
    police = GuestAct.POLICE
    return uses.filter(act=police).count() if act is police else uses.exclude(act=police).count()


LINK_TIMES: Final = ("issued_at", "expires_at", "confirmed_at", "revoked_at", "opened_at", "send_asked_at", "sent_at")


def newest_link(assignment: OuterRef) -> QuerySet[Any]:
    """The newest link of an assignment, when it was first opened and on how many devices, as the database's JSON."""
    opened = GuestLinkUse.objects.filter(link=OuterRef("pk"), act=GuestAct.OPEN)
    links = GuestLink.objects.filter(assignment=assignment).order_by("-pk")
    names = {"id": "pk", "devices": "devices", "issued_by": "issued_by_name"}
    names |= {name: name for name in (*LINK_TIMES, "sent_to", "send_failed")}
    links = links.annotate(
        opened_at=opened.order_by("device").values("at")[:1], devices=opened.order_by("-device").values("device")[:1]
    )
    return links.values(row=JSONObject(**names))[:1]


def link_row(row: dict[str, Any] | None, assignment: Assignment | None, *, is_call_open: bool) -> dict[str, Any] | None:
    """A row of `newest_link` as the API shows it: `{id, state, issued_by, devices, issued_at, expires_at, ..}`."""
    if row is None or assignment is None:
        return None
    times = {name: datetime.fromisoformat(row[name]) if row[name] else None for name in LINK_TIMES}
    state = rules.link_state(
        revoked_at=times["revoked_at"],
        cleared_at=assignment.cleared_at,
        is_call_open=is_call_open,
        expires_at=times["expires_at"] or timezone.now(),
        now=timezone.now(),
    )
    said = {name: rfc3339(at) if at else None for name, at in times.items()}
    words = {name: row[name] for name in ("issued_by", "sent_to", "send_failed")}
    return {"id": str(row["id"]), "state": state, "devices": row["devices"] or 0, **words, **said}
