"""PIDF-LO: the shapes and civic addresses of the RFCs are read, hostile XML is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.intake import pidf
from dispatch.intake.pidf import NoLocation
from dispatch.intake.xml_tree import RefusedXml, parse

HEAD = (
    '<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:gp="urn:ietf:params:xml:ns:pidf:geopriv10"'
    ' xmlns:gml="http://www.opengis.net/gml" xmlns:gs="http://www.opengis.net/pidflo/1.0"'
    ' xmlns:ca="urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr" xmlns:con="urn:ietf:params:xml:ns:geopriv:conf"'
    ' entity="tel:+18605550142"><tuple id="a"><status><gp:geopriv><gp:location-info>'
)
TAIL = (
    "</gp:location-info><gp:method>GPS</gp:method><gp:provided-by>Example Mobile</gp:provided-by></gp:geopriv></status>"
    "</tuple></presence>"
)
SRS = 'srsName="urn:ogc:def:crs:EPSG::4326"'
POS = "<gml:pos>41.7637 -72.6851</gml:pos>"
M = 'uom="urn:ogc:def:uom:EPSG::9001"'
POINT = f"<gml:Point {SRS}>{POS}</gml:Point>"
CIRCLE = f"<gs:Circle {SRS}>{POS}<gs:radius {M}>45.5</gs:radius></gs:Circle>"
ELLIPSE = (
    f"<gs:Ellipse {SRS}>{POS}<gs:semiMajorAxis {M}>77</gs:semiMajorAxis><gs:semiMinorAxis {M}>11</gs:semiMinorAxis>"
    '<gs:orientation uom="urn:ogc:def:uom:EPSG::9102">43</gs:orientation></gs:Ellipse>'
)
CIVIC = (
    "<ca:civicAddress><ca:country>US</ca:country><ca:A1>CT</ca:A1><ca:A3>Hartford</ca:A3><ca:RD>Park</ca:RD>"
    "<ca:STS>St</ca:STS><ca:HNO>415</ca:HNO><ca:UNIT>3B</ca:UNIT></ca:civicAddress>"
)


@pytest.mark.parametrize(
    ("shape", "uncertainty", "confidence"),
    [
        (POINT, None, None), (CIRCLE, 45.5, 95), (ELLIPSE, 77, 95),
        (f'{CIRCLE}<con:confidence pdf="normal">90</con:confidence>', 45.5, 90),
        (POINT.replace("4326", "4979").replace("-72.6851", "-72.6851 31"), None, None),
    ],
)  # fmt: skip
def test_a_shape_is_its_middle_and_how_far_it_may_be_wrong(
    shape: str, uncertainty: float | None, confidence: int | None
) -> None:
    record = pidf.read(HEAD + shape + TAIL)
    assert (record.bid.lat, record.bid.lon) == (41.7637, -72.6851)
    assert (record.bid.uncertainty_m, record.bid.confidence) == (uncertainty, confidence)
    assert (record.number, record.provider) == ("+18605550142", "Example Mobile")


def test_a_polygon_is_as_uncertain_as_its_corners_are_far() -> None:
    corners = "41.76 -72.69 41.76 -72.68 41.77 -72.68 41.77 -72.69 41.76 -72.69"
    ring = f"<gml:exterior><gml:LinearRing><gml:posList>{corners}</gml:posList></gml:LinearRing></gml:exterior>"
    bid = pidf.read(f"{HEAD}<gml:Polygon {SRS}>{ring}</gml:Polygon>{TAIL}").bid
    assert (round(bid.lat or 0, 3), round(bid.lon or 0, 3)) == (41.765, -72.685)
    assert bid.uncertainty_m == pytest.approx(694, abs=10)


def test_a_civic_address_is_told_as_people_here_say_it_and_keeps_the_point_beside_it() -> None:
    bid = pidf.read(HEAD + CIVIC + TAIL).bid
    assert (bid.address, bid.apartment, bid.has_point) == ("415 Park St, Hartford", "3B", False)
    both = pidf.read(HEAD + CIRCLE + CIVIC + TAIL).bid
    assert (both.address, both.has_point) == ("415 Park St, Hartford", True)


@pytest.mark.parametrize(
    "shape",
    [
        POINT.replace("41.7637", "91"), POINT.replace("41.7637 -72.6851", "here"), POINT.replace("41.7637", "nan"),
        POINT.replace("4326", "27700"), CIRCLE.replace("45.5", "-1"), CIRCLE.replace("9001", "9002"),
        CIRCLE.replace("45.5", "inf"), "",
    ],
)  # fmt: skip
def test_a_shape_that_cannot_be_is_no_location_but_an_address_beside_it_still_counts(shape: str) -> None:
    with pytest.raises(NoLocation):
        pidf.read(HEAD + shape + TAIL)
    record = pidf.read(HEAD + shape + CIVIC + TAIL)
    assert record.bid.address == "415 Park St, Hartford"
    assert not record.bid.has_point
    assert bool(record.problems) == bool(shape)


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    "text",
    [
        f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]><presence>&l9;</presence>',
        '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><presence>&f;</presence>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd"><presence/>',
        '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:1/p"> %p;]><presence/>',
        "<!DOCTYPE presence><presence/>", "<a>" * 100 + "</a>" * 100, "<a>" + "<b/>" * 5000 + "</a>",
        "", "{}", "<presence>", "<presence>&unknown;</presence>", "<a/><b/>", "<p:presence/>",
        '<?xml version="1.0" encoding="no-such"?><presence',
    ],
)  # fmt: skip
def test_hostile_or_broken_xml_is_refused(text: str) -> None:
    with pytest.raises(RefusedXml):
        parse(text)


@given(st.text(max_size=200))
def test_text_of_any_kind_is_read_or_refused(text: str) -> None:
    for document in (text, HEAD + text + TAIL, HEAD + POINT.replace("41.7637", text) + TAIL):
        try:
            bid = pidf.read(document).bid
        except (RefusedXml, NoLocation):
            continue
        assert bid.has_point or bid.address
