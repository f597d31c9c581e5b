"""Places as licences and people name them: ISO 3166-1 alpha-2 codes, and groups such as the EU."""

from __future__ import annotations

from functools import cache

from weightlaw.errors import UsageError

EU = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    ]
)
"""The 27 member states (since 2020-02-01)."""
OUTERMOST = frozenset(["AX", "GF", "GP", "MF", "MQ", "RE", "YT"])
"""Territory of member states that has codes of its own and is part of the Union (TFEU 349 and 355)."""
EEA = EU | {"IS", "LI", "NO"}
GROUPS = {
    "EU": EU | OUTERMOST,
    "EEA": EEA | OUTERMOST,
    "UK": frozenset({"GB"}),
    "KR": frozenset({"KR"}),
}

_NAMES = {
    "AE": "United Arab Emirates", "AR": "Argentina", "AT": "Austria", "AU": "Australia",
    "BE": "Belgium", "BG": "Bulgaria", "BR": "Brazil", "CA": "Canada", "CH": "Switzerland",
    "CL": "Chile", "CN": "China", "CO": "Colombia", "CU": "Cuba", "CY": "Cyprus", "CZ": "Czechia",
    "DE": "Germany", "DK": "Denmark", "EE": "Estonia", "EG": "Egypt", "ES": "Spain",
    "EU": "European Union", "EEA": "European Economic Area", "FI": "Finland", "FR": "France",
    "GB": "United Kingdom", "GR": "Greece", "HK": "Hong Kong", "HR": "Croatia", "HU": "Hungary",
    "ID": "Indonesia", "IE": "Ireland", "IL": "Israel", "IN": "India", "IR": "Iran",
    "IS": "Iceland", "IT": "Italy", "JP": "Japan", "KE": "Kenya", "KP": "North Korea",
    "KR": "South Korea", "LI": "Liechtenstein", "LT": "Lithuania", "LU": "Luxembourg",
    "LV": "Latvia", "MA": "Morocco", "MT": "Malta", "MX": "Mexico", "MY": "Malaysia",
    "NG": "Nigeria", "NL": "Netherlands", "NO": "Norway", "NZ": "New Zealand", "PE": "Peru",
    "PH": "Philippines", "PK": "Pakistan", "PL": "Poland", "PT": "Portugal", "QA": "Qatar",
    "RO": "Romania", "RS": "Serbia", "RU": "Russia", "SA": "Saudi Arabia", "SE": "Sweden",
    "SG": "Singapore", "SI": "Slovenia", "SK": "Slovakia", "SY": "Syria", "TH": "Thailand",
    "TR": "Turkey", "TW": "Taiwan", "UA": "Ukraine", "US": "United States", "VN": "Vietnam",
    "ZA": "South Africa",
}  # fmt: skip
_OTHER_CODES = frozenset(
    [
        "AD",
        "AF",
        "AG",
        "AI",
        "AL",
        "AM",
        "AO",
        "AQ",
        "AS",
        "AW",
        "AX",
        "AZ",
        "BA",
        "BB",
        "BD",
        "BF",
        "BH",
        "BI",
        "BJ",
        "BL",
        "BM",
        "BN",
        "BO",
        "BQ",
        "BS",
        "BT",
        "BV",
        "BW",
        "BY",
        "BZ",
        "CC",
        "CD",
        "CF",
        "CG",
        "CI",
        "CK",
        "CM",
        "CR",
        "CV",
        "CW",
        "CX",
        "DJ",
        "DM",
        "DO",
        "DZ",
        "EC",
        "EH",
        "ER",
        "ET",
        "FJ",
        "FK",
        "FM",
        "FO",
        "GA",
        "GD",
        "GE",
        "GF",
        "GG",
        "GH",
        "GI",
        "GL",
        "GM",
        "GN",
        "GP",
        "GQ",
        "GS",
        "GT",
        "GU",
        "GW",
        "GY",
        "HM",
        "HN",
        "HT",
        "IM",
        "IO",
        "IQ",
        "JE",
        "JM",
        "JO",
        "KG",
        "KH",
        "KI",
        "KM",
        "KN",
        "KW",
        "KY",
        "KZ",
        "LA",
        "LB",
        "LC",
        "LK",
        "LR",
        "LS",
        "LY",
        "MC",
        "MD",
        "ME",
        "MF",
        "MG",
        "MH",
        "MK",
        "ML",
        "MM",
        "MN",
        "MO",
        "MP",
        "MQ",
        "MR",
        "MS",
        "MU",
        "MV",
        "MW",
        "MZ",
        "NA",
        "NC",
        "NE",
        "NF",
        "NI",
        "NP",
        "NR",
        "NU",
        "OM",
        "PA",
        "PF",
        "PG",
        "PM",
        "PN",
        "PR",
        "PS",
        "PW",
        "PY",
        "RE",
        "RW",
        "SB",
        "SC",
        "SD",
        "SH",
        "SJ",
        "SL",
        "SM",
        "SN",
        "SO",
        "SR",
        "SS",
        "ST",
        "SV",
        "SX",
        "SZ",
        "TC",
        "TD",
        "TF",
        "TG",
        "TJ",
        "TK",
        "TL",
        "TM",
        "TN",
        "TO",
        "TT",
        "TV",
        "TZ",
        "UG",
        "UM",
        "UY",
        "UZ",
        "VA",
        "VC",
        "VE",
        "VG",
        "VI",
        "VU",
        "WF",
        "WS",
        "YE",
        "YT",
        "ZM",
        "ZW",
    ]
)
_SPELLINGS = {
    "uk": "GB", "great britain": "GB", "england": "GB", "usa": "US", "america": "US",
    "united states of america": "US", "korea": "KR", "republic of korea": "KR", "europe": "EU",
    "holland": "NL", "the netherlands": "NL", "czech republic": "CZ", "turkiye": "TR",
    "prc": "CN", "uae": "AE", "deutschland": "DE",
}  # fmt: skip


def parse_place(text: str) -> str:
    """An ISO code (`DE`), a group (`EU`) or an English name (`Germany`) as a code. Raises UsageError."""
    plain = text.strip()
    code = plain.upper()
    if code != "UK" and (code in _NAMES or code in _OTHER_CODES):
        return code
    by_name = {name.lower(): code for code, name in _NAMES.items()} | _SPELLINGS
    if found := by_name.get(plain.lower()):
        return found
    import difflib  # only on an error

    near = difflib.get_close_matches(plain.lower(), by_name, n=1)
    hint = f"; did you mean {by_name[near[0]]} ({near[0].title()})?" if near else ""
    raise UsageError(
        f"{text!r} is not a country: write an ISO 3166 code such as DE, US or KR, or EU{hint}"
    )


@cache
def countries() -> tuple[str, ...]:
    """The codes of all countries, without groups, sorted."""
    return tuple(sorted((_NAMES.keys() | _OTHER_CODES) - (GROUPS.keys() - {"KR"})))


def members(place: str) -> frozenset[str]:
    """The countries that a code or group stands for."""
    return GROUPS.get(place, frozenset({place}))


def overlap(place: str, excluded: tuple[str, ...]) -> str | None:
    """The excluded place that touches `place`, if any."""
    mine = members(place)
    return next((code for code in excluded if mine & members(code)), None)


def place_name(code: str) -> str:
    """`DE` as `Germany`; a code that has no name here stays as it is."""
    return _NAMES.get("GB" if code == "UK" else code, code)
