"""The one form of what a phone system says of a call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

CLASSES: Final[dict[str, str]] = {
    "RESD": "Residence",
    "RESX": "Residence, exchange",
    "BUSN": "Business",
    "BUSX": "Business, exchange",
    "COIN": "Pay phone",
    "CNTX": "Centrex",
    "PBXB": "Business PBX",
    "PBXR": "Residential PBX",
    "VOIP": "VoIP",
    "VRES": "VoIP residence",
    "VBUS": "VoIP business",
    "VMBL": "VoIP, moving",
    "VNOM": "VoIP, may have moved",
    "WRLS": "Wireless",
    "WPH1": "Wireless, tower only",
    "WPH2": "Wireless, located",
    "WDL1": "Wireless, device, dispatchable address",
    "WDL2": "Wireless, device",
    "WCVC": "Wireless, civic address",
    "MOBL": "Mobile",
    "TLMA": "Telematics",
    "TEXT": "Text",
}
"""Class of service as NENA's ALI format abbreviates it -> what a call-taker reads."""

_BY_OTHER_NAMES: Final[dict[str, str]] = {
    "RES": "RESD", "RESIDENTIAL": "RESD", "RESIDENCE": "RESD", "BUS": "BUSN", "BUSINESS": "BUSN", "PAY": "COIN",
    "WIRELESS": "WRLS", "W911": "WRLS", "PH1": "WPH1", "PH2": "WPH2", "PHASE1": "WPH1", "PHASE2": "WPH2",
    "SMS": "TEXT",
}  # fmt: skip

TOWER_ADDRESS: Final = frozenset({"WRLS", "WPH1", "WPH2", "MOBL", "TLMA"})
"""Classes whose address is the cell site's or the provider's: never where the caller is."""

PHONE_SAYS: Final = "PHONE"
"""A location's source while it is the phone's own word: no person typed, chose or confirmed it."""

PHONE_CHOSEN: Final = "PHONE_CHOSEN"
"""The phone's word that a person took for the call's place."""

LONGEST: Final = {"number": 24, "name": 120, "address": 200, "provider": 60, "position": 40, "class_of_service": 8}
MOST_UNCERTAIN_M: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Bid:
    """Where the phone says it is: a point with the radius of its uncertainty (m) at a confidence (%), an address, or
    both.
    """

    lat: float | None = None
    lon: float | None = None
    uncertainty_m: float | None = None
    confidence: int | None = None
    address: str = ""
    apartment: str = ""

    @property
    def has_point(self) -> bool:
        """Both coordinates are there, on the globe, and are not the 0, 0 of a phone that knows nothing."""
        if self.lat is None or self.lon is None or (self.lat == 0 and self.lon == 0):
            return False
        return abs(self.lat) <= 90 and abs(self.lon) <= 180


@dataclass(frozen=True, slots=True)
class PhoneRecord:
    """A call as its phone system announces it. Everything may be missing.

    `problems`: what could not be read, in words. `raw`: the text it was read from.
    """

    reference: str = ""
    number: str = ""
    class_of_service: str = ""
    name: str = ""
    provider: str = ""
    position: str = ""
    bid: Bid = Bid()
    problems: tuple[str, ...] = ()
    raw: str = ""


def class_of(word: str) -> str:
    """The class of service in its short form; a word nobody knows stays as it is."""
    short = "".join(word.split()).upper()
    return _BY_OTHER_NAMES.get(short, short)[: LONGEST["class_of_service"]]


def place_of(bid: Bid, class_of_service: str) -> dict[str, object] | None:
    """The bid as the location of a call, None where it says nothing of where the caller is.

    The address of a wireless call is its tower's: only its point counts.
    """
    is_towers = class_of_service in TOWER_ADDRESS or class_of_service.startswith("WPH")
    address = "" if is_towers else bid.address.strip()
    if not address and not bid.has_point:
        return None
    point = {"lat": bid.lat, "lon": bid.lon, "uncertainty_m": bid.uncertainty_m} if bid.has_point else {}
    return {"text": address, "unit": bid.apartment, "source": PHONE_SAYS, **point}
