"""Small counts are hidden, and nothing that is shown gives them away."""

from hypothesis import given
from hypothesis import strategies as st

from dispatch.reports.cells import SMALLEST, folded, hidden_parts, is_small, shown

parts_of_a_total = st.dictionaries(st.sampled_from("abcdefg"), st.integers(0, 60), min_size=1)


def test_a_lone_small_part_hides_the_next_smallest_too() -> None:
    assert hidden_parts({"a": 3, "b": 40, "c": 20}) == {"a", "c"}


def test_two_small_parts_that_are_together_small_hide_a_third() -> None:
    assert hidden_parts({"a": 3, "b": 4, "c": 50, "d": 30}) == {"a", "b", "d"}


def test_two_small_parts_that_are_together_not_small_are_enough() -> None:
    assert hidden_parts({"a": 9, "b": 8, "c": 50}) == {"a", "b"}


def test_zero_is_nobody_and_is_shown() -> None:
    assert shown({"a": 0, "b": 30}) == {"a": 0, "b": 30}


def test_parts_of_a_hidden_total_are_all_hidden() -> None:
    assert shown({"a": 0, "b": 30}, total_is_shown=False) == {"a": None, "b": None}


@given(parts_of_a_total)
def test_no_small_count_is_ever_shown(parts: dict[str, int]) -> None:
    assert all(count is None or count == 0 or count >= SMALLEST for count in shown(parts).values())


@given(parts_of_a_total)
def test_the_total_less_what_is_shown_is_never_a_small_count_of_one_part(parts: dict[str, int]) -> None:
    hidden = hidden_parts(parts)
    left = sum(parts[name] for name in hidden)
    could_hide_more = any(count >= SMALLEST for name, count in parts.items() if name not in hidden)
    assert not hidden or not could_hide_more or (len(hidden) >= 2 and left >= SMALLEST)


def test_small_parts_are_put_together_with_the_next_smallest() -> None:
    assert folded({"a": 3, "b": 40, "c": 20}, into="other") == {"b": 40, "other": 23}
    assert folded({"a": 6, "b": 7, "c": 20}, into="other") == {"c": 20, "other": 13}
    assert folded({"a": 0, "b": 11}, into="other") == {"b": 11}


@given(parts_of_a_total)
def test_what_is_put_together_makes_the_total_and_is_small_only_if_the_total_is(parts: dict[str, int]) -> None:
    made = folded(parts, into="other")
    assert sum(made.values()) == sum(parts.values())
    assert is_small(sum(parts.values())) or not any(is_small(count) for count in made.values())
