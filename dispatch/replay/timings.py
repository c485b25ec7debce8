"""Stage times for exports that give the time of the call only, drawn so that the whole day looks like a real one.

Assumptions: an officer's own stop is served where it is made. For other calls the medians below follow published
figures of a comparable center (mental-health calls: dispatched after 260 s, 10 % later than 37 min; 308 s drive;
72 min on scene) and of a rural crisis team; spreads are log-normal, as service times usually are.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from dispatch.replay.draws import seconds_around, seeded
from dispatch.replay.records import RecordedIncident

DISPATCH_MEDIAN_S = {1: 70, 2: 180, 3: 420, 4: 900}
TURNOUT_MEDIAN_S = 30
DRIVE_MEDIAN_S = {1: 280, 2: 320, 3: 420, 4: 480}
SCENE_MEDIAN_S = {1: 2400, 2: 1500, 3: 1200, 4: 1200}
BEHAVIOURAL_SCENE_MEDIAN_S = 3600


def with_stages(incident: RecordedIncident, seed: int) -> RecordedIncident:
    """The incident with dispatch, en-route, arrival and clear times where the export had none."""
    if incident.dispatched_at is not None and incident.cleared_at is not None:
        return incident
    rng = seeded(seed, incident.reference, "stages")
    own = incident.origin == "FIELD"
    wait = 0.0 if own else seconds_around(rng, DISPATCH_MEDIAN_S[incident.priority])
    dispatched = incident.dispatched_at or incident.received_at + timedelta(seconds=wait)
    turnout = 0.0 if own else seconds_around(rng, TURNOUT_MEDIAN_S)
    en_route = incident.en_route_at or dispatched + timedelta(seconds=turnout)
    drive = 0.0 if own else seconds_around(rng, DRIVE_MEDIAN_S[incident.priority])
    arrived = incident.arrived_at or en_route + timedelta(seconds=drive)
    median = BEHAVIOURAL_SCENE_MEDIAN_S if incident.behavioural else SCENE_MEDIAN_S[incident.priority]
    cleared = incident.cleared_at or arrived + timedelta(seconds=seconds_around(rng, median))
    return replace(
        incident, dispatched_at=dispatched, en_route_at=en_route, arrived_at=arrived, cleared_at=cleared, estimated=True
    )
