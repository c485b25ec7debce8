"""House numbers and crossings along a street's line."""

import pytest
from shapely.geometry import LineString, Point

from dispatch.geo.areas import distance_m
from dispatch.geo.lines import KnownNumber, line_through, meeting_of, middle_of, position_of

NORTHWARD = LineString([(-72.68, 41.75), (-72.68, 41.76)])  # 1,112 m


def test_a_number_lies_between_the_known_ones_in_proportion() -> None:
    known = [KnownNumber(100, 41.752, -72.68), KnownNumber(200, 41.756, -72.68), KnownNumber(900, 41.759, -72.68)]
    at = position_of(125, NORTHWARD, known)
    assert (at.lat, at.lon) == (pytest.approx(41.753), pytest.approx(-72.68))
    assert distance_m(at.lat, at.lon, 41.752, -72.68) <= at.uncertainty_m


def test_a_number_past_the_known_ones_follows_their_pace_but_not_past_the_end() -> None:
    known = [KnownNumber(100, 41.752, -72.68), KnownNumber(200, 41.754, -72.68)]
    assert position_of(300, NORTHWARD, known).lat == pytest.approx(41.756)
    assert position_of(5000, NORTHWARD, known).lat == pytest.approx(41.76)
    assert position_of(50, NORTHWARD, known).lat == pytest.approx(41.751)


def test_with_one_known_number_a_near_one_is_beside_it_and_a_far_one_mid_street() -> None:
    known = [KnownNumber(100, 41.752, -72.68)]
    assert position_of(110, NORTHWARD, known).lat == 41.752
    assert position_of(9000, NORTHWARD, known).lat == pytest.approx(41.755)


def test_the_uncertainty_of_a_whole_street_covers_all_of_it() -> None:
    middle = middle_of(NORTHWARD)
    assert distance_m(middle.lat, middle.lon, 41.76, -72.68) <= middle.uncertainty_m + 1


def test_lines_that_cross_or_nearly_touch_meet_and_others_do_not() -> None:
    crossing = meeting_of(NORTHWARD, LineString([(-72.69, 41.755), (-72.67, 41.755)]))
    assert crossing
    assert (crossing.lat, crossing.lon) == (pytest.approx(41.755), pytest.approx(-72.68))
    ends_short = LineString([(-72.69, 41.755), (-72.6805, 41.755)])
    assert meeting_of(NORTHWARD, ends_short)
    assert meeting_of(NORTHWARD, LineString([(-72.69, 41.755), (-72.683, 41.755)])) is None


def test_a_line_through_points_runs_along_them() -> None:
    line = line_through([(41.75, -72.68), (41.77, -72.681), (41.76, -72.6805), (41.76, -72.6805)])
    assert [round(y, 2) for _, y in line.coords] in ([41.75, 41.76, 41.77], [41.77, 41.76, 41.75])
    assert line_through([(41.75, -72.68)]) == Point(-72.68, 41.75)
