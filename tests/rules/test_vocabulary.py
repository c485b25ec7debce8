"""What a type's words propose, and how a center's list of types is read."""

from __future__ import annotations

import pytest

from dispatch.rules.codes import AskTriage
from dispatch.rules.vocabulary import Proposal, propose, type_of_service
from dispatch.rules.vocabulary_file import MOST_BYTES, MOST_ROWS, TypeRow, UnreadableVocabulary, read_vocabulary

YES, MAYBE, NO = AskTriage.YES, AskTriage.MAYBE, AskTriage.NO


@pytest.mark.parametrize(
    ("code", "description", "agency", "asks", "ours"),
    [
        ("MENTAL PERSON", "", "POLICE", YES, "MNTL"),
        ("PSYCHIATRIC ILLNESS", "", "EMS", YES, "MNTL"),
        ("X9", "Mental person, violent", "", YES, "MTLV"),
        ("SUICIDAL PERSON", "", "", YES, "SUICTHRT"),
        ("JUMPER AT BRIDGE", "", "FIRE", YES, "SUICIDE"),
        ("WELFARE OF A PERSON", "", "", MAYBE, "WELFARE"),
        ("DISORDERLY PERSON", "", "POLICE", MAYBE, "OTHER"),
        ("A1", "Family disturbance", "", MAYBE, "DVNA"),
        ("DOMESTIC FIGHT", "", "", MAYBE, "DVA"),
        ("SUSPICIOUS PERSON", "", "", MAYBE, "OTHER"),
        ("TROUBLE UNKNOWN", "", "", MAYBE, "OTHER"),
        ("A2", "Unwanted guest", "", MAYBE, "OTHER"),
        ("PERSON DOWN", "", "", MAYBE, "OTHER"),
        ("DRUNK PERSON", "", "", MAYBE, "INTOX"),
        ("ALTERED, BREATHING", "", "EMS", MAYBE, "MEDICAL"),
        ("OVERDOSE", "", "EMS", MAYBE, "OD"),
        ("DRUNK/INTOX DRIVER", "", "POLICE", NO, "OTHER"),
        ("SUSPICIOUS VEHICLE", "", "", NO, "OTHER"),
        ("DISTURBANCE NOISE ONLY", "", "", NO, "OTHER"),
        ("TRANSPORT OF A MENTAL PRISONER", "", "", NO, "OTHER"),
        ("MISSING PERSON, ALL UNITS", "", "", NO, "PERMISS"),
        ("RUNAWAY VEHICLE", "", "", NO, "OTHER"),
        ("PERSON WITH WEAPON", "", "", NO, "WEAPON"),
        ("CHEST PAIN", "", "EMS", NO, "MEDICAL"),
        ("SMOKE SEEN", "", "FIRE", NO, "FIRE"),
        ("MENTAL", "Non violent subject", "", YES, "MNTL"),
        ("SUICIDE", "Attempt", "", YES, "SUICIDE"),
        ("EDP", "Disturbed subject", "", YES, "EDP"),
        ("MNTL", "Non violent", "", YES, "MNTL"),
        ("SUIC", "Threat", "", YES, "SUICTHRT"),
        ("A3", "Self-harm", "", YES, "SUICTHRT"),
        ("A4", "Person threatening to jump", "", YES, "SUICIDE"),
        ("A5", "Abnormal behavior", "EMS", YES, "MNTL"),
        ("A6", "Baker Act", "", YES, "MNTL"),
        ("5150F", "", "", YES, "MNTL"),
        ("MH", "", "", MAYBE, "OTHER"),
        ("EPS", "Sample detail", "", MAYBE, "OTHER"),
        ("TRESPASS", "Unwanted guest", "", MAYBE, "TRESPASS"),
        ("MHP", "Mobile home park, parking", "", NO, "OTHER"),
        ("STEPS", "Steps broken", "", NO, "OTHER"),
    ],
)
def test_words_propose_whether_to_ask_and_our_type(
    code: str, description: str, agency: str, asks: AskTriage, ours: str
) -> None:
    assert propose(code, description, agency) == Proposal(asks, ours)


def test_a_service_without_types_of_its_own_has_none() -> None:
    assert type_of_service("SOMETHING", "PARKS") == ""


def codes_of(content: bytes) -> list[str]:
    return [row.code for row in read_vocabulary(content).rows]


def test_a_list_with_agencies_and_counts_is_read() -> None:
    read = read_vocabulary(b'Problem,Agency,n,priorities\nSAMPLE EVENT,POLICE,"2,056",2:9\nSAMPLE  EVENT,EMS,,\n')
    assert read.rows == (
        TypeRow(2, "SAMPLE EVENT", "POLICE", recorded=2056),
        TypeRow(3, "SAMPLE EVENT", "EMS"),
    )
    assert read.bad_rows == ()


def test_where_there_is_a_code_the_type_is_its_description() -> None:
    (row,) = read_vocabulary(b"code,type\nS1,Sample event\n").rows
    assert (row.code, row.description) == ("S1", "Sample event")
    assert codes_of(b"type\nSample event\n") == ["Sample event"]


def test_a_byte_order_mark_and_empty_columns_do_no_harm() -> None:
    read = read_vocabulary(
        '\ufeffcall_type,description,,,\r\n1A,"SAMPLE, ONE",,,\r\n,,,,\r\n2B,SAMPLE TWO\r\n'.encode()
    )
    assert [(row.line, row.code, row.description) for row in read.rows] == [
        (2, "1A", "SAMPLE, ONE"), (4, "2B", "SAMPLE TWO"),
    ]  # fmt: skip


def test_semicolons_and_tabs_separate_too() -> None:
    assert codes_of(b"code;description\nA;Sample\n") == codes_of(b"code\tdescription\nA\tSample\n") == ["A"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (b",Sample,1,", "no code"),
        (b"A,Again,1,", "A again: it is in line 2"),
        (b"a,In another case,1,", "a again: it is in line 2"),
        (b"B,Sample,many,", "'many' is not a number of calls"),
        (b"B,Sample,1,perhaps", "asks_triage is 'PERHAPS', not YES, MAYBE or NO"),
        (b"B,Sample,1,YES,too much", "5 fields, the header has 4"),
        (b"B,\xff\xfe,1,", "not valid UTF-8 text"),
        (b"B" * 81 + b",Sample,1,", "the code has 81 characters, at most 80 are kept"),
        (b"B," + b"x" * 201 + b",1,", "the description has 201 characters, at most 200 are kept"),
    ],
)
def test_a_bad_row_is_named_with_its_line_and_never_stops_the_rest(row: bytes, reason: str) -> None:
    read = read_vocabulary(b"code,description,n,asks\nA,Sample,1,\n" + row + b"\nC,Sample,1,\n")
    assert [row.code for row in read.rows] == ["A", "C"]
    assert [(bad.line, bad.reason) for bad in read.bad_rows] == [(3, reason)]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "names no column for the code"),
        (b"name,price\nA,1\n", "names no column for the code"),
        (b"code\n" + b"x" * MOST_BYTES, "more than 1 MB"),
        (b"code\n" + b"".join(b"%d\n" % number for number in range(MOST_ROWS + 1)), f"more than {MOST_ROWS} types"),
    ],
)
def test_a_file_that_is_no_list_of_types_is_refused_in_one_sentence(content: bytes, says: str) -> None:
    with pytest.raises(UnreadableVocabulary, match=says):
        read_vocabulary(content)
