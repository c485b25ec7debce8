"""What the record of a ruleset's life says: who wrote it, whether it ever decided, what it was checked beside."""

from __future__ import annotations

from dispatch.models import Ruleset, RulesetStep
from dispatch.queries import rulesets
from partners.access import Actor

CAME_BACK = "came back"


def writers(row: Ruleset) -> set[tuple[int | None, str]]:
    """(user id, name) of everybody who wrote any of it, or of the unpublished draft it was copied from."""
    wrote = row.steps.filter(step__in=RulesetStep.WRITING)
    return {(row.author_id, row.author_name), *wrote.values_list("by_id", "by_name")}


def own_work(row: Ruleset, by: Actor) -> str:
    """Why this person is not the second one, in a sentence; empty when they are."""
    kept = row.steps.filter(step__in=RulesetStep.WRITING).order_by("pk")
    wrote = [
        (row.author_id, row.author_name, ""),
        *((one.by_id, one.by_name, one.note if one.step == RulesetStep.Step.ORIGINAL else "") for one in kept),
    ]
    # By account and by name: either may have been changed since.
    own = [original for user, name, original in wrote if by.name == name or (user is not None and user == by.user_id)]
    if not own:
        return ""
    what = str(row) if "" in own else f"{own[0]}, of which {row} is a copy"
    return f"You wrote {what}: a second person approves it."


def took_effect(row: Ruleset) -> bool:
    """Whether a retired version ever decided. What was withdrawn before its time did not."""
    if row.effective_at is None or row.retired_at is None or row.retired_at <= row.effective_at:
        return False
    return not row.steps.filter(step=RulesetStep.Step.WITHDRAWN).exists()


def replaced_since_check(row: Ruleset) -> str:
    """That another ruleset decides than when this one was checked, in a sentence; empty when none took effect since."""
    deciding = rulesets.in_effect().first()
    if deciding is None or row.checked_at is None or deciding.effective_at <= row.checked_at:
        return ""
    return f"{deciding} took effect after {row} was checked: check and try it again."


def withdrawn_by(row: Ruleset) -> list[str]:
    """The publications that were withdrawn because this version came back."""
    found = RulesetStep.objects.filter(step=RulesetStep.Step.WITHDRAWN, note=f"{row} {CAME_BACK}")
    return [f"{step.name} v{step.version}" for step in found]
