"""Who is asking, and what their roles allow. Pages, API and sockets all ask here; nothing else looks at groups.

Roles are Django groups with these names, so that a supervisor gives and takes them in the admin.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from django.contrib.auth.models import Group, User
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BigIntegerField, DateTimeField, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from hearteam.prepared import Parameter, Prepared
from partners.models import Agency, CrewMember, Person, Unit

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser


class Role(StrEnum):
    """What a person does here. One person may have several. `PHONE_SYSTEM` is a program that brings calls."""

    CALLTAKER = "calltaker"
    DISPATCHER = "dispatcher"
    RESPONDER = "responder"
    CLINICAL_LEAD = "clinical-lead"
    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    PHONE_SYSTEM = "phone-system"


class Permission(StrEnum):
    """What may be done; the table below says by whom."""

    BOARD_READ = "board.read"
    CALL_RECEIVE = "call.receive"
    CALL_PREFILL = "call.prefill"
    CALL_CHANGE = "call.change"
    TRIAGE = "triage.answer"
    NOTE_ADD = "note.add"
    DISPATCH = "dispatch"
    LOWER_PROTECTION = "protection.lower"
    UNIT_STATUS_ANY = "unit.status.any"
    SCENE_SAFE = "scene.safe"
    ALERT_ACKNOWLEDGE = "alert.acknowledge"
    POLICE_REQUEST = "police.request"
    FIELD_ASK = "field.ask"
    FIELD_START = "field.start"
    CAUTION_CHANGE = "caution.change"
    CLINICAL_READ = "clinical.read"
    POLICE_READ = "police.read"
    CREW_SIGN_ON = "crew.sign_on"
    ROSTER_CHANGE = "roster.change"
    RULESET_CHANGE = "ruleset.change"
    AUDIT_READ = "audit.read"
    TRACK_READ = "track.read"
    LEGAL_HOLD = "legal_hold.change"
    REPORTS_READ = "reports.read"


_DESK = {Role.CALLTAKER, Role.DISPATCHER, Role.SUPERVISOR}
_AT_THE_CENTER = _DESK | {Role.AUDITOR}
_CONTROL = {Role.DISPATCHER, Role.SUPERVISOR}

ALLOWED: dict[Permission, set[Role]] = {
    Permission.BOARD_READ: _DESK | {Role.AUDITOR},
    Permission.CALL_RECEIVE: _DESK,
    Permission.CALL_PREFILL: {Role.PHONE_SYSTEM},
    Permission.CALL_CHANGE: _DESK,
    Permission.TRIAGE: _DESK | {Role.RESPONDER, Role.OFFICER},
    Permission.NOTE_ADD: _DESK | {Role.RESPONDER, Role.OFFICER, Role.CLINICAL_LEAD},
    Permission.DISPATCH: _CONTROL,
    Permission.LOWER_PROTECTION: {Role.SUPERVISOR},
    Permission.UNIT_STATUS_ANY: _CONTROL,
    Permission.SCENE_SAFE: _CONTROL | {Role.RESPONDER, Role.OFFICER},
    Permission.ALERT_ACKNOWLEDGE: _DESK,
    Permission.POLICE_REQUEST: _DESK | {Role.RESPONDER, Role.OFFICER},
    Permission.FIELD_ASK: {Role.RESPONDER, Role.OFFICER},
    Permission.FIELD_START: {Role.RESPONDER, Role.OFFICER},
    Permission.CAUTION_CHANGE: _CONTROL,
    Permission.CLINICAL_READ: {Role.CLINICAL_LEAD},
    Permission.POLICE_READ: _DESK | {Role.OFFICER, Role.AUDITOR},
    Permission.CREW_SIGN_ON: {Role.RESPONDER, Role.OFFICER, Role.CLINICAL_LEAD},
    Permission.ROSTER_CHANGE: {Role.SUPERVISOR},
    Permission.RULESET_CHANGE: {Role.SUPERVISOR},
    Permission.TRACK_READ: {Role.SUPERVISOR},
    Permission.AUDIT_READ: {Role.AUDITOR, Role.SUPERVISOR},
    Permission.LEGAL_HOLD: {Role.SUPERVISOR},
    Permission.REPORTS_READ: {Role.SUPERVISOR, Role.AUDITOR, Role.CLINICAL_LEAD},
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something. `unit` is the call sign of the unit the person is on board of now; `kind` its agency's kind.

    The system itself (timers, replays) acts as `Actor.system(name)`: every permission, no user.
    """

    name: str
    user_id: int | None = None
    roles: frozenset[Role] = frozenset()
    person_id: int | None = None
    crew_role: str = ""
    team: str = ""
    unit: str = ""
    unit_id: int | None = None
    kind: str = ""
    is_system: bool = False

    @classmethod
    def system(cls, name: str) -> Actor:
        """An actor for the program's own doing."""
        return cls(name=f"system:{name}", is_system=True)

    def may(self, permission: Permission) -> bool:
        """Whether any of the roles allows it."""
        return self.is_system or not ALLOWED[permission].isdisjoint(self.roles)

    @property
    def is_clinician(self) -> bool:
        """Writes clinical notes by default, and reads those of calls they serve."""
        return Role.CLINICAL_LEAD in self.roles or self.crew_role in (Person.Role.CLINICIAN, Person.Role.PEER)

    @property
    def is_police(self) -> bool:
        """Sees what keeps people safe, not clinical notes."""
        return Role.OFFICER in self.roles or self.kind == Agency.Kind.POLICE

    @property
    def is_desk(self) -> bool:
        """Works at the center."""
        return self.is_system or not _DESK.isdisjoint(self.roles)


