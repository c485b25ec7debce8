"""The active vocabulary: what a center's own word for a call stands for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Count, Q, QuerySet

from dispatch.models import CallType, Vocabulary, VocabularyEntry
from hearteam.events.log import rfc3339

Known = Mapping[str, Sequence[VocabularyEntry]]
_MOST_FIRST = [CallType.Asks.YES, CallType.Asks.MAYBE, CallType.Asks.NO]


def normalised(code: str) -> str:
    """A code as it is compared: in capitals, with single blanks."""
    return " ".join(code.split()).upper()


def entry_for(code: str, agency: str = "") -> VocabularyEntry | None:
    """The active vocabulary's entry of this code. Of several agencies' the one named, else the one that asks most."""
    return _picked(_active().filter(code__iexact=" ".join(code.split())), agency)


def active_entries() -> Known:
    """All entries of the active vocabulary by code, for `entry_among`; empty when none is active."""
    found: dict[str, list[VocabularyEntry]] = defaultdict(list)
    for entry in _active():
        found[normalised(entry.code)].append(entry)
    return found


def entry_among(known: Known, code: str, agency: str = "") -> VocabularyEntry | None:
    """As `entry_for`, from entries that were read once."""
    return _picked(known.get(normalised(code), ()), agency)


def own_type(code: str) -> CallType | None:
    """The active call type of ours with this code."""
    return CallType.objects.filter(code=normalised(code), active=True).first()


def meaning(entry: VocabularyEntry, ours: CallType | None) -> tuple[CallType | None, str]:
    """The call type an entry stands for, and whether the questions are asked on it.

    What a person decided holds. A mere proposal for a code that is also one of ours (`ours`) takes nothing away from
    it: ours stays, and asks at least what it asks.
    """
    if ours is None or entry.decided:
        meant = entry.call_type if entry.call_type is not None and entry.call_type.active else None
        return meant, entry.asks_triage
    return ours, min(entry.asks_triage, ours.asks_triage, key=_gravity)


def lowering(vocabulary: Vocabulary) -> list[VocabularyEntry]:
    """The undecided entries whose code is one of ours and which would ask less than it, or stand for another type."""
    ours = {row.code: row for row in CallType.objects.filter(active=True)}
    return [
        entry
        for entry in vocabulary.entries.filter(decided=False).order_by("code", "pk")
        if (own := ours.get(normalised(entry.code))) is not None
        and (entry.call_type_id != own.pk or _gravity(entry.asks_triage) > _gravity(own.asks_triage))
    ]


def offered() -> list[dict[str, Any]]:
    """What the screens offer to choose from: each code of the active vocabulary once, `{code, name, asks_triage}`."""
    ours = {row.code: row for row in CallType.objects.filter(active=True)}
    rows = []
    for code, entries in active_entries().items():
        entry = _picked(entries, "")
        assert entry is not None
        _, asks = meaning(entry, ours.get(code))
        rows.append({"code": entry.code, "name": entry.description, "asks_triage": asks})
    return rows


def all_vocabularies() -> QuerySet[Vocabulary]:
    """Every vocabulary with `types` and `undecided`, counts of its entries."""
    return Vocabulary.objects.annotate(
        types=Count("entries"), undecided=Count("entries", filter=Q(entries__decided=False))
    ).order_by("name")


def exported(name: str) -> list[dict[str, str]] | None:
    """The vocabulary's types as rows of a file (`rules.vocabulary_file.EXPORTED`); None when there is no such one."""
    vocabulary = Vocabulary.objects.filter(name=name).first()
    if vocabulary is None:
        return None
    return [
        {
            "code": entry.code,
            "agency": entry.agency,
            "description": entry.description,
            "asks_triage": entry.asks_triage,
            "our_type": entry.call_type.code if entry.call_type else "",
            "recorded": "" if entry.recorded is None else str(entry.recorded),
            "decided": "yes" if entry.decided else "no",
            "changed_by": entry.changed_by_name,
            "changed_at": rfc3339(entry.changed_at),
        }
        for entry in vocabulary.entries.select_related("call_type").order_by("code", "agency")
    ]


def _active() -> QuerySet[VocabularyEntry]:
    return VocabularyEntry.objects.filter(vocabulary__active=True).select_related("call_type").order_by("code", "pk")


def _picked(entries: Iterable[VocabularyEntry], agency: str) -> VocabularyEntry | None:
    wanted = agency.upper()
    ranked = sorted(entries, key=lambda entry: (entry.agency.upper() != wanted, _gravity(entry.asks_triage), entry.pk))
    return ranked[0] if ranked else None


def _gravity(asks: str) -> int:
    return _MOST_FIRST.index(CallType.Asks(asks))
