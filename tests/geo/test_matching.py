"""A misspelt name scores as a guess, a different name does not."""

import pytest

from dispatch.geo.matching import GUESS, LEAST, SURE, name_score, pair_score, street_score


def test_a_suffix_left_out_is_still_the_street() -> None:
    assert SURE <= street_score("PARK", "PARK ST") < street_score("PARK ST", "PARK ST") == 1


@pytest.mark.parametrize(("asked", "known"), [("WASHINGTN ST", "WASHINGTON ST"), ("SEYMORE ST", "SEYMOUR ST")])
def test_a_letter_wrong_is_a_guess_and_never_sure(asked: str, known: str) -> None:
    assert GUESS <= street_score(asked, known) < SURE


@pytest.mark.parametrize(
    ("asked", "known"), [("ELM ST", "ELMER ST"), ("WOODLAND DR", "WOODLAND ST"), ("MAIN ST", "MARION ST")]
)
def test_another_street_of_a_similar_name_is_not_a_guess(asked: str, known: str) -> None:
    assert street_score(asked, known) < GUESS


def test_an_intersection_is_as_good_as_its_worse_street_in_either_order() -> None:
    known = ("PARK ST", "WASHINGTON ST")
    assert pair_score(("WASHINGTON ST", "PARK ST"), known) == 1
    assert pair_score(("PARK ST", "MAIN ST"), known) < LEAST


def test_a_name_is_found_by_its_words_in_any_order_and_by_their_beginnings() -> None:
    known = "SAINT FRANCIS HOSPITAL"
    exact, reordered = name_score(known, known), name_score("HOSPITAL SAINT FRANCIS", known)
    part, begun = name_score("SAINT FRANCIS", known), name_score("SAI FRAN", known)
    assert exact > reordered > SURE > part > begun > LEAST
    assert name_score("BRISTOL HOSPITAL", known) < LEAST