def roles_named(groups: Iterable[str]) -> frozenset[Role]:
    """The roles among these group names."""
    names = set(groups)
    return frozenset(role for role in Role if role in names)


def crews_at(moment: datetime | Parameter) -> QuerySet[CrewMember]:
    """Everybody who is on board of an active unit at that moment. Someone on two shifts is on the one begun last.

    A crew that is still out on a call when its shift ends stays on board until it is cleared: nobody loses the
    emergency button inside. (`assignments` is dispatch's relation to a unit.)
    """
    still_out = Unit.objects.filter(
        pk=OuterRef("shift__unit"),
        assignments__isnull=False,
        assignments__cleared_at__isnull=True,
        assignments__dispatched_at__lt=OuterRef("shift__ends_at"),
    )
    return CrewMember.objects.filter(
        Q(shift__ends_at__isnull=True) | Q(shift__ends_at__gt=moment) | Exists(still_out),
        shift__starts_at__lte=moment,
        shift__unit__active=True,
    )


def groups_of(user: OuterRef) -> ArraySubquery:
    """The names of a user's groups, to be annotated as `group_names` where the user is read to act at once."""
    return ArraySubquery(Group.objects.filter(user=user).values("name"))


_ID = BigIntegerField()
_account = Prepared(
    lambda: User.objects.filter(pk=Parameter("user", _ID))
    .select_related("person__team__agency")
    .annotate(group_names=groups_of(OuterRef("pk")))
)
_member = Prepared(
    lambda: crews_at(Parameter("moment", DateTimeField()))
    .filter(person=Parameter("person", _ID))
    .select_related("shift__unit__team__agency")
    .order_by("-shift__starts_at")[:1]
)


def actor_for(user: AbstractBaseUser | AnonymousUser, *, at: datetime | None = None) -> Actor:
    """The actor behind a signed-in user. An anonymous or inactive user is an actor with no role.

    One statement for people at the center, who ride on no unit; two for others; one less the first time for a user who
    was just read with `group_names`.
    """
    if not user.is_authenticated or not user.is_active:
        return Actor(name="anonymous")
    names = vars(user).pop("group_names", None) if isinstance(user, User) else None
    account = _account.first(user=user.pk) if names is None else user
    roles = roles_named(getattr(account, "group_names", ()) if names is None else names)
    person = getattr(account, "person", None)
    if person is None:
        return Actor(name=user.get_username(), user_id=user.pk, roles=roles)
    member = _member.first(person=person.pk, moment=at or timezone.now())
    if member is None:
        return Actor(
            name=user.get_username(),
            user_id=user.pk,
            roles=roles,
            person_id=person.pk,
            team=person.team.code if person.team else "",
            kind=person.team.agency.kind if person.team else "",
        )
    unit = member.shift.unit
    return Actor(
        name=user.get_username(),
        user_id=user.pk,
        roles=roles,
        person_id=member.person_id,
        crew_role=member.role,
        team=unit.team.code,
        unit=unit.callsign,
        unit_id=unit.pk,
        kind=unit.team.agency.kind,
    )
