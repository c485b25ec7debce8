"""Who can come: agencies, teams, units, people, shifts, hours, contracts, places to go and resources to call."""

from partners.models.agencies import Agency, Contract, ServiceException, ServiceHours, Team
from partners.models.care import CareNote, FollowUp, RecordAccess
from partners.models.directory import Facility, Resource
from partners.models.units import ChannelCheck, CrewMember, Person, Shift, Unit

__all__ = [
    "Agency",
    "CareNote",
    "ChannelCheck",
    "Contract",
    "CrewMember",
    "Facility",
    "FollowUp",
    "Person",
    "RecordAccess",
    "Resource",
    "ServiceException",
    "ServiceHours",
    "Shift",
    "Team",
    "Unit",
]
