"""Word tables of US street addresses, with the Spanish words that Hartford's callers use.

Short forms are the ones of Hartford's own records (AV, TER, ..), which are not always the Postal Service's.
"""

SUFFIXES: dict[str, str] = {
    long: short
    for short, longs in {
        "ALY": ("ALLEY", "ALLY", "ALY"),
        "AV": ("AVENUE", "AVENU", "AVEN", "AVE", "AVN", "AV"),
        "BLVD": ("BOULEVARD", "BOULEVAR", "BLVD", "BLV", "BVD"),
        "CIR": ("CIRCLE", "CIRC", "CIR"),
        "CT": ("COURT", "CRT", "CT"),
        "DR": ("DRIVE", "DRV", "DR"),
        "EXPY": ("EXPRESSWAY", "EXPY"),
        "EXT": ("EXTENSION", "EXTN", "EXT"),
        "HWY": ("HIGHWAY", "HIWAY", "HWY"),
        "LN": ("LANE", "LA", "LN"),
        "PKWY": ("PARKWAY", "PARKWY", "PKWY", "PKY"),
        "PL": ("PLACE", "PLC", "PL"),
        "PLZ": ("PLAZA", "PLZA", "PLZ"),
        "RD": ("ROAD", "RD"),
        "ROW": ("ROW",),
        "SQ": ("SQUARE", "SQR", "SQ"),
        "ST": ("STREET", "STRT", "STR", "ST"),
        "TER": ("TERRACE", "TERR", "TER"),
        "TPKE": ("TURNPIKE", "TRNPK", "TPKE"),
        "TRL": ("TRAIL", "TRL"),
        "WAY": ("WAY", "WY"),
    }.items()
    for long in longs
}

DIRECTIONS: dict[str, str] = {
    "NORTH": "N",
    "SOUTH": "S",
    "EAST": "E",
    "WEST": "W",
    "NORTHEAST": "NE",
    "NORTHWEST": "NW",
    "SOUTHEAST": "SE",
    "SOUTHWEST": "SW",
    "N": "N",
    "S": "S",
    "E": "E",
    "W": "W",
    "NE": "NE",
    "NW": "NW",
    "SE": "SE",
    "SW": "SW",
}

ORDINALS: dict[str, str] = {
    "FIRST": "1ST",
    "SECOND": "2ND",
    "THIRD": "3RD",
    "FOURTH": "4TH",
    "FIFTH": "5TH",
    "SIXTH": "6TH",
    "SEVENTH": "7TH",
    "EIGHTH": "8TH",
    "NINTH": "9TH",
    "TENTH": "10TH",
    "ELEVENTH": "11TH",
    "TWELFTH": "12TH",
}

UNITS: dict[str, str] = {
    "APARTMENT": "",
    "APARTAMENTO": "",
    "APTO": "",
    "APT": "",
    "UNIT": "",
    "BUILDING": "BLDG",
    "BLDG": "BLDG",
    "EDIFICIO": "BLDG",
    "FLOOR": "FL",
    "FL": "FL",
    "PISO": "FL",
    "LOT": "LOT",
    "ROOM": "RM",
    "RM": "RM",
    "SUITE": "STE",
    "STE": "STE",
}
"""Word before a unit's number -> how the unit is written; apartments are written by their number alone."""

NAME_WORDS: dict[str, str] = {
    "STREET": "ST",
    "AVENUE": "AV",
    "AVE": "AV",
    "ROAD": "RD",
    "DRIVE": "DR",
    "BOULEVARD": "BLVD",
    "LANE": "LN",
    "CENTER": "CTR",
    "CENTRE": "CTR",
    "CNTR": "CTR",
    "HOSP": "HOSPITAL",
    "SCH": "SCHOOL",
    "DEPARTMENT": "DEPT",
    "APTS": "APARTMENTS",
    "MOUNT": "MT",
    "UNIV": "UNIVERSITY",
    "MED": "MEDICAL",
    "CENTRO": "CTR",
    "ESCUELA": "SCHOOL",
    "IGLESIA": "CHURCH",
    "PARQUE": "PARK",
    "ESTACION": "STATION",
    "POLICIA": "POLICE",
}
"""How a word is written in the normal form of a place's name."""

LEAD_INS: tuple[str, ...] = (
    "CORNER OF",
    "THE CORNER OF",
    "INTERSECTION OF",
    "ESQUINA DE",
    "LA ESQUINA DE",
    "IN FRONT OF",
    "ACROSS FROM",
    "NEAR",
    "CERCA DE",
    "FRENTE A",
    "CALLE",
)
"""What people say before a place; dropped."""

JOINERS: tuple[str, ...] = ("AND", "AT", "Y", "CON")
"""Words that stand for `&` between two streets."""

STATE_WORDS = frozenset({"CT", "CONN", "CONNECTICUT", "USA", "US", "EEUU"})
