"""Languages callers speak here: their codes, and the words people use for them."""

from __future__ import annotations

from typing import Final

LANGUAGES: Final[dict[str, tuple[str, ...]]] = {
    "en": ("English", "inglés"),
    "es": ("Spanish", "español", "espanol"),
    "pt": ("Portuguese", "português", "portugues"),
    "pl": ("Polish", "polski"),
    "fr": ("French", "français", "francais"),
    "ht": ("Haitian Creole", "Creole", "kreyòl", "kreyol"),
    "so": ("Somali", "soomaali"),
    "ar": ("Arabic", "العربية"),
    "bs": ("Bosnian", "bosanski"),
    "sq": ("Albanian", "shqip"),
    "it": ("Italian", "italiano"),
    "zh": ("Chinese", "Mandarin", "Cantonese", "中文"),
    "vi": ("Vietnamese", "tiếng việt"),
    "my": ("Burmese",),
    "kar": ("Karen",),
    "ne": ("Nepali",),
    "ur": ("Urdu",),
    "uk": ("Ukrainian",),
    "ru": ("Russian",),
    "sw": ("Swahili", "kiswahili"),
    "ase": ("ASL", "American Sign Language", "sign"),
}
"""Code -> its names; the first is the one shown."""

_BY_NAME: Final = {name.casefold(): code for code, names in LANGUAGES.items() for name in names}


def language_code(word: str) -> str:
    """The code of a language told by code or name; a word nobody knows, in lower case, may be a code of its own."""
    plain = " ".join(word.split()).casefold()
    return _BY_NAME.get(plain, plain)
