"""Whether the center can do its work with what stands in the database: rules, teams, numbers, people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from dispatch.doctor.finding import Finding, failed, warning, well
from dispatch.queries.rulesets import current
from dispatch.rules.verify import verify_ruleset
from partners.access import Role
from partners.models import Contract, ServiceHours, Team, Unit
from partners.models.agencies import Channel


def look_at_center() -> list[Finding]:
    return [*ruleset(), *teams(timezone.localdate()), *people()]


def ruleset() -> Iterator[Finding]:
    """The one in force is there, and keeps the safety invariants: as when it was published."""
    try:
        row, rules = current()
    except ImproperlyConfigured:
        do = "Run manage.py load_reference, or publish one. Until then no call can be triaged."
        yield failed("ruleset", "No ruleset is in force.", do)
        return
    report = verify_ruleset(rules)
    wrong = [*report.problems, *report.violations, *report.case_failures]
    if wrong:
        says = f"The ruleset in force, {row.name} v{row.version}, fails its checks: {wrong[0].text}"
        yield failed("ruleset", says, "Bring back an earlier version (administration, Rulesets).")
    else:
        yield well("ruleset", f"{row.name} v{row.version} is in force and keeps every safety invariant.")


def teams(today: date) -> Iterator[Finding]:
    """Of those whose contract is in force: can they be reached in the way that their hours say?"""
    in_force = Contract.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today), team=OuterRef("pk"), starts_on__lte=today
    )
    hours = ServiceHours.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=today), team=OuterRef("pk"), valid_from__lte=today
    )
    found = Team.objects.filter(Exists(in_force), active=True).annotate(
        by_phone=Exists(hours.filter(channel=Channel.PHONE)),
        by_tablet=Exists(hours.filter(channel=Channel.TABLET)),
        has_units=Exists(Unit.objects.filter(team=OuterRef("pk"), active=True)),
    )
    wrong = []
    for team in found.order_by("code"):
        if not team.by_phone and not team.by_tablet:
            says = f"{team.code} has a contract in force and no service hours: it is never available."
            wrong.append(warning("teams", says, "Enter its hours (administration, Teams), or end the contract."))
        if team.by_phone and not team.dedicated_phone:
            says = f"{team.code} is reached by phone, and has no number."
            wrong.append(failed("phones", says, "Enter its number (administration, Teams)."))
        if team.by_tablet and not team.has_units:
            says = f"{team.code} is in service and has no unit to send."
            wrong.append(warning("teams", says, "Add its units (administration, Units)."))
    yield from wrong or [well("teams", "Every team in service has hours, a number or units.")]


def people() -> Iterator[Finding]:
    supervisors = User.objects.filter(is_active=True, groups__name=Role.SUPERVISOR).count()
    if supervisors < 2:
        says = f"{'Only one person is' if supervisors else 'Nobody is'} a supervisor: a ruleset needs two to go live."
        yield warning("people", says, "Give a second person the role (administration, Users).")
    else:
        yield well("people", f"{supervisors} supervisors can act.")
