"""Hosting: whether the model may be offered to third parties as a service."""

from __future__ import annotations

from weightlaw.domain.terms import Permission
from weightlaw.reading.clauses.grants import BY_LAW, Limits
from weightlaw.reading.engine import Hit, Pattern, Reader, place_of
from weightlaw.reading.expressions import Expression
from weightlaw.reading.words import BARRED, NOT

_SERVICE = (
    r"(?:hosted (?:or managed )?(?:services?|solutions?)|managed service"
    r"|software[- ]as[- ]a[- ]service|\bsaas\b|\bpaas\b|as a service|\bvia (?:an |your "
    r"|the )?apis?\b|api-based|application programming interface|remote access"
    r"|remotely accessible"
    r"|(?:over|through|across|via) a (?:computer )?network|remotely through|service bureau"
    r"|托管服务|云服务)"
)
HOSTING = (
    Pattern(
        "hosting.may_host",
        "host",
        r"\b(?:may|can|permitted to)\b.*?\bhost\b.*?(?:third part|remote|service)",
        introduced=True,
        confidence=0.95,
    ),
    Pattern(
        "hosting.barred",
        "host|service|api",
        (
            rf"(?:{NOT}|{BARRED}).*?\b(?:provid\w*|offer\w*|mak(?:e|ing)|host\w*|us(?:e|ing)|sell|run(?:ning)?|operat\w+"
            rf"|distribut\w+|access\w*|exploit\w*)\b.*?{_SERVICE}|^(?:\W|[0-9a-z]{{1,3}}[.)])*(?:host|offer|serv|runn|provid)ing\b"
            rf"[^;]*?(?:{_SERVICE}|\bapis?\b)[^;]*?{BARRED}"
        ),
        introduced=True,
        confidence=0.85,
    ),
    Pattern(
        "hosting.offer",
        "service",
        (
            r"\b(?:deploy|use|host|run)\b[^;]*?\bto (?:offer|provide) (?:a |hosted "
            r"|an )?(?:hosted )?services?\b"
        ),
        introduced=True,
        confidence=0.8,
    ),
    Pattern(
        "hosting.excluded",
        "excluded purpose",
        rf"excluded purpose\W? means?\b.*?{_SERVICE}",
        confidence=0.85,
    ),
    Pattern(
        "hosting.service",
        "host|saas|api|remote|as-a-service|as a service|network|service|托管|云服务",
        rf"{_SERVICE}",
        introduced=True,
        confidence=0.8,
    ),
)
_NOT_HOSTING = Expression(
    r"^by (?:clicking|using|accessing|downloading)|as[ -]is|warrant|in no event"
    r"|confidential|code hosting|hosted (?:on|at) (?:github|hugging)|peer-to-peer"
    r"|to copy the source|download|network server at no charge|transmission over"
    r"|user product"
    r"|\bfor example, .*\bnetwork\b|technical support|denial of service|if any provision"
    r"|terms of service"
)


def read(reader: Reader, found: list[Hit], limits: Limits) -> Permission | None:
    """Whether the model may be offered as a service; None where the text does not speak of it."""
    barred: Hit | None = None
    for hit in reader.hits(*HOSTING):
        if _NOT_HOSTING.test(hit.unit.text):
            continue
        if hit.pattern.name == "hosting.barred":
            barred = barred or (
                None if _QUALIFIED_HOST.test(BY_LAW.sub("", hit.match.text)) else hit
            )
        elif hit.pattern.name == "hosting.excluded":
            return Permission(**place_of(reader, hit), value="conditional")
        elif barred is None or hit.pattern.name == "hosting.offer":
            return _hosted(reader, hit, limits, barred, bool(found))
    return Permission(**place_of(reader, barred), value="no") if barred else None


def _hosted(
    reader: Reader, hit: Hit, limits: Limits, barred: Hit | None, granted: bool
) -> Permission | None:
    limited = (
        limits.purpose
        or limits.territory
        or limits.passed_on
        or limits.payment
        or limits.alike
        or limits.gated
    )
    if not granted and not limited:
        return None
    return Permission(**place_of(reader, hit), value="conditional" if limited or barred else "yes")


_QUALIFIED_HOST = Expression(
    r"\bunless\b|\bexcept\b|\bin violation|warrant|\billegal|\bpurposes? of|to generate"
    r"|harm|\bminors|enforceable|notices?\b|in a manner|infring"
)
