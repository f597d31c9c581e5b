"""Share-alike: derivatives must be licensed under the same terms."""

from __future__ import annotations

from weightlaw.domain.terms import ShareAlike, When
from weightlaw.reading.engine import Hit, Pattern, Reader, place_of
from weightlaw.reading.expressions import Expression
from weightlaw.reading.words import DERIVED, MUST

_THIS = r"(?:this|the same|these|such same|(?:an? )?identical|a compatible)"
_SAME = (
    r"(?:under|subject to|pursuant to|by) (?:the )?(?:same )?(?:terms (?:and conditions"
    rf" )?of )?{_THIS} (?:[\w-]+ ){{0,3}}?(?:licen[sc]e|agreement|terms)"
)
PATTERNS = (
    Pattern(
        "share_alike.license_under_this",
        "under|subject to",
        (
            rf"{MUST}.*?\b(?:licen[sc]ed?|distribut\w*|provided|released?|made available|conveyed?"
            rf"|publish\w*|shared?)\b.*?(?:{DERIVED}|whole|entire|work).*?{_SAME}"
        ),
        introduced=True,
        confidence=0.85,
    ),
    Pattern(
        "share_alike.derivative_under_this",
        "under|subject to",
        (
            rf"(?:{DERIVED}|\bderived (?:models?|works?))[^;]*?{MUST}[^;]*?\b(?:licen[sc]ed|distributed|provided|released|published"
            rf"|made available|conveyed|shared|remain|be)\b[^;]*?{_SAME}"
        ),
        introduced=True,
        confidence=0.9,
    ),
    Pattern(
        "share_alike.adapters_license",
        "adapter's license|same license elements|compatible license",
        r"adapter's license.*?must be.*?(?:same|this|compatible)|same licen[sc]e elements",
        confidence=0.97,
    ),
    Pattern(
        "share_alike.only_under",
        "only do so under|only under|solely under|remain subject",
        (
            r"\b(?:only|solely)\b[^;]*?\bunder\b (?:the terms of )?(?:this"
            rf"|the same) (?:\w+ )?(?:licen[sc]e|agreement)|{MUST} remain subject to this"
        ),
        introduced=True,
        confidence=0.85,
    ),
    Pattern(
        "share_alike.whole_work",
        "as a whole",
        rf"{MUST} licen[sc]e the (?:entire|whole) work.*?under",
        introduced=True,
        confidence=0.97,
    ),
    Pattern(
        "share_alike.no_other_terms",
        "additional or different|different terms",
        (
            r"(?:must|may|shall) not (?:include|impose|offer"
            r"|apply) any additional or different terms"
        ),
        introduced=True,
        confidence=0.6,
    ),
    Pattern(
        "share_alike.alike",
        "alike|copyleft",
        r"\b(?:have to|must|shall)\b[^;]*?\bshare\b[^;]*?\balike\b",
        confidence=0.9,
    ),
    Pattern(
        "share_alike.distributed_only_under",
        "under",
        (
            rf"(?:{DERIVED}|covered software|\bcopies of\b)[^;]*?(?:{MUST}"
            r"|\bwill be done\b)[^;]*?\b(?:distributed|made available|licensed|done"
            r"|released)\b[^;]*? only under the terms of this|\bderivative works?\b[^;]*? (?:shall"
            r"|must|will) be (?:licensed|done|made"
            r"|distributed) under (?:the terms of )?this (?:\w+ ){0,3}?(?:licen[sc]e|agreement)"
        ),
        introduced=True,
        confidence=0.85,
    ),
    Pattern(
        "share_alike.licensed_by_name",
        "licensed under|distributed under|done under",
        (
            r"\b(?:copies of|derivative works?)\b[^;]*?\b(?:shall|must|will) be (?:licensed|distributed|done) under (?:the |the terms of )?"
            r"(?:this |open |same ){1,2}(?:[\w.-]+ ){0,3}?licen[sc]e\b"
        ),
        introduced=True,
        confidence=0.85,
    ),
    Pattern(
        "share_alike.zh",
        "相同|本协议|本许可",
        (
            r"(?:衍生|修改|派生)[^。;]*(?:应|须|必须)[^。;]*(?:以|按照|适用|采用)(?:与?本(?:协议|许可证?)|相同|同样)[^。;]*(?:许可"
            r"|条款)[^。;]*(?:发布|分发|许可|提供)"
        ),
        confidence=0.8,
    ),
)
_ABOUT_DERIVED = Expression(
    rf"{DERIVED}|\bderived\b|whole|entire|adapter|builds? (?:up)?on|covered software|copies|衍生|修改"
)
_OTHER_TERMS = Expression(
    r"indemnif|warrant|under additional or different|directly granted by|third-party recipients pursuant"
    r"|stating that|indicate the|additional or different license terms|terms of your choice"
    r"|different license|contribution intentionally|may (?:also )?choose"
    r"|without modification, are permitted"
    r"|you may add|terms of your choosing|at your option|accompany the|sublicensees? agreed"
    r"|limited to|original (?:model|work)|does not imply"
)
_NETWORK = Expression(r"network|remotely|hosted|as a service|interact")


def read(reader: Reader) -> ShareAlike | None:
    """The duty to license derivatives alike; None where the text has none."""
    for hit in reader.hits(*PATTERNS):
        if _binds_derivatives(hit):
            return ShareAlike(**place_of(reader, hit), when=_when(reader))
    return None


def _binds_derivatives(hit: Hit) -> bool:
    text = hit.match.text
    if hit.pattern.name == "share_alike.licensed_by_name":
        return "choice" not in hit.unit.text
    return _ABOUT_DERIVED.test(text) and not _OTHER_TERMS.test(text)


_REMOTE = Pattern(
    "share_alike.network",
    "network|remotely|as a service|external",
    (
        rf"\bas a service\b.*?{MUST}.*?\bsource\b|\bexternal(?:ly)? deploy\w*\b.*?(?:{MUST}|source|deemed|distribution)"
        r"|(?:distribut|deploy)\w* or communicat\w*[^;]*?\bused by anyone other than you\b|"
        rf"{MUST}.*?\b(?:source|license)\b.*?(?:network|remotely)|(?:network"
        rf"|remotely).*?{MUST}.*?\bsource\b|\b(?:over|through"
        r"|across) a (?:computer )?network\b.*?\bsource"
    ),
    introduced=True,
)


def _when(reader: Reader) -> tuple[When, ...]:
    if reader.first(_REMOTE):
        return ("distribute_derivative", "host")
    return ("distribute_derivative",)
