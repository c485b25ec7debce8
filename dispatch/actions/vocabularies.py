"""A center's vocabulary: imported from its list of types, decided on type by type, put to use."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone

from dispatch.actions.transaction import action
from dispatch.models import CallType, Vocabulary, VocabularyEntry
from dispatch.queries.access import require
from dispatch.queries.vocabularies import lowering, normalised
from dispatch.rules.vocabulary import propose
from dispatch.rules.vocabulary_file import TypeRow
from hearteam.problems import Malformed, NotFound, Refused
from partners.access import Actor, Permission
from partners.actions.roster import cleaned

ENTRY_FIELDS = (
    "description", "recorded", "asks_triage", "call_type", "decided", "changed_by_name", "changed_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import came to. `gone` are codes the file no longer has: they stay, as calls carry them.

    `kept` types were decided before and are as they were. `doubts` are sentences about what a person should look at.
    """

    vocabulary: Vocabulary
    new: int
    proposed_again: int
    kept: int
    gone: tuple[str, ...]
    doubts: tuple[str, ...]


def vocabulary_import(*, by: Actor, name: str, rows: Sequence[TypeRow], title: str = "") -> Imported:
    """Make a vocabulary of these types, or bring one up to date. Raises Malformed, Refused, NotAllowed.

    1. A new type gets what its words propose, or what the file says of it, and is decided only if the file says so.
    2. A type nobody has decided on is proposed again. One that was decided stays exactly as it is.
    3. What the file no longer has is named and stays.
    """
    require(by, Permission.ROSTER_CHANGE, "change the center's vocabularies")
    if not rows:
        raise Refused("There is no type in it.")
    with action(by):
        vocabulary = _named(name, title)
        known = {(normalised(e.code), e.agency.upper()): e for e in vocabulary.entries.select_for_update()}
        ours = {row.code: row for row in CallType.objects.filter(active=True)}
        given = {(normalised(row.code), row.agency.upper()): row for row in rows}
        new = [
            _proposed(VocabularyEntry(vocabulary=vocabulary, code=row.code, agency=row.agency), row, ours, by)
            for key, row in given.items()
            if key not in known
        ]
        again = [
            _proposed(known[key], row, ours, by)
            for key, row in given.items()
            if key in known and not known[key].decided
        ]
        VocabularyEntry.objects.bulk_create(new)
        VocabularyEntry.objects.bulk_update(again, ENTRY_FIELDS)
        return Imported(
            vocabulary=vocabulary,
            new=len(new),
            proposed_again=len(again),
            kept=len(given) - len(new) - len(again),
            gone=tuple(sorted(entry.code for key, entry in known.items() if key not in given)),
            doubts=tuple(_doubts(given.values(), ours)),
        )


def vocabulary_decide(
    *, by: Actor, entry_ids: Iterable[int], asks: str | None = None, call_type: str | None = None
) -> list[VocabularyEntry]:
    """Decide on types: whether the questions are asked, our call type for them ("" for none); None leaves as it is.

    Calls received before keep what held for them. Raises Malformed, NotFound, NotAllowed.
    """
    require(by, Permission.ROSTER_CHANGE, "decide on the center's vocabularies")
    if asks is not None and asks not in CallType.Asks.values:
        raise Malformed("Ask yes, maybe or no.", errors={"asks": ["Not YES, MAYBE or NO."]})
    wanted = set(entry_ids)
    with action(by):
        meant = _our_type(call_type) if call_type else None
        entries = list(VocabularyEntry.objects.select_for_update().filter(pk__in=wanted).order_by("pk"))
        if len(entries) != len(wanted):
            raise NotFound("There is no such type in the vocabulary any more.")
        for entry in entries:
            if asks is not None:
                entry.asks_triage = asks
            if call_type is not None:
                entry.call_type = meant
            _decided(entry, by)
        VocabularyEntry.objects.bulk_update(entries, ENTRY_FIELDS)
        return entries


def vocabulary_activate(*, by: Actor, name: str) -> Vocabulary:
    """New calls are read by this vocabulary from now on, and by no other. Raises NotFound, NotAllowed.

    Refused while a type that nobody decided on has the code of one of ours and would not mean the same.
    """
    require(by, Permission.ROSTER_CHANGE, "choose the center's vocabulary")
    with action(by):
        rows = {row.name: row for row in Vocabulary.objects.select_for_update().order_by("pk")}
        if name not in rows:
            raise NotFound(f"There is no vocabulary {name[:40]}.")
        row = rows[name]
        if not row.entries.exists():
            raise Refused(f"{row.title} holds no type.")
        undecided = lowering(row)
        if undecided:
            codes = ", ".join(dict.fromkeys(entry.code for entry in undecided))
            raise Refused(
                f"Decide first on {codes}: our own call types have the same code, and what is proposed "
                "would ask less or stand for another type."
            )
        Vocabulary.objects.filter(active=True).exclude(pk=row.pk).update(active=False)
        row.active = True
        row.save(update_fields=["active"])
        return row


def vocabulary_deactivate(*, by: Actor) -> int:
    """New calls are read by our own call types only. Returns how many vocabularies were active (0 or 1)."""
    require(by, Permission.ROSTER_CHANGE, "choose the center's vocabulary")
    with action(by):
        return Vocabulary.objects.filter(active=True).update(active=False)


def _named(name: str, title: str) -> Vocabulary:
    """The vocabulary with this name, locked; made when there is none."""
    found = Vocabulary.objects.select_for_update().filter(name=name).first()
    row = found or Vocabulary(name=name, title=title or name)
    if title:
        row.title = title
    cleaned(row)
    row.save()
    return row


def _proposed(entry: VocabularyEntry, row: TypeRow, ours: dict[str, CallType], by: Actor) -> VocabularyEntry:
    proposal = propose(row.code, row.description, row.agency)
    code = proposal.call_type if row.our_type is None else row.our_type
    entry.description, entry.recorded = row.description, row.recorded
    entry.asks_triage = (row.asks or proposal.asks).value
    entry.call_type = ours.get(code)
    if row.decided:
        return _decided(entry, by)
    entry.changed_by_name, entry.changed_at = "", timezone.now()
    return entry


def _decided(entry: VocabularyEntry, by: Actor) -> VocabularyEntry:
    entry.decided, entry.changed_by_name, entry.changed_at = True, by.name[:150], timezone.now()
    return entry


def _doubts(rows: Iterable[TypeRow], ours: dict[str, CallType]) -> Iterable[str]:
    for row in rows:
        same = ours.get(normalised(row.code))
        if same is not None:
            yield f"Line {row.line}: {row.code} is also one of our call types ({same.name}). Say what it means here."
        if row.our_type and row.our_type not in ours:
            yield f"Line {row.line}: {row.code} names our type {row.our_type[:16]}, which there is not."


def _our_type(code: str) -> CallType:
    found = CallType.objects.filter(code=code, active=True).first()
    if found is None:
        raise Malformed(f"There is no call type {code[:16]}.", errors={"call_type": ["Not a call type of ours."]})
    return found
