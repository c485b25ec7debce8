"""Every street name the geofile knows, found by the trigrams it shares with a text: in memory, for one version of it.

The measure is pg_trgm's. A database weighs each of some thousand rows that share an ending such as "ST"; held in memory
by trigram it takes a millisecond, and a city of a million address points has names for a few megabytes only.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from uuid import UUID

from dispatch.models.geography import AddressStreet, Street

LEAST_ALIKE = 0.3
"""Share of common trigrams from which a name counts as alike."""

_SHORTEST_BEGINNING = 2


class StreetNames:
    """Names with the ids of the rows that bear them: `lines` of `Street`, `lying` of `AddressStreet`. Immutable."""

    def __init__(self, lines: dict[str, list[int]], lying: dict[str, list[int]]) -> None:
        self.lines, self.lying = lines, lying
        self._names = sorted({*lines, *lying})
        self._sizes: list[int] = []
        self._holding: dict[str, list[int]] = defaultdict(list)
        for at, name in enumerate(self._names):
            found = trigrams(name)
            self._sizes.append(len(found))
            for trigram in found:
                self._holding[trigram].append(at)

    def like(self, asked: str, most: int) -> list[str]:
        """Names alike by trigrams, or begun so (a few letters share too few of a whole name), the most alike first."""
        wanted = trigrams(asked)
        shared: Counter[int] = Counter()
        for trigram in wanted:
            shared.update(self._holding.get(trigram, ()))
        least = LEAST_ALIKE * len(wanted)
        alike = {at: n / (len(wanted) + self._sizes[at] - n) for at, n in shared.items() if n >= least}
        found = {at for at, likeness in alike.items() if likeness >= LEAST_ALIKE} | self._begun(asked)
        best = sorted(found, key=lambda at: (-alike.get(at, 0.0), at))[:most]
        return [self._names[at] for at in best]

    def _begun(self, asked: str) -> set[int]:
        if len(asked) < _SHORTEST_BEGINNING:
            return set()
        end = bisect_left(self._names, asked + "\uffff")
        return set(range(bisect_left(self._names, asked), end))


def trigrams(name: str) -> set[str]:
    """Three letters each of every word, as if it stood between two blanks and one."""
    padded = [f"  {word} " for word in "".join(c if c.isalnum() else " " for c in name).split()]
    return {word[at : at + 3] for word in padded for at in range(len(word) - 2)}


_cached: tuple[UUID | None, StreetNames] | None = None


def of(token: UUID | None) -> StreetNames:
    """The names of the geofile's version `token`, read once a process and version: two statements then."""
    global _cached  # noqa: PLW0603 (one value a process; replaced as a whole, so threads never see half of it)
    kept = _cached
    if kept is None or kept[0] != token:
        lines: dict[str, list[int]] = defaultdict(list)
        for pk, name in Street.objects.order_by("pk").values_list("pk", "name_normal"):
            lines[name].append(pk)
        lying: dict[str, list[int]] = defaultdict(list)
        for pk, name in AddressStreet.objects.order_by("pk").values_list("pk", "name_normal"):
            lying[name].append(pk)
        kept = _cached = (token, StreetNames(dict(lines), dict(lying)))
    return kept[1]
