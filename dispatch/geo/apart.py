"""Which points of one street name are one street: pure geometry, WGS 84 degrees."""

from collections.abc import Sequence

CELL_DEGREES = 0.005
"""About 500 m. Points in cells that touch are one street: any gap up to 400 m is, none over 1.6 km is."""


def streets_apart(points: Sequence[tuple[float, float]]) -> list[list[int]]:
    """The indexes of (lat, lon) points, grouped by street, the street with most points first."""
    cells: dict[tuple[int, int], list[int]] = {}
    for index, (lat, lon) in enumerate(points):
        cells.setdefault((int(lat // CELL_DEGREES), int(lon // CELL_DEGREES)), []).append(index)
    groups = []
    while cells:
        reached = [next(iter(cells))]
        group = cells.pop(reached[0])
        while reached:
            y, x = reached.pop()
            for beside in ((y + dy, x + dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)):
                if beside in cells:
                    group = group + cells.pop(beside)
                    reached.append(beside)
        groups.append(sorted(group))
    return sorted(groups, key=lambda group: (-len(group), group[0]))
