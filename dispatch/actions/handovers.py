"""The end of a shift: its open calls are offered to a colleague, and are theirs once they accept."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.utils import timezone

from dispatch.actions.positions import give_call, position_claim
from dispatch.actions.transaction import action
from dispatch.models import Call, Handover
from dispatch.queries import access
from dispatch.queries import positions as facts
from hearteam.events import types
from hearteam.problems import Malformed, NotAllowed, Refused
from partners.access import Actor, Permission, actor_for

Answer = Handover.Answer
LONGEST_NOTE = 500


def handover_offer(*, by: Actor, to: str, note: str = "") -> Handover:
    """Offer the open calls of one's position to a colleague of the desk, with a note. They stay where they are until
    the colleague accepts. An earlier offer that was not answered is withdrawn. Malformed: nobody of that name, oneself.
    """
    access.require(by, Permission.CALL_CHANGE, "hand calls over")
    giver, colleague = _giver(by), _colleague(by, to)
    with action(by) as work:
        position = facts.position_of(by) or position_claim(by=by)
        earlier = Handover.objects.select_for_update(no_key=True).filter(position=position, answer="")
        earlier.update(answer=Answer.WITHDRAWN, answered_at=timezone.now())
        handover = Handover.objects.create(
            position=position,
            from_user=giver,
            to_user=colleague,
            note=note.replace("\x00", "").strip()[:LONGEST_NOTE],
            offered_at=timezone.now(),
        )
        calls = list(facts.open_calls_of(position).order_by("pk"))
        handover.calls.set(calls)
        work.emit(
            types.HandoverOffered(
                handover=str(handover.pk),
                position=position.name,
                to=colleague.get_username(),
                calls=[call.number for call in calls],
            )
        )
        return handover


def _giver(by: Actor) -> User:
    giver = User.objects.filter(pk=by.user_id or 0).first()
    if giver is None:
        raise NotAllowed("A person hands over, not a program.")
    return giver


def _colleague(by: Actor, username: str) -> User:
    user = User.objects.filter(username=username.strip(), is_active=True).first()
    if user is None or user.pk == by.user_id or not actor_for(user).may(Permission.CALL_CHANGE):
        raise Malformed("Nobody to hand over to.", errors={"to": ["Name a colleague of the desk."]})
    return user


def handover_answer(*, by: Actor, handover_id: str | int, answer: str) -> Handover:
    """Accept or decline what was offered to one, or withdraw what one offered.

    Accepted: those calls that are still open and still there are the answering person's position's. Refused once it
    was answered.
    """
    access.require(by, Permission.CALL_CHANGE, "take calls over")
    known = facts.handover_for(by, handover_id)
    if answer not in Answer.values:
        raise Malformed("There is no such answer.", errors={"answer": [f"Must be one of {', '.join(Answer.values)}."]})
    whose = known.from_user_id if answer == Answer.WITHDRAWN else known.to_user_id
    if whose != by.user_id:
        raise NotAllowed("The colleague accepts or declines; who offered it withdraws it.")
    with action(by) as work:
        locked = Call.objects.select_for_update(of=("self",), no_key=True).filter(handovers=known).order_by("pk")
        calls = list(locked)
        handover = Handover.objects.select_for_update(no_key=True).get(pk=known.pk)
        if handover.answer:
            raise Refused(f"It was {handover.answer} already.")
        handover.answer, handover.answered_at = answer, timezone.now()
        handover.save(update_fields=["answer", "answered_at"])
        if answer == Answer.ACCEPTED:
            position = facts.position_of(by) or position_claim(by=by)
            for call in calls:
                if call.open and call.position_id == handover.position_id:
                    give_call(work, call, position)
        work.emit(
            types.HandoverAnswered(
                handover=str(handover.pk), position=known.position.name, answer=answer, to=known.to_user.get_username()
            )
        )
        return handover
