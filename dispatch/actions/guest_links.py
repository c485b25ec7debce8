"""Links for the own phone of a crew reached by phone: issued, opened, used, revoked. Each use is kept."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.utils import timezone

from dispatch.actions.assignments import assignment_acknowledge, assignment_status_set
from dispatch.actions.changed import require_open
from dispatch.actions.safety import police_request
from dispatch.actions.transaction import Work, action
from dispatch.models import Alert, Assignment, Call, GuestLink, GuestLinkUse
from dispatch.queries import access, guest_links
from dispatch.rules import guest_links as rules
from dispatch.rules.guest_links import GuestAct, LinkState
from dispatch.rules.timers import WELFARE_ALERTS, AlertKind
from hearteam.events import types
from hearteam.events.log import rfc3339
from hearteam.problems import Conflict, Problem, Refused
from partners.access import Actor, Permission, Role
from partners.models import Agency


class LinkOver(Problem):
    """410: it led to a call once."""

    status = 410
    title = "The link is over"


class TooManyUses(Problem):
    """429: more than a person taps."""

    status = 429
    title = "Too many uses"


@dataclass(frozen=True, slots=True)
class From:
    """Where a request came from, as far as it says."""

    address: str | None = None
    agent: str = ""


def link_issue(*, by: Actor, assignment_id: str | int) -> GuestLink:
    """A link for the crew of this assignment, in place of an earlier one. Only a crew reached by phone gets one: the
    others have a tablet.
    """
    access.require(by, Permission.DISPATCH, "issue links")
    with action(by) as work:
        call, assignment = _locked(by, assignment_id)
        require_open(call, "be followed by a link")
        unit = assignment.unit
        if not unit.temporary:
            raise Refused(f"{unit.callsign} has a tablet: only a crew reached by phone gets a link.")
        if assignment.cleared_at is not None:
            raise Refused(f"{unit.callsign} was cleared from {call.number}.")
        _revoke(work, call, assignment)
        now = timezone.now()
        link = GuestLink.objects.create(
            call=call,
            assignment=assignment,
            nonce=secrets.token_urlsafe(9),
            issued_at=now,
            issued_by_id=by.user_id,
            issued_by_name=by.name,
            expires_at=now + rules.LASTS,
        )
        event = types.GuestLinkIssued(link=str(link.pk), expires_at=rfc3339(link.expires_at))
        work.emit(event, call=call, unit=unit, tablets=[])
        return link


def link_revoke(*, by: Actor, assignment_id: str | int) -> None:
    """The assignment's link leads nowhere from now on. Without one it changes nothing."""
    access.require(by, Permission.DISPATCH, "revoke links")
    with action(by) as work:
        _revoke(work, *_locked(by, assignment_id))


def _locked(by: Actor, assignment_id: str | int) -> tuple[Call, Assignment]:
    known = access.assignment_for(by, assignment_id)
    call = access.call_for(by, known.call_id, lock=True)
    return call, Assignment.objects.select_related("unit__team__agency").get(pk=known.pk)


def _revoke(work: Work, call: Call, assignment: Assignment) -> None:
    standing = guest_links.standing_link(assignment)
    if standing is None:
        return
    standing.revoked_at, standing.revoked_by_name = timezone.now(), work.by.name
    standing.save(update_fields=["revoked_at", "revoked_by_name"])
    work.emit(types.GuestLinkRevoked(link=str(standing.pk)), call=call, unit=assignment.unit, tablets=[])


def guest(link: GuestLink) -> Actor:
    """Whoever holds the link, as an actor: a crew member of that unit, known by no name."""
    unit = link.assignment.unit
    return Actor(
        name=f"link:{unit.callsign}",
        roles=frozenset({Role.RESPONDER}),
        team=unit.team.code,
        unit=unit.callsign,
        unit_id=unit.pk,
        kind=Agency.Kind.CIVILIAN,
    )


def link_open(*, token: str, source: From) -> GuestLinkUse:
    """Somebody opens the link on a device, which is given the next number."""
    known = guest_links.link_for_token(token)
    with action(guest(known)) as work:
        link = _usable(known, GuestAct.OPEN)
        device = link.uses.filter(act=GuestAct.OPEN).count() + 1
        if device > rules.MOST_DEVICES:
            raise Refused("The link was opened on too many devices.")
        use = _use(link, GuestAct.OPEN, device, source)
        use.save()
        _tell(work, link, use)
        return use


