"""How well a text fits what the geofile knows: pure scores between 0 and 1 for look-ups to choose by.

1 is the same name. From `SURE` on it counts as the place itself, from `GUESS` on it is a guess worth a point on the map
(a letter wrong, not a street of a similar name), from `LEAST` on it is worth offering.
"""

from difflib import SequenceMatcher
from functools import lru_cache

from dispatch.geo.normalise import street_base, street_suffix

SURE = 0.95
GUESS = 0.82
LEAST = 0.72

_SUFFIX_LEFT_OUT = 0.97
_OTHER_SUFFIX = 0.8
_WORDS_INSIDE = 0.9
_BEGINNING_ONLY = 0.86


@lru_cache(maxsize=10_000)
def likeness(one: str, other: str) -> float:
    """Share of letters in common, in order: "WASHINGTN" and "WASHINGTON" 0.95."""
    if one == other:
        return 1.0
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def street_score(asked: str, known: str) -> float:
    """How well a normal street name fits a known one. A suffix left out costs little, a different one more."""
    if asked == known:
        return 1.0
    asked_base, known_base = street_base(asked), street_base(known)
    asked_suffix, known_suffix = street_suffix(asked), street_suffix(known)
    if asked_suffix == known_suffix or not known_suffix:
        same_kind = 1.0 if asked_base != known_base else 0.96  # the same but for a direction
    elif not asked_suffix:
        same_kind = _SUFFIX_LEFT_OUT
    else:
        same_kind = _OTHER_SUFFIX
    if asked_base == known_base:
        return same_kind
    if not asked_suffix and len(asked_base) > 1 and known_base.startswith(asked_base):
        return _BEGINNING_ONLY * same_kind
    spelled = max(likeness(asked_base, known_base), likeness(_squeezed(asked_base), _squeezed(known_base)) - 0.02)
    return min(spelled, SURE - 0.01) * same_kind


def pair_score(asked: tuple[str, str], known: tuple[str, str]) -> float:
    """How well two streets fit an intersection, in either order: the worse of the two."""
    straight = min(street_score(asked[0], known[0]), street_score(asked[1], known[1]))
    crossed = min(street_score(asked[0], known[1]), street_score(asked[1], known[0]))
    return max(straight, crossed)


def name_score(asked: str, known: str) -> float:
    """How well a normal place name fits a known one; word order does not matter, words left out cost a little."""
    if asked == known:
        return 1.0
    asked_words, known_words = _words(asked), _words(known)
    if not asked_words or not known_words:
        return 0.0
    if asked_words == known_words or _squeezed(asked) == _squeezed(known):
        return 0.99
    missing = len(known_words - asked_words)
    if asked_words < known_words:
        return _WORDS_INSIDE - 0.01 * min(missing, 6)
    if _begins(asked_words, known_words):
        return _BEGINNING_ONLY - 0.01 * min(missing, 6)
    spelled = likeness(" ".join(sorted(asked_words)), " ".join(sorted(known_words)))
    return min(max(spelled, likeness(asked, known)), SURE - 0.01)


def _words(name: str) -> frozenset[str]:
    return frozenset(word for word in name.split() if word != "&")


def _squeezed(name: str) -> str:
    return name.replace(" ", "").replace("-", "").replace("&", "")


def _begins(asked: frozenset[str], known: frozenset[str]) -> bool:
    """Whether every word asked for is a known word or the beginning of one: someone is still typing."""
    return all(any(word.startswith(part) for word in known) for part in asked)
