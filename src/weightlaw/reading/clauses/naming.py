"""Rules on the name of a derived model: what it must begin with or contain, what it must not."""

from __future__ import annotations

from weightlaw.domain.terms import Naming, When
from weightlaw.reading.engine import Hit, Pattern, Reader, place_of
from weightlaw.reading.expressions import Expression
from weightlaw.reading.words import MUST, NOT

_NAME = r"(?:names?|titles?|名称)"
_BEGINNING = (
    r"(?:(?:at|to|in) the (?:very )?(?:beginning|start|front)|as (?:a|the) prefix"
    r"|as the first part)"
)
PATTERNS = (
    Pattern(
        "naming.begin_with",
        "name|title",
        (
            rf"(?:{MUST}|required).*?\b(?:include|use|have|contain|add|put|place|carry"
            rf'|prepend)\b[^"]*"(?P<text>[^"]+)" {_BEGINNING} (?:of|to|in) .*\b{_NAME}'
        ),
        introduced=True,
        confidence=0.97,
    ),
    Pattern(
        "naming.name_begins_with",
        "name|title",
        (
            rf'\b{_NAME}\b[^"]*?(?:{MUST}|required|always)[^"]*?\b(?:begin|start|commence'
            r'|be prefixed|prefixed)s?\b[^"]*"(?P<text>[^"]+)"'
        ),
        introduced=True,
        confidence=0.97,
    ),
    Pattern(
        "naming.unquoted_beginning",
        "name|title",
        (
            rf"(?:{MUST}|required).*?\b(?:include|use|have|contain|add) (?:the (?:word|name|term"
            rf"|prefix) )?(?P<text>[\w.-]+(?: [\w.-]+)?) {_BEGINNING} (?:of|to|in) .*\b{_NAME}"
        ),
        introduced=True,
        confidence=0.85,
    ),
    Pattern(
        "naming.contain",
        "name|title",
        (
            rf"(?:{MUST}|required).*?\b(?:include|use|have|contain|add"
            rf'|incorporate)\b[^"]*"(?P<text>[^"]+)" (?:in|within|as part of) .*\b{_NAME}'
        ),
        introduced=True,
        confidence=0.9,
    ),
    Pattern(
        "naming.name_contains",
        "name|title",
        rf'\b{_NAME}\b[^"]*?{MUST}[^"]*?\b(?:include|contain|incorporate)\b[^"]*"(?P<text>[^"]+)"',
        introduced=True,
        confidence=0.9,
    ),
    Pattern(
        "naming.names_that_contain",
        "name|title",
        (
            rf'{MUST}[^"]*?\b{_NAME}\b[^"]*?\b(?:includes?|contains?|incorporates?|carr(?:y|ies))\b'
            r'[^"]*"(?P<text>[^"]+)"'
        ),
        introduced=True,
        confidence=0.88,
    ),
    Pattern(
        "naming.to_be_named",
        "name|call|title",
        (
            rf"{MUST} (?:\w+ )?(?:name|call|title) (?:\w+ ){{0,3}}?(?:models?|derivatives?|versions?|fine-? ?tun\w*"
            r'|checkpoints?)\b[^"]{0,30}"(?P<text>[^"]+)"'
        ),
        introduced=True,
        confidence=0.85,
    ),
    Pattern(
        "naming.zh_begin_with",
        "名称|命名",
        (
            r'(?:必须|应|须|需)[^。;]*"(?P<text>[^"]+)"[^。;]*(?:开头|前缀|开始)|(?:名称|命名)[^。;]*(?:以'
            r'|开头)[^。;]*"(?P<text2>[^"]+)"[^。;]*(?:开头|为前缀)'
        ),
        confidence=0.9,
    ),
)
FORBIDDING = (
    Pattern(
        "naming.must_not_contain",
        "name|title",
        (
            rf'(?:{NOT}[^"]*\b(?:use|include|contain|incorporate|have|name|call|title'
            r'|begin)\b[^"]*"(?P<text>[^"]+)"[^"]*'
            rf'(?:\b(?:model|derivative).*{_NAME}|\b{_NAME}\b[^"]*\b(?:model|derivative))|\bmodels?\b[^"]*\b{_NAME}\b[^"]*{NOT}[^"]*(?:use'
            r'|include|contain|begin)\w*[^"]*"(?P<text2>[^"]+)")'
        ),
        introduced=True,
        confidence=0.85,
    ),
    Pattern(
        "naming.other_name",
        "name|title|renam",
        (
            rf"(?:{MUST}.*\b(?:modified|derivative|derived|changed)\b.*\b(?:different|another"
            rf"|distinct|new|other) {_NAME}"
            rf"|(?:modified|derivative|derived|changed).*{MUST}.*(?:\brenamed?\b|\b(?:different"
            rf"|another|distinct|new) {_NAME}))"
        ),
        confidence=0.8,
    ),
)
_ABOUT_MODELS = Expression(
    r"\bmodels?\b|derivative|fine-? ?tun|checkpoint|\bai\b|模型|modified|adapted|trained"
)
_SOFT = Expression(r"\bencourag|\brecommend|\bmay (?:optionally|choose)|鼓励|建议")
_BEGINS = Expression(r"begin|start|front|prefix|first part")
_OUTPUTS = Expression(r"\boutputs?\b|\bresults\b|输出")


def read(reader: Reader) -> tuple[Naming, ...]:
    """The naming rules of a text, each once."""
    kept: dict[tuple[str, ...], Naming] = {}
    for hit in reader.hits(*PATTERNS, *FORBIDDING):
        if not _ABOUT_MODELS.test(hit.unit.text) or _SOFT.test(hit.match.text):
            continue
        rule = _rule(reader, hit)
        kept.setdefault((rule.prefix or rule.contains, *rule.forbids), rule)
    return tuple(kept.values())


def _rule(reader: Reader, hit: Hit) -> Naming:
    group = "text2" if "text2" in hit.match.groups else "text"
    text = reader.document.words(*hit.span(group)) if group in hit.match.groups else ""
    forbids = hit.pattern in FORBIDDING
    begins = not forbids and (
        hit.pattern.name not in ("naming.contain", "naming.names_that_contain") and _begins(hit)
    )
    return Naming(
        **place_of(reader, hit),
        rule=_words(text, forbids=forbids, begins=begins),
        prefix=text if begins else "",
        contains=text if not begins and not forbids else "",
        forbids=(text,) if forbids and text else (),
        trigger="made with the materials"
        + (" or their outputs" if _OUTPUTS.test(hit.unit.text) else ""),
        when=_when(hit.unit.text),
    )


def _begins(hit: Hit) -> bool:
    return hit.pattern.name != "naming.name_contains" or _BEGINS.test(
        hit.match.text[hit.match.end :][:60]
    )


def _words(text: str, *, forbids: bool, begins: bool) -> str:
    if not text:
        return "a modified model must carry another name"
    if forbids:
        return f"the name of a derived model must not use '{text}'"
    return f"the name of a derived model must {'begin with' if begins else 'contain'} '{text}'"


_TRAINED = Expression(r"\btrain|fine-? ?tun|creat|improv|distill|训练|微调")


def _when(text: str) -> tuple[When, ...]:
    if _TRAINED.test(text):
        return ("train", "distribute_derivative")
    return ("distribute_derivative",)