def link_act(
    *, token: str, device: int, act: GuestAct, seen: str, source: From, eta_minutes: int | None = None
) -> GuestLinkUse:
    """Take the crew a step on, on the word of whoever holds its link: what a dispatcher would do on theirs.

    `seen` is what the page showed (`GuestView.seen`): a step is a Conflict when that has changed, so that nobody goes
    in past an order or a hazard that they never saw. Asking for police always counts.
    """
    known = guest_links.link_for_token(token)
    try:
        with action(guest(known)) as work:
            link = _usable(known, act)
            if act is not GuestAct.POLICE:
                _check_step(link, act, seen)
            _take(work, link, act, eta_minutes)
            use = _use(link, act, device, source)
            use.save()
            if act in (GuestAct.CONFIRM, GuestAct.ON_THE_WAY):
                _tell(work, link, use)
            return use
    except (Conflict, Refused) as refusal:
        refused = _use(known, act, device, source)
        refused.refused = refusal.detail[:200]
        refused.save()
        raise


def _usable(known: GuestLink, act: GuestAct) -> GuestLink:
    """The link under its call's lock. Raises LinkOver, TooManyUses."""
    Call.objects.select_for_update(of=("self",), no_key=True).get(pk=known.call_id)
    link = GuestLink.objects.select_related("call__decision", "assignment__unit__team__agency").get(pk=known.pk)
    if guest_links.state_of(link) is not LinkState.OPEN:
        raise LinkOver("The link is over.")
    if guest_links.uses_within(link, act) >= rules.MOST_USES:
        raise TooManyUses("Too many taps in a minute.")
    return link


def _check_step(link: GuestLink, act: GuestAct, seen: str) -> None:
    view = guest_links.guest_view(link)
    if view.seen != seen:
        raise Conflict("Something changed meanwhile.", status_now=view.status)
    if act not in view.acts:
        raise Refused("That is not the next step.", status_now=view.status)
    if act in rules.STEP_OF and _is_looked_for(link):
        raise Refused("The center is looking for the crew.", status_now=view.status)


def _is_looked_for(link: GuestLink) -> bool:
    """Whether nobody has answered a welfare check, or an emergency stands: then only a voice ends the watch."""
    kinds = [*WELFARE_ALERTS, AlertKind.EMERGENCY]
    alerts = Alert.objects.filter(unit=link.assignment.unit, kind__in=kinds, cleared_at__isnull=True)
    return alerts.exists()


def _take(work: Work, link: GuestLink, act: GuestAct, eta_minutes: int | None) -> None:
    by, assignment = work.by, link.assignment
    if act is GuestAct.POLICE:
        police_request(by=by, call_id=link.call_id, reason="asked for by link")
        return
    if link.confirmed_at is None:
        link.confirmed_at = timezone.now()
        link.save(update_fields=["confirmed_at"])
    step = rules.STEP_OF.get(act)
    if step is not None and assignment.status != step:
        assignment_status_set(by=by, assignment_id=assignment.pk, status=step)
    # That an order stands on the page is no hearing of it: the crew is called by voice all the same.
    is_order_due = bool(assignment.order) and assignment.order_acknowledged_at is None
    if act in (GuestAct.CONFIRM, GuestAct.ON_THE_WAY) and not is_order_due:
        minutes = eta_minutes if assignment.on_scene_at is None else None
        assignment_acknowledge(by=by, assignment_id=assignment.pk, minutes=minutes)


def _use(link: GuestLink, act: GuestAct, device: int, source: From) -> GuestLinkUse:
    return GuestLinkUse(
        link=link, at=timezone.now(), act=act, device=device, address=source.address, agent=source.agent[:160]
    )


def _tell(work: Work, link: GuestLink, use: GuestLinkUse) -> None:
    event = types.GuestLinkUsed(link=str(link.pk), act=use.act, device=use.device)
    work.emit(event, call=link.call, unit=link.assignment.unit, tablets=[])
