"""Every advisory lock of the database, in one place: two uses of one number would wait for each other for nothing."""

from enum import IntEnum, unique


@unique
class AdvisoryLock(IntEnum):
    """Keys of PostgreSQL's advisory locks."""

    TIMERS_LEADER = 911_001
    TRAFFIC_LEADER = 911_002
    WHAT_IF = 911_003
    """With the what-if's id as the second key."""
    RULESET_LIFE = 911_004
    BACKUP = 911_010
    SLOW_TASK = 911_011
    """Of the workers' tasks that take minutes or hours one runs at a time: the other places are for messages."""
