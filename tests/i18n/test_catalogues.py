"""The Spanish catalogues: in step with the sources, whole, and with the names that the English texts have."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings

from hearteam.language import files, sources
from hearteam.language.sources import Text

TEMPLATES = Path(settings.PROJECT_DIR) / "templates"
# Administration is English; the page of the API is a drawing by others.
ENGLISH_PAGES = {"docs.html"}
HIDDEN = (
    r"{%\s*blocktranslate.*?endblocktranslate\s*%}|{% block body_\w+ %}.*?{% endblock %}"
    r"|<script.*?</script>|<kbd>.*?</kbd>"
)
SAME = re.compile(r"\b(HEARTeam|CSV|English|Español)\b")


@pytest.mark.parametrize("domain", files.DOMAINS)
def test_every_text_of_the_sources_has_its_spanish(domain: str) -> None:
    assert files.faults(domain) == []


def test_a_text_without_words_or_with_other_names_is_a_fault(settings, tmp_path: Path) -> None:
    settings.LOCALE_PATHS = [tmp_path]
    texts = [Text("djangojs", "Held.", "a.js"), Text("djangojs", "Call {number} held.", "a.js")]
    catalogue = files.in_step("djangojs", texts)
    catalogue["Call {number} held."].string = "Llamada {numero} retenida."
    assert [line for message in catalogue if message.id for line in files.faults_of(message)] == [
        "no words: Held.",
        "other names: Call {number} held. -> Llamada {numero} retenida.",
    ]


def test_words_stay_when_texts_come_and_go(settings, tmp_path: Path) -> None:
    settings.LOCALE_PATHS = [tmp_path]
    catalogue = files.in_step("djangojs", [Text("djangojs", "Held.", "a.js"), Text("djangojs", "Gone.", "a.js")])
    catalogue["Held."].string = "Retenida."
    files.write("djangojs", catalogue)
    later = files.in_step("djangojs", [Text("djangojs", "New.", "b.js"), Text("djangojs", "Held.", "b.js")])
    assert {message.id: message.string for message in later if message.id} == {"New.": "", "Held.": "Retenida."}


def test_texts_are_found_where_people_say_them() -> None:
    found = {(text.domain, text.context, text.msgid) for text in sources.all_texts()}
    assert ("djangojs", "", "No call waits.") in found  # a script
    assert ("django", "", "User name") in found  # a page
    assert ("django", "", "Wall screen") in found  # Python
    assert ("djangojs", "served", "{number} is not held.") in found  # a refusal, by its form
    assert ("djangojs", "served", "{unit} EMERGENCY {call}") in found  # an alert
    assert ("djangojs", "served", "a weapon in hand") in found  # an answer's phrase
    assert ("djangojs", "", "unable to locate") in found  # a code in words


def test_values_of_a_sentence_are_named_by_the_last_word_of_what_fills_them() -> None:
    source = """
def refuse(call, into, units):
    \"\"\"Documentation is for nobody's screen.\"\"\"
    logger.info("the log is for nobody's screen")
    raise Refused(f"{call.number} and {into.number} are {call.get_status_display().lower()}: {', '.join(units)}.")
"""
    assert list(sources.sayings(ast.parse(source), lambda words: " " in words and len(words) > 2)) == [
        "{number} and {number_2} are {call}: {units}."
    ]


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.html")) + sorted((TEMPLATES / "dispatch").glob("*.html")))
def test_no_page_shows_words_that_cannot_be_read_in_spanish(path: Path) -> None:
    if path.name in ENGLISH_PAGES:
        return
    assert words_of(path.read_text()) == []


def test_words_of_a_page_are_those_people_read() -> None:
    page = """{% extends "base.html" %}<p class="dim">Nothing here</p><a aria-label="Where to">{% translate "Go" %}</a>
    {% blocktranslate %}All right{% endblocktranslate %}<kbd>Enter</kbd>{{ name }}<script>let words;</script>"""
    assert words_of(page) == ["Where to", "Nothing here"]


def words_of(page: str) -> list[str]:
    """What stands bare in a template: between tags, and in the attributes that are read out."""
    page = re.sub(HIDDEN, "", page, flags=re.DOTALL)
    page = re.sub(r"{%[^%]*%}|{{[^}]*}}|{#.*?#}", "|", page)
    spoken = re.findall(r'\b(?:aria-label|title|placeholder|alt)="([^"]*)"', page)
    shown = re.split(r"<[^>]*>", page)
    return [words.strip(" |\n") for words in [*spoken, *shown] if re.search(r"[^\W\d_]{2,}", SAME.sub("", words))]


def test_a_style_sheet_writes_words_only_of_a_language_it_names() -> None:
    for sheet in sorted((Path(settings.PROJECT_DIR) / "static/dispatch/css").glob("*.css")):
        rules = re.findall(r"([^{}]+){([^{}]*)}", sheet.read_text())
        said = {selector.strip() for selector, body in rules if re.search(r'content: "[^"]*[a-z]{3,}', body)}
        in_english = {selector for selector in said if ":lang(" not in selector}
        in_spanish = {selector for selector in said if ":lang(es)" in selector}
        assert len(in_english) == len(in_spanish), f"{sheet.name}: {in_english ^ in_spanish}"
