"""The same people in every test: who they are, what they may do, and which unit they are on board of.

cast = make_cast()
actor_for(cast.dispatcher)
"""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import User

from partners.access import Actor, Role, actor_for
from partners.models import Person, Unit
from tests.factories import make_person, make_team, make_unit, make_user, timers_at_work


@dataclass(frozen=True, slots=True)
class Cast:
    """Users by what they do. The units are on shift with the named responders on board, available and reachable."""

    calltaker: User
    dispatcher: User
    dispatcher2: User
    supervisor: User
    supervisor2: User
    auditor: User
    officer: User
    clinical_lead: User
    crt1_clinician: User
    crt1_peer: User
    crmhc1_clinician: User
    hpd1_officer: User
    stranger: User
    phone_system: User
    crt1: Unit
    crmhc1: Unit
    hpd1: Unit

    def actor(self, who: str) -> Actor:
        """The actor behind a member of the cast, by field name."""
        return actor_for(getattr(self, who))


def make_cast() -> Cast:
    """Make everybody, while the timers are at work. `stranger` has an account and no role; `officer` and
    `clinical_lead` are on no unit.
    """
    timers_at_work()
    for code in ("CRT", "CRMHC", "WHEELER", "HPD", "HFD", "EMS"):
        make_team(code)
    officer = make_user("officer", Role.OFFICER)
    make_person("Otis Example", role=Person.Role.OFFICER, user=officer, team=make_team("HPD"))
    clinical_lead = make_user("clinical-lead", Role.CLINICAL_LEAD)
    make_person("Cleo Example", role=Person.Role.CLINICIAN, user=clinical_lead, team=make_team("CRT"))
    crew = {
        "crt1_clinician": ("Clara Example", Person.Role.CLINICIAN, "CRT", ["en", "es"]),
        "crt1_peer": ("Peer Example", Person.Role.PEER, "CRT", ["en"]),
        "crmhc1_clinician": ("Mona Example", Person.Role.CLINICIAN, "CRMHC", ["en"]),
        "hpd1_officer": ("Hana Example", Person.Role.OFFICER, "HPD", ["en"]),
    }
    users = {who: make_user(who.replace("_", "-"), Role.RESPONDER) for who in crew}
    people = {
        who: make_person(name, role=role, user=users[who], team=make_team(team), languages=languages)
        for who, (name, role, team, languages) in crew.items()
    }
    return Cast(
        calltaker=make_user("calltaker", Role.CALLTAKER),
        dispatcher=make_user("dispatcher", Role.DISPATCHER),
        dispatcher2=make_user("dispatcher-2", Role.DISPATCHER),
        supervisor=make_user("supervisor", Role.SUPERVISOR, is_staff=True),
        supervisor2=make_user("supervisor-2", Role.SUPERVISOR, is_staff=True),
        auditor=make_user("auditor", Role.AUDITOR, is_staff=True),
        officer=officer,
        clinical_lead=clinical_lead,
        stranger=make_user("stranger"),
        phone_system=make_user("phone-system", Role.PHONE_SYSTEM),
        crt1=make_unit("CRT1", "CRT", crew=[people["crt1_clinician"], people["crt1_peer"]]),
        crmhc1=make_unit("CRMHC1", "CRMHC", crew=[people["crmhc1_clinician"]]),
        hpd1=make_unit("HPD1", "HPD", crew=[people["hpd1_officer"]], cit_trained=True),
        **users,
    )
