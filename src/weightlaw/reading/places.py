"""Names of places in licenses, as ISO 3166-1 alpha-2 codes plus EU and UK.

Source of the codes: ISO 3166-1. The EEA is the EU with Iceland, Liechtenstein and Norway (EEA Agreement,
article 126); `UK` is used for GB because licenses and the corpus say so.
"""

from __future__ import annotations

from weightlaw.reading.expressions import Expression, Match

_PLACES: dict[str, tuple[str, ...]] = {
    "european union": ("EU",), "member states of the eu": ("EU",), "eu": ("EU",), "e.u.": ("EU",), "欧盟": ("EU",), "欧洲联盟": ("EU",),
    "european economic area": ("EU", "IS", "LI", "NO"), "eea": ("EU", "IS", "LI", "NO"), "europe": ("EU", "UK", "CH", "IS", "LI", "NO"),
    "united kingdom": ("UK",), "great britain": ("UK",), "u.k.": ("UK",), "uk": ("UK",), "英国": ("UK",),
    "south korea": ("KR",), "republic of korea": ("KR",), "korea": ("KR",), "韩国": ("KR",),
    "switzerland": ("CH",), "瑞士": ("CH",), "norway": ("NO",), "iceland": ("IS",), "liechtenstein": ("LI",),
    "people's republic of china": ("CN",), "mainland china": ("CN",), "mainland of china": ("CN",), "prc": ("CN",), "china": ("CN",),
    "中国大陆": ("CN",), "中国": ("CN",), "hong kong": ("HK",), "香港": ("HK",), "macau": ("MO",), "macao": ("MO",), "澳门": ("MO",),
    "taiwan": ("TW",), "台湾": ("TW",), "japan": ("JP",), "日本": ("JP",), "india": ("IN",), "印度": ("IN",),
    "united states of america": ("US",), "united states": ("US",), "u.s.a.": ("US",), "usa": ("US",), "u.s.": ("US",), "美国": ("US",),
    "canada": ("CA",), "加拿大": ("CA",), "mexico": ("MX",), "brazil": ("BR",), "argentina": ("AR",), "australia": ("AU",), "澳大利亚": ("AU",),
    "new zealand": ("NZ",), "russian federation": ("RU",), "russia": ("RU",), "俄罗斯": ("RU",), "belarus": ("BY",), "ukraine": ("UA",),
    "france": ("FR",), "法国": ("FR",), "germany": ("DE",), "德国": ("DE",), "italy": ("IT",), "意大利": ("IT",), "spain": ("ES",), "portugal": ("PT",),
    "netherlands": ("NL",), "belgium": ("BE",), "ireland": ("IE",), "austria": ("AT",), "poland": ("PL",), "sweden": ("SE",), "denmark": ("DK",),
    "finland": ("FI",), "greece": ("GR",), "czech republic": ("CZ",), "czechia": ("CZ",), "hungary": ("HU",), "romania": ("RO",),
    "turkey": ("TR",), "türkiye": ("TR",), "israel": ("IL",), "saudi arabia": ("SA",), "united arab emirates": ("AE",), "uae": ("AE",),
    "iran": ("IR",), "iraq": ("IQ",), "syria": ("SY",), "north korea": ("KP",), "cuba": ("CU",), "egypt": ("EG",), "south africa": ("ZA",),
    "nigeria": ("NG",), "kenya": ("KE",), "singapore": ("SG",), "新加坡": ("SG",), "malaysia": ("MY",), "indonesia": ("ID",), "thailand": ("TH",),
    "vietnam": ("VN",), "philippines": ("PH",), "pakistan": ("PK",), "bangladesh": ("BD",), "chile": ("CL",), "colombia": ("CO",),
}  # fmt: skip

NAMES = "|".join(sorted((name.replace(".", r"\.") for name in _PLACES), key=len, reverse=True))
"""An alternation of all names, longest first."""

_LATIN = "|".join(
    sorted((n.replace(".", r"\.") for n in _PLACES if ord(n[0]) < 0x2E80), key=len, reverse=True)
)
_HAN = "|".join(sorted((n for n in _PLACES if ord(n[0]) >= 0x2E80), key=len, reverse=True))
_NAME = Expression(rf"(?:^|[^a-z])(?P<latin>{_LATIN})(?:[^a-z]|$)|(?P<han>{_HAN})")


def places(text: str) -> tuple[str, ...]:
    """The codes of the places named in a folded text, each once, in order."""
    found: dict[str, None] = {}
    for match in _matches(text):
        for code in _PLACES[match.group("latin") or match.group("han")]:
            found[code] = None
    return tuple(found)


def _matches(text: str) -> list[Match]:
    """Names may share the blank between them, so each search starts before the last one's end."""
    found = []
    rest, guard = text, 0
    while (match := _NAME.search(rest)) is not None and guard < 300:
        found.append(match)
        rest = rest[max(match.end - 1, match.start + 1) :]
        guard += 1
    return found
