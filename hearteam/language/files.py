"""The catalogues in `locale/`: brought in step with the sources, compiled, checked. Needs Babel (development only)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings

from hearteam.language.sources import PAGES, SCRIPTS, Text, all_texts

LANGUAGE: Final = "es"
DOMAINS: Final = (PAGES, SCRIPTS)
Key = tuple[str, str]


def path_of(domain: str, suffix: str = "po") -> Path:
    """`locale/es/LC_MESSAGES/django.po`."""
    return Path(settings.LOCALE_PATHS[0]) / LANGUAGE / "LC_MESSAGES" / f"{domain}.{suffix}"


def read(domain: str) -> Catalog:
    """The catalogue as it is kept; an empty one before the first time."""
    path = path_of(domain)
    if not path.exists():
        return Catalog(locale=LANGUAGE, domain=domain)
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE, domain=domain)


def key_of(message: Message) -> Key:
    """Context and text: what a catalogue finds a message by."""
    return (message.context or "", message.id if isinstance(message.id, str) else message.id[0])


def in_step(domain: str, texts: Iterable[Text]) -> Catalog:
    """The kept catalogue with exactly the texts of the sources, in the order of their files; new ones without words."""
    known = {key_of(message): message.string for message in read(domain) if message.id}
    found: dict[tuple[str, str], tuple[Text, list[str]]] = {}
    for text in texts:
        if text.domain == domain:
            kept = found.setdefault((text.context, text.msgid), (text, []))
            if text.where not in kept[1]:
                kept[1].append(text.where)
    fresh = Catalog(locale=LANGUAGE, domain=domain, project="HEARTeam", version="1", charset="utf-8", fuzzy=False)
    fresh.last_translator, fresh.language_team, fresh.msgid_bugs_address = "HEARTeam", "HEARTeam", "HEARTeam"
    fresh.header_comment = (
        "# Spanish of HEARTeam. Made and kept in step by `manage.py texts`; the words are written by hand."
    )
    for key, (text, files) in found.items():
        msgid = (text.msgid, text.plural) if text.plural else text.msgid
        words = known.get(key, "")
        if bool(text.plural) != isinstance(words, (list, tuple)):
            words = ("", "") if text.plural else ""
        flags = {"python-format"} if "%(" in text.msgid else set()
        fresh.add(msgid, words, locations=[(file, 0) for file in files], context=text.context or None, flags=flags)
    return fresh


def write(domain: str, catalogue: Catalog) -> None:
    """Both files: the one people edit and the one that is read as the system runs."""
    path_of(domain).parent.mkdir(parents=True, exist_ok=True)
    path_of(domain).write_bytes(po_bytes(catalogue))
    path_of(domain, "mo").write_bytes(mo_bytes(catalogue))


def po_bytes(catalogue: Catalog) -> bytes:
    """The `.po`, without dates: the same words make the same file."""
    return _dateless(_written(catalogue, "po"))


def mo_bytes(catalogue: Catalog) -> bytes:
    """The `.mo`. A text without words of its own is left out: it is shown in English."""
    return _dateless(_written(catalogue, "mo"))


def _written(catalogue: Catalog, kind: str) -> bytes:
    file = BytesIO()
    if kind == "mo":
        write_mo(file, catalogue)
    else:
        write_po(file, catalogue, width=0, include_lineno=False, no_location=False)
    return file.getvalue()


def _dateless(written: bytes) -> bytes:
    return re.sub(rb"(POT-Creation-Date|PO-Revision-Date): [^\\\n]*", rb"\1: 2026-01-01 00:00+0000", written)


_NAMES: Final = re.compile(r"\{\w+\}|%\(\w+\)s")


def faults(domain: str) -> list[str]:
    """What is wrong with a kept catalogue, a line each: not in step, no words, doubtful, other names."""
    kept, wanted = read(domain), in_step(domain, all_texts())
    found = []
    if path_of(domain).read_bytes() != po_bytes(wanted):
        found.append(f"{domain}.po is not in step with the sources: run manage.py texts")
    if path_of(domain, "mo").read_bytes() != mo_bytes(kept):
        found.append(f"{domain}.mo is not made of {domain}.po: run manage.py texts")
    for message in wanted:
        if message.id:
            found += faults_of(message)
    return found


def faults_of(message: Message) -> list[str]:
    """What is wrong with one message: no words, marked as doubtful, or other `{names}` than its English has."""
    english = [message.id] if isinstance(message.id, str) else list(message.id)
    words = [message.string] if isinstance(message.string, str) else list(message.string or ())
    if not all(words):
        return [f"no words: {english[0]}"]
    found = [f"doubtful: {english[0]}"] if message.fuzzy else []
    for said in words:
        if sorted(set(_NAMES.findall(said))) != sorted(set(_NAMES.findall(english[-1]))):
            found.append(f"other names: {english[0]} -> {said}")
    return found
