"""What a page carries for its scripts: the texts of the person's language (static/dispatch/js/i18n.js reads them)."""

from __future__ import annotations

import functools
import gettext
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

ENGLISH = "en"
DOMAIN = "djangojs"


def texts_of_page(request: HttpRequest) -> dict[str, Callable[[], dict[str, Any] | None]]:
    """Context processor: `texts`, the catalogue of the language the page is in, or None in English."""
    return {"texts": lambda: catalogue(shown_language())}


def shown_language() -> str:
    """`en` or `es`, without a country."""
    return (get_language() or ENGLISH).partition("-")[0]


@functools.cache
def catalogue(language: str) -> dict[str, Any] | None:
    """`{language, texts: {msgid: words or [one, many]}}`; None in English, which the texts are written in.

    A text with a context has the key `context\\x04msgid`, as in the file. Read once a process.
    """
    if language == ENGLISH:
        return None
    kept: dict[Any, str] = vars(gettext.translation(DOMAIN, settings.LOCALE_PATHS[0], [language]))["_catalog"]
    texts: dict[str, str | list[str]] = {}
    for key, words in kept.items():
        if isinstance(key, str):
            if key:
                texts[key] = words
            continue
        msgid, form = key
        forms = texts.setdefault(msgid, ["", ""])
        forms[form] = words  # type: ignore[index]
    return {"language": language, "texts": texts}
