"""The command line's language: a line -> what is asked for, or why not. `static/dispatch/js/commands.js` is the same.

A line is `VERB arguments [/text]`. What kind of argument a word is shows in its shape (4421 is a call, 20M are minutes,
CRT1 is a unit), so a call that is left out can be the selected one without a place-holder.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from dispatch.rules.command_facts import Known, KnownCall, KnownUnit, Offered, Parsed, Wrong
from dispatch.rules.command_grammar import REST, Take, Verb, grammar

_SPACE: Final = re.compile("[ \t\n\r\f\v\u00a0]+")
_TEXT: Final = re.compile("(?:^|[ \t\n\r\f\v\u00a0])/")
_BLANKS: Final = " \t\n\r\f\v\u00a0"
_SPOKEN_ROLES: Final = {"FD": "FIRE", "PD": "POLICE"}


class _WrongError(Exception):
    def __init__(self, code: str, **values: str) -> None:
        super().__init__(code)
        self.wrong = Wrong(code, fill(grammar().reasons[code], values))


@dataclass(slots=True)
class _Line:
    """A line on its way through the parser."""

    verb: Verb
    words: list[str]
    text: str
    known: Known
    parsed: Parsed
    at: int = 1
    full: list[str] = field(default_factory=list)

    def wrong(self, code: str, **values: str) -> _WrongError:
        return _WrongError(code, verb=self.verb.word, usage=self.verb.usage, **values)


def parse(line: str, known: Known) -> Parsed | Wrong:
    """What the line asks for, or why it is refused. Never raises."""
    head, text = split(line)
    words = words_of(head)
    if not words:
        return Wrong("", "")
    word = words[0].upper()
    verb = verb_of(word, known.aliases)
    if verb is None:
        return _WrongError("unknown_verb", word=word).wrong
    reading = _Line(verb, words, text, known, Parsed(verb.word, level=verb.level, text=text))
    try:
        for position, take in enumerate(verb.takes):
            _take(reading, position, take)
        return _finished(reading)
    except _WrongError as refused:
        return refused.wrong


def split(line: str) -> tuple[str, str]:
    """Command and text. The text starts at the first slash after a space: 12 1/2 Main St keeps its own."""
    found = _TEXT.search(line)
    if found is None:
        return line.strip(_BLANKS), ""
    return line[: found.start()].strip(_BLANKS), line[found.end() :].strip(_BLANKS)


def words_of(head: str) -> list[str]:
    """The words of a command; a question mark needs no space after it."""
    spaced = f"? {head[1:]}" if head.startswith("?") else head
    return [word for word in _SPACE.split(spaced) if word]


def verb_of(word: str, aliases: Mapping[str, str]) -> Verb | None:
    """The verb of a word in upper case, by its own name or an alias."""
    verbs = grammar().verbs
    return verbs.get(word) or verbs.get(aliases.get(word, ""))


def fill(template: str, values: Mapping[str, str]) -> str:
    """A text with its `{names}` filled in."""
    return re.sub(r"\{(\w+)\}", lambda found: values.get(found[1], found[0]), template)


def _take(line: _Line, position: int, take: Take) -> None:
    left = line.words[line.at :]
    if take.kind in REST:
        place = " ".join(left)
        if not place and not take.optional:
            raise line.wrong("missing", asks=grammar().asks[take.kind])
        line.at = len(line.words)
        line.parsed = replace(line.parsed, place=place)
        line.full.append(place)
        return
    word = left[0].upper() if left else ""
    if word and fits(line.verb, position, word, len(left)):
        line.at += 1
        _READ[take.kind](line, word)
    elif take.optional:
        _leave_out(line, take.kind)
    else:
        raise line.wrong("not_that" if word else "missing", asks=grammar().asks[take.kind], word=word)


def fits(verb: Verb, position: int, word: str, left: int) -> bool:
    """Whether a word can be this argument. One that may be left out does not take the last word from those that may
    not: XFR 988 is a service, H 4421 a call without its minutes.
    """
    shapes = grammar().shapes
    if not shapes[verb.takes[position].kind].fullmatch(word):
        return False
    wanted = [take.kind for take in verb.takes[position + 1 :] if not take.optional]
    return (
        not verb.takes[position].optional
        or left > len(wanted)
        or not any(shapes[kind].fullmatch(word) for kind in wanted)
    )


def _leave_out(line: _Line, kind: str) -> None:
    if kind == "call":
        _set_call(line, _selected(line))
    if kind == "their_call":
        calls = {unit.call for unit in line.parsed.units}
        (common,) = calls if len(calls) == 1 else (None,)
        found = next((call for call in line.known.calls if call.id == common), None)
        if found is not None:
            _set_call(line, found)


def _set_call(line: _Line, call: KnownCall) -> None:
    line.parsed = replace(line.parsed, call=call)
    line.full.append(call.number)


def _selected(line: _Line) -> KnownCall:
    if line.known.selected is None:
        raise line.wrong("no_call_selected")
    return line.known.selected


def _unit(line: _Line, callsign: str) -> KnownUnit:
    unit = line.known.units.get(callsign)
    if unit is None:
        raise line.wrong("off_the_roster", unit=callsign)
    return unit


def _read_units(line: _Line, word: str) -> None:
    callsigns = list(dict.fromkeys(callsign for callsign in word.split(",") if callsign))
    line.parsed = replace(line.parsed, units=tuple(_unit(line, callsign) for callsign in callsigns))
    line.full.append(",".join(callsigns))


def _read_other_unit(line: _Line, word: str) -> None:
    if any(unit.unit == word for unit in line.parsed.units):
        raise line.wrong("same_unit")
    line.parsed = replace(line.parsed, other_unit=_unit(line, word))
    line.full.append(word)


def _find_call(line: _Line, word: str) -> KnownCall:
    """An open call by the end of its number; the number itself wins over a longer one that ends alike."""
    if word == ".":
        return _selected(line)
    calls = line.known.calls
    exact = [call for call in calls if call.number == word or ("-" not in word and _count(call) == int(word))]
    found = exact or [call for call in calls if call.number.endswith(word)]
    if not found:
        raise line.wrong("no_open_call", word=word)
    if len(found) > 1:
        raise line.wrong("several_calls", word=word, calls=" and ".join(call.number for call in found))
    return found[0]


def _count(call: KnownCall) -> int | None:
    count = call.number[3:]
    return int(count) if count.isascii() and count.isdigit() else None


def _read_call(line: _Line, word: str) -> None:
    _set_call(line, _find_call(line, word))


def _read_other_call(line: _Line, word: str) -> None:
    other = _find_call(line, word)
    if line.parsed.call is not None and other.id == line.parsed.call.id:
        raise line.wrong("same_call")
    line.parsed = replace(line.parsed, other_call=other)
    line.full.append(other.number)


def _read_any_call(line: _Line, word: str) -> None:
    digits = _selected(line).number if word == "." else word
    line.parsed = replace(line.parsed, digits=digits)
    line.full.append(digits)


def _read_minutes(line: _Line, word: str) -> None:
    minutes = int(word[:-1])
    if minutes == 0:
        raise line.wrong("bad_minutes", word=word)
    line.parsed = replace(line.parsed, minutes=minutes)
    line.full.append(f"{minutes}M")


def _read_time(line: _Line, word: str) -> None:
    if word.endswith("M"):
        _read_minutes(line, word)
        return
    hours, minutes = (int(part) for part in word.split(":"))
    if hours > 23 or minutes > 59:
        raise line.wrong("bad_time", word=word)
    line.parsed = replace(line.parsed, time=f"{hours:02}:{minutes:02}")
    line.full.append(line.parsed.time)


def _read_number(line: _Line, word: str) -> None:
    line.parsed = replace(line.parsed, number=int(word))
    line.full.append(str(int(word)))


def _read_volume(line: _Line, word: str) -> None:
    if int(word) > 100:
        raise line.wrong("bad_volume", word=word)
    _read_number(line, word)


def _choose(line: _Line, word: str, offered: Iterable[Offered], code: str) -> None:
    for one in offered:
        if word in (one.word.upper(), *one.also):
            line.parsed = replace(line.parsed, word=one.word, name=one.name)
            line.full.append(one.word.upper())
            return
    raise line.wrong(code, word=word)


def _choose_word(line: _Line, word: str, offered: Collection[str], code: str) -> None:
    if word not in offered:
        raise line.wrong(code, word=word, offered=", ".join(offered) or "none")
    line.parsed = replace(line.parsed, word=word, name=word)
    line.full.append(word)


_READ: Final[dict[str, Callable[[_Line, str], None]]] = {
    "units": _read_units,
    "unit": _read_units,
    "other_unit": _read_other_unit,
    "call": _read_call,
    "their_call": _read_call,
    "other_call": _read_other_call,
    "any_call": _read_any_call,
    "minutes": _read_minutes,
    "time": _read_time,
    "number": _read_number,
    "volume": _read_volume,
    "disposition": lambda line, word: _choose(line, word, line.known.dispositions, "no_disposition"),
    "role": lambda line, word: _choose_word(line, _SPOKEN_ROLES.get(word, word), line.known.roles, "no_role"),
    "team": lambda line, word: _choose_word(line, word, line.known.phone_teams, "no_team"),
    "resource": lambda line, word: _choose(line, word, line.known.resources, "no_resource"),
    "language": lambda line, word: _choose(line, word, line.known.languages, "no_language"),
}


def _finished(line: _Line) -> Parsed:
    verb, parsed = line.verb, line.parsed
    if line.at < len(line.words):
        raise line.wrong("left_over", words=" ".join(line.words[line.at :]).upper())
    kinds = {take.kind for take in verb.takes}
    for unit in parsed.units if verb.on_call else ():
        if unit.assignment is None:
            raise line.wrong("on_no_call", unit=unit.unit)
        if "their_call" in kinds and parsed.call is not None and unit.call != parsed.call.id:
            raise line.wrong("not_on_that_call", unit=unit.unit, call=parsed.call.number)
    if verb.text == "required" and not line.text:
        raise line.wrong("no_text")
    if not verb.text and line.text:
        raise line.wrong("takes_no_text")
    parsed = replace(parsed, lowers=_lowers(verb, parsed.call), line=_in_full(line))
    return replace(parsed, preview=_preview(verb, parsed))


def _lowers(verb: Verb, call: KnownCall | None) -> bool:
    """Whether it takes a call to a tier of less protection: 4 is the lowest."""
    if "lowers" not in verb.says_with or verb.level is None or call is None or call.tier is None:
        return False
    return verb.level > call.tier


def _in_full(line: _Line) -> str:
    text = f"/{line.text}" if line.text else ""
    return " ".join(part for part in (line.verb.word, *line.full, text) if part)


def _preview(verb: Verb, parsed: Parsed) -> str:
    values = {
        "units": ", ".join(unit.unit for unit in parsed.units),
        "unit": parsed.units[0].unit if parsed.units else "",
        "other_unit": parsed.other_unit.unit if parsed.other_unit else "",
        "call": parsed.call.where if parsed.call else "",
        "other_call": parsed.other_call.where if parsed.other_call else "",
        "number": parsed.digits or ("" if parsed.number is None else str(parsed.number)),
        "minutes": "" if parsed.minutes is None else str(parsed.minutes),
        "volume": str(parsed.number or 0),
        "time": parsed.time,
        "place": parsed.place,
        "words": parsed.place,
        "text": parsed.text,
        "lowers": "yes" if parsed.lowers else "",
        "no_voice": "yes" if parsed.call is not None and parsed.call.never_voice_call else "",
        **dict.fromkeys(("disposition", "role", "team", "resource", "language"), parsed.name),
    }
    says = next((text for name, text in verb.says_with.items() if values[name]), verb.says)
    return f"{fill(says, values)}{_busy(verb, parsed)}{f': {parsed.text}' if parsed.text else ''}"


def _busy(verb: Verb, parsed: Parsed) -> str:
    """A warning for each unit that is on another call."""
    here = parsed.call.id if parsed.call else None
    busy = [unit for unit in parsed.units if unit.call and unit.call != here] if verb.warns_busy else []
    return "".join(f" ({unit.unit} is {unit.status} on {unit.call_number})" for unit in busy)
