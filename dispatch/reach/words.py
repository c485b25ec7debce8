"""What people are told: the call's number and to open the app. Nothing of a person, a place or a kind of call."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext as _

from dispatch.rules.reaching import NoticeKind

LANGUAGES = ("en", "es")


def words(kind: NoticeKind, language: str, *, number: str = "", code: str = "") -> str:
    """The text in the language of the channel."""
    with translation.override(language if language in LANGUAGES else "en"):
        if kind is NoticeKind.VERIFY:
            return _("Your HEARTeam code is {code}. Enter it on your page.").format(code=code)
        if kind is NoticeKind.TEST:
            return _("This is a test: messages reach you here.")
        return _("Call {number}: open the app.").format(number=number) if number else _("Open the app.")
