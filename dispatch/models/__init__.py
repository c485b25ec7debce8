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
from dispatch.models.command_line import CommandAlias
from dispatch.models.devices import Device, Fix
from dispatch.models.geography import AddressPoint, AddressStreet, Area, GeographyVersion, Place, Street
from dispatch.models.guest_links import GuestLink, GuestLinkUse
from dispatch.models.intake import (
    AliField,
    CannedPhrase,
    InterpreterLine,
    InterpreterUse,
    LocationBid,
    PhoneCall,
    PhoneSystem,
    TextMessage,
)
from dispatch.models.notifications import Delivery, Notice, NotificationChannel, PushSubscription
from dispatch.models.paper import PaperRecord
from dispatch.models.positions import Handover, Position
from dispatch.models.retention import LegalHold, Redaction
from dispatch.models.ruleset_steps import RulesetStep
from dispatch.models.rulesets import (
    OptionAddition,
    OptionFollowUp,
    OptionJoin,
    OutcomeAlternative,
    OutcomeOption,
    OutcomePriority,
    QuestionAnswer,
    QuestionSet,
    Rule,
    RuleOutcome,
    Ruleset,
    RulesetCase,
    RulesetInvariant,
    RulesetTeam,
    TriageQuestion,
)
from dispatch.models.stacking import StackedCall
from dispatch.models.timer_settings import TimerLimits
from dispatch.models.transfers import Transfer
from dispatch.models.triage import Decision, Recommendation, TriageAnswers
from dispatch.models.undo import FieldsBefore
from dispatch.models.vocabularies import Vocabulary, VocabularyEntry
from dispatch.models.whatif import WhatIf, WhatIfGroup

__all__ = [
    "AddressPoint",
    "AddressStreet",
    "Alert",
    "AliField",
    "Area",
    "Assignment",
    "Call",
    "CallContact",
    "CallIntervention",
    "CallNumber",
    "CallType",
    "CannedPhrase",
    "Command",
    "CommandAlias",
    "Deadline",
    "Decision",
    "Delivery",
    "Device",
    "Disposition",
    "FieldsBefore",
    "Fix",
    "GeographyVersion",
    "GuestLink",
    "GuestLinkUse",
    "Handoff",
    "Handover",
    "InterpreterLine",
    "InterpreterUse",
    "Intervention",
    "LegalHold",
    "LocationBid",
    "Note",
    "Notice",
    "NotificationChannel",
    "OptionAddition",
    "OptionFollowUp",
    "OptionJoin",
    "OutcomeAlternative",
    "OutcomeOption",
    "OutcomePriority",
    "PaperRecord",
    "PersonInCrisis",
    "PhoneCall",
    "PhoneSystem",
    "Place",
    "Position",
    "Premise",
    "PremiseCaution",
    "PushSubscription",
    "QuestionAnswer",
    "QuestionSet",
    "Recommendation",
    "Redaction",
    "ResponsePlan",
    "ResponseSlot",
    "Rule",
    "RuleOutcome",
    "Ruleset",
    "RulesetCase",
    "RulesetInvariant",
    "RulesetStep",
    "RulesetTeam",
    "StackedCall",
    "Street",
    "TextMessage",
    "TimerLimits",
    "TimersWatch",
    "Transfer",
    "TriageAnswers",
    "TriageQuestion",
    "Unserved",
    "Vocabulary",
    "VocabularyEntry",
    "WelfareCheck",
    "WhatIf",
    "WhatIfGroup",
]
