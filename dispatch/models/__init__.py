"""The call and everything that hangs on it."""

from dispatch.models.alerts import Alert, Command, Deadline, TimersWatch
from dispatch.models.assignments import Assignment, Handoff, ResponseSlot, WelfareCheck
from dispatch.models.calls import (
    Call,
    CallContact,
    CallIntervention,
    CallNumber,
    Note,
    PersonInCrisis,
    Premise,
    PremiseCaution,
    Unserved,
)
from dispatch.models.codes import CallType, Disposition, Intervention, ResponsePlan
from dispatch.models.geography import Area, GeographyVersion, Place, Street
from dispatch.models.rulesets import (
    OptionAddition,
    OptionFollowUp,
    OptionJoin,
    OutcomeAlternative,
    OutcomeOption,
    OutcomePriority,
    Rule,
    RuleOutcome,
    Ruleset,
    RulesetTeam,
)
from dispatch.models.triage import Decision, Recommendation, TriageAnswers

__all__ = [
    "Alert",
    "Area",
    "Assignment",
    "Call",
    "CallContact",
    "CallIntervention",
    "CallNumber",
    "CallType",
    "Command",
    "Deadline",
    "Decision",
    "Disposition",
    "GeographyVersion",
    "Handoff",
    "Intervention",
    "Note",
    "OptionAddition",
    "OptionFollowUp",
    "OptionJoin",
    "OutcomeAlternative",
    "OutcomeOption",
    "OutcomePriority",
    "PersonInCrisis",
    "Place",
    "Premise",
    "PremiseCaution",
    "Recommendation",
    "ResponsePlan",
    "ResponseSlot",
    "Rule",
    "RuleOutcome",
    "Ruleset",
    "RulesetTeam",
    "Street",
    "TimersWatch",
    "TriageAnswers",
    "Unserved",
    "WelfareCheck",
]
