"""What can follow on the command line, best first; the browser's Tab does the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from dispatch.rules.command_facts import Known, KnownCall, Offered, Wrong
from dispatch.rules.command_grammar import REST, Verb, grammar
from dispatch.rules.command_line import fits, parse, split, verb_of, words_of

_SHORTEST = 3


def complete(line: str, known: Known) -> list[str]:
    """Whole lines that begin with this one, each right or right as far as it goes. None within a text."""
    head, _ = split(line)
    if head != line.strip():
        return []
    words = words_of(head)
    begun = words.pop() if words and not line[-1:].isspace() else ""
    if not words:
        return [word for word in grammar().verbs if word.startswith(begun.upper()) and word != begun.upper()]
    verb = verb_of(words[0].upper(), known.aliases)
    if verb is None:
        return []
    offers: list[str] = []
    for position, kind in _open_kinds(verb, words[1:]):
        if kind in REST:
            typed = [*words[1 + position :], *([begun] if begun else [])]
            before = words[: 1 + position]
            offers += _fitting(before, " ".join(typed), known.places if kind == "place" else [])
        else:
            offers += _fitting(words, begun, _OFFERS[kind](known, begun))
    return [offer for offer in dict.fromkeys(offers) if _right(offer, known)]


def _right(offer: str, known: Known) -> bool:
    """Right, or right as far as it goes."""
    result = parse(offer, known)
    return not isinstance(result, Wrong) or result.incomplete


def _fitting(before: Sequence[str], begun: str, offered: Sequence[str]) -> list[str]:
    start = begun.upper()
    return [" ".join([*before, word]) for word in offered if word.upper().startswith(start) and word.upper() != start]


def _open_kinds(verb: Verb, words: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The kinds that the next word may be of, after these; a kind of all words left with where it began."""
    at = 0
    for position, take in enumerate(verb.takes):
        if take.kind in REST:
            yield at, take.kind
            return
        if at < len(words):
            if fits(verb, position, words[at].upper(), len(words) - at + 1):
                at += 1
            elif not take.optional:
                return
            continue
        yield at, take.kind
        if not take.optional:
            return


def _units(known: Known, begun: str) -> list[str]:
    """After a comma those not named yet."""
    named = begun.upper().split(",")[:-1]
    return [",".join([*named, callsign]) for callsign in known.units if callsign not in named]


def _calls(known: Known, begun: str) -> list[str]:
    """Each by the fewest digits that name it alone, in full where a part of its number was typed."""
    if "-" in begun:
        return [call.number for call in known.calls]
    short = [_digits(call) for call in known.calls]
    return [
        digits if short.count(digits) == 1 else call.number for digits, call in zip(short, known.calls, strict=True)
    ]


def _digits(call: KnownCall) -> str:
    return call.number[3:].lstrip("0").zfill(_SHORTEST)


def _words(offered: Sequence[Offered]) -> list[str]:
    return [one.word.upper() for one in offered]


def _spellings(one: Offered) -> list[str]:
    return [word for word in (one.word.upper(), *one.also) if " " not in word]


def _none(known: Known, begun: str) -> list[str]:
    return []


_OFFERS: Final[dict[str, Callable[[Known, str], list[str]]]] = {
    "units": _units,
    "unit": lambda known, begun: list(known.units),
    "other_unit": lambda known, begun: list(known.units),
    "call": _calls,
    "their_call": _calls,
    "other_call": _calls,
    "any_call": _calls,
    "minutes": _none,
    "time": _none,
    "number": _none,
    "volume": _none,
    "disposition": lambda known, begun: _words(known.dispositions),
    "role": lambda known, begun: list(known.roles),
    "team": lambda known, begun: list(known.phone_teams),
    "resource": lambda known, begun: _words(known.resources),
    "language": lambda known, begun: [word for one in known.languages for word in _spellings(one)],
}
