"""What a link for a crew's own phone is good for: while it leads anywhere, and which steps it offers. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from dispatch.rules.status import BEFORE_ARRIVAL, AssignmentStatus

LASTS: Final = timedelta(hours=8)
"""A link leads nowhere after this, however long the call takes: a shift's length."""

MOST_USES: Final = 20
"""Of one link within `WITHIN`. A police request is counted apart: nothing else may use it up."""
WITHIN: Final = timedelta(minutes=1)
MOST_DEVICES: Final = 6
"""A link that is opened on more than these has gone astray."""


class LinkState(StrEnum):
    """OPEN leads to the call, anything else only to the word that it is over."""

    OPEN = "open"
    REVOKED = "revoked"
    EXPIRED = "expired"
    ENDED = "ended"


class GuestAct(StrEnum):
    """What is done by a link."""

    OPEN = "open"
    CONFIRM = "confirm"
    ON_THE_WAY = "on_the_way"
    STAGING = "staging"
    ARRIVED = "arrived"
    LEAVING = "leaving"
    POLICE = "police"


STEP_OF: Final = {
    GuestAct.ON_THE_WAY: AssignmentStatus.ER,
    GuestAct.STAGING: AssignmentStatus.ST,
    GuestAct.ARRIVED: AssignmentStatus.OS,
    GuestAct.LEAVING: AssignmentStatus.AV,
}
_ON_THE_ROAD: Final = (AssignmentStatus.DP, AssignmentStatus.ER)
_THERE: Final = (AssignmentStatus.OS, AssignmentStatus.TR, AssignmentStatus.AD)


def link_state(
    *, revoked_at: datetime | None, cleared_at: datetime | None, is_call_open: bool, expires_at: datetime, now: datetime
) -> LinkState:
    """Whether a link leads to its call now. A crew that was cleared, or whose call has ended, needs none."""
    if revoked_at is not None:
        return LinkState.REVOKED
    if cleared_at is not None or not is_call_open:
        return LinkState.ENDED
    return LinkState.OPEN if now < expires_at else LinkState.EXPIRED


def offered(
    status: AssignmentStatus, *, is_confirmed: bool, may_enter: bool, order: str, is_order_heard: bool
) -> tuple[GuestAct, ...]:
    """The steps that a crew may report by its link now, in the order in which they are shown.

    An order is heard before anything else. Under one, or where an officer's word is waited for, it is offered the
    meeting point and never the scene (invariant 14). Police may be asked for at any time.
    """
    if order and not is_order_heard:
        return GuestAct.CONFIRM, GuestAct.POLICE
    acts: list[GuestAct] = []
    if not is_confirmed:
        acts.append(GuestAct.CONFIRM)
    if status in _ON_THE_ROAD:
        acts.append(GuestAct.ON_THE_WAY)
    must_wait = bool(order) or not may_enter
    if must_wait and (status in _ON_THE_ROAD or (order == "WITHDRAW" and status is AssignmentStatus.OS)):
        acts.append(GuestAct.STAGING)
    if not must_wait and status in BEFORE_ARRIVAL:
        acts.append(GuestAct.ARRIVED)
    if status in _THERE:
        acts.append(GuestAct.LEAVING)
    return (*acts, GuestAct.POLICE)
