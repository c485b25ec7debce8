"""What each number of the report means. The page and the file list these words; changing them changes the meaning."""

from __future__ import annotations

from typing import Final

DEFINITIONS: Final = (
    ("Period", "Calls whose 911 answer lies in the days chosen, in the center's time zone. A call merged into another "
     "is counted with that one."),
    ("Behavioural-health call", "Marked as one by its type or by a person, or triaged with the questions."),
    ("Triaged", "All triage questions were answered at least once."),
    ("Eligible", "The rule that decided names a civilian team, whether or not one was available."),
    ("Dispatched", "A unit of a civilian team was sent, a unit of a phone hand-off included."),
    ("Arrived", "A unit of a civilian team was on scene."),
    ("Without police", "Of the calls where a civilian team arrived: no police unit was ever sent."),
    ("Unserved", "Eligible, and no civilian team arrived; by the first team the rule names, and the reason recorded "
     "when the call ended."),
    ("Answer to dispatch, answer to arrival", "From the 911 answer to the first unit sent and the first on scene, "
     "whoever it was; tier as the call ended. Half of the calls took at most the median, nine of ten at most the "
     "90th percentile."),
    ("Override up, down", "Decisions in which someone chose more, or less, protection than the ruleset."),
    ("By neighborhood, time of day, language, outcome", "Behavioural-health calls: where the call is; when 911 "
     "answered; the language of the person in crisis, not the caller's; how the call ended."),
    ("Alerts answered", "Alerts raised in the period, by level: from the sound to the acknowledgement by name. Those "
     "over before were settled by what happened. One that is still open counts in neither row."),
    ("Asked, offered, not asked", "What the vocabulary, else the call's type, said about the triage questions when the "
     "type was set: asked at once, offered (a key away), or only when somebody wants to."),
    ("Asked; all asked", "Somebody began to answer the questions; all of them were answered at least once."),
    ("Tier 3 or 4", "All were asked, and the rule that decided would send a civilian team alone."),
    ("Cleared as crisis", "Closed, not as cancelled, unable to locate or duplicate, and one of: a unit of a civilian "
     "team was on scene; a coded service was recorded; the last answers told of thoughts of suicide, self-harm or high "
     "acuity; the questions were begun and it was referred. A crisis that nobody asked about and no team served is "
     "not seen: the true number on types that are not asked is higher."),
    ("What each choice catches", "Of all calls cleared as crisis, those on types that are asked; on those and types "
     "that are offered; on all. Extra calls are those to be asked beside the types asked today; for each crisis more, "
     "how many that takes."),
    ("Small cells", "No count from 1 to 10 is shown: small reasons are put together, and a number is "
     "hidden where it is small itself or would give a small one away by subtraction."),
)  # fmt: skip

DIRECTIONS: Final = {"UP": "up", "DOWN": "down", "SIDEWAYS": "same protection"}
FIRST_STAGE: Final = "All calls"
STAGES: Final = {
    "calls": "Behavioural-health calls",
    "behavioural": "Triaged",
    "triaged": "Eligible for a civilian team",
    "eligible": "Civilian team dispatched",
    "dispatched": "Civilian team arrived",
}
