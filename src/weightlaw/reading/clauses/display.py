"""Words that must be shown to people: on a website, in a user interface, in a public statement.

What a Notice file or the license's own copyright lines satisfy is a notice (`notices`), a rule on the
name of a model is `naming`, and what is only encouraged is no duty.
"""

from __future__ import annotations

import re

from weightlaw.domain.terms import Display, When
from weightlaw.reading.document import Unit
from weightlaw.reading.engine import Hit, Pattern, Reader, place_of
from weightlaw.reading.expressions import Expression
from weightlaw.reading.words import DISTRIBUTE, MUST

_SHOW = (
    r"(?:display(?:s|ing)?|show(?:s|ing)?|feature|present|exhibit|includ(?:e|ing)|add"
    r"|plac(?:e|ing)|stat(?:e|ing)|mark(?:ing)?|indicat(?:e|ing)"
    r"|credit|acknowledg(?:e|ing)|mention|publish|print|carry|bear|contain|giv(?:e|ing)"
    r"|provid(?:e|ing)|attribut(?:e|ing|ion)|disclos(?:e|ing)|use|label)"
)
_OBLIGED = rf"(?:{MUST}|\brequired\b|\bprovided that\b|\bcondition\b)"
QUOTED = Pattern("display.quoted", '"', '"', confidence=0.95)
FOLLOWING = Pattern(
    "display.following_words",
    "following|statement|as follows|acknowledg|attribution",
    rf"{_OBLIGED}.*?\b(?P<verb>{_SHOW})\b.*?(?:(?:following"
    r"|such) (?:\w+ ){0,3}(?:statement|notice|attribution|words|text|acknowledge?ment"
    r"|credit|citation|legend|wording|phrase|disclosure)s?\b|as follows)(?P<tail>.*)$",
    introduced=True,
    confidence=0.9,
)
_VERB = Expression(rf"\b{_SHOW}\b|展示|显示|标注|注明|标明")
_OBLIGES = Expression(rf"{_OBLIGED}|应|须|需|必须")
_CONDITION = Expression(
    r"\b(?:if|when|where) you\b|\bfollowing (?:conditions|requirements|terms)|\bprovided\b"
    r"|\bsubject to\b|\bmust\b|\bshall\b"
)
_OR = Expression(r"^ ?,? ?(?:or|and/or|/|或|或者|、) ?$")
_STRONG = Expression(r"^(?:label|display|show|feature|exhibit|展示|显示|标注|注明|标明)")
_PUBLIC = Expression(
    r"web ?-?(?:site|page)|user interface|\bui\b|blog ?-?posts?|about (?:page|section"
    r"|screen)|product documentation|related documentation|public (?:statement"
    r"|communication"
    r"|announcement|facing)|promotional|marketing|advertis|packag(?:e|ing)|splash"
    r"|landing page|product page|credits|publicly|end users|any product|\bfooter\b|\blabel\b|\bbadge\b|\bbanner\b|watermark"
    r"|app(?:lication)? store"
    r"|model card|readme|press release|界面|网站|文档|about box|prominent(?:ly)?|conspicuous(?:ly)?"
)
_NOTICE_FILE = Expression(
    r'(?:"notice"|\bnotice\.txt|\bnotice) ?(?:text )?(?:text|file)|notice file'
    r"|copies of the \w+ (?:\w+ )?that you distribute|alongside the distribution"
    r"|text file|all copies|above copyright|copyright notice|attribution notice"
)
_MODEL_NAME = Expression(
    r'^[^"]*?(?:(?:at|in|as) (?:the )?(?:beginning|start|front|part|prefix)[^"]*(?:name'
    r"|title)|in (?:the|its|their|any|your) (?:\w+ ){0,4}names?\b|prefix)"
)
_SOFT = Expression(
    r"\bencourag|\brecommend(?:ed)?\b|\bplease\b|\bmay (?:optionally|choose)|\bsuggest"
    r"|\binvited?\b|鼓励|建议"
)
_NOT_WORDS = Expression(
    r"^(?:agreement|license|you|licensee|notice|software|model|mark|marks|as[ -]is"
    r"|attribution|licensor|acceptable use policy|policy|i accept|materials?)$"
)
_DEFINED = Expression(r'^[^"]{0,4}\((?:the|each|collectively|"|a )| means\b|^ ?\)')
_ZH_TERM = Expression(r"^(?:模型|衍生模型|补充材料|许可证|本许可证|软件|协议|输出内容?)$")
_DENIED = Expression(r"\b(?:not|never|neither|cannot|without)\b")


def read(reader: Reader) -> tuple[Display, ...]:
    """The strings that must be displayed, each once."""
    kept: dict[str, Display] = {}
    for hit in reader.hits(QUOTED):
        for one in _in_sentence(reader, hit):
            _keep(kept, one)
    for hit in reader.hits(FOLLOWING):
        if (other := _following(reader, hit)) is not None:
            _keep(kept, other)
    return tuple(kept.values())


def _in_sentence(reader: Reader, hit: Hit) -> list[Display]:
    """The quoted strings of a sentence that it says must be shown; alternatives go together."""
    unit = hit.unit
    if not _VERB.test(unit.full[0]) or _is_soft(unit):
        return []
    found: list[Display] = []
    quotes = reader.quotations(unit)
    place = 0
    while place < len(quotes):
        group = _alternatives(unit.text, quotes, place)
        before = unit.introduction if place == 0 else ""
        before += unit.text[quotes[place - 1][1] + 1 if place else 0 : quotes[place][0] - 1]
        after = unit.text[
            group[-1][1] + 1 : quotes[place + len(group)][0] - 1
            if place + len(group) < len(quotes)
            else None
        ]
        if _is_display(reader, unit, quotes[place], before, after):
            found.append(_quoted(reader, hit, group))
        place += len(group)
    return found


def _alternatives(text: str, quotes: list[tuple[int, int]], place: int) -> list[tuple[int, int]]:
    """The quotations from `place` on that are joined by "or"."""
    group = [quotes[place]]
    for following in quotes[place + 1 :]:
        if not _OR.test(text[group[-1][1] + 1 : following[0] - 1]):
            break
        group.append(following)
    return group


def _keep(kept: dict[str, Display], one: Display) -> None:
    kept.setdefault("".join(filter(str.isalnum, one.text.casefold())), one)


def _is_display(
    reader: Reader, unit: Unit, quote: tuple[int, int], before: str, after: str
) -> bool:
    words = reader.document.text[unit.start + quote[0] : unit.start + quote[1]]
    if (
        _NOT_WORDS.test(words)
        or _ZH_TERM.test(words)
        or len(words) > MAX_WORDS
        or _DEFINED.test(after[:24])
    ):
        return False
    if f'"{words}" means' in reader.document.text or _MODEL_NAME.test(after):
        return False
    verbs = list(_VERB.finditer(before))
    if not verbs or not _obliged(unit, quote[0]):
        return False
    between = before[verbs[-1].end :]
    if _NOTICE_FILE.test(between + " " + after) or _DENIED.test(
        before[max(0, verbs[-1].start - 30) :]
    ):
        return False
    return _STRONG.test(before[verbs[-1].start :]) or _PUBLIC.test(between) or _PUBLIC.test(after)


MAX_WORDS = 700
"""Characters of words to show; what is quoted at greater length is a text of its own."""


def _obliged(unit: Unit, place: int) -> bool:
    """By a word of duty before it, or as an item in the imperative under a condition ("If you ...:")."""
    if _OBLIGES.test(unit.introduction + unit.text[:place]):
        return True
    return unit.lead is not None and _CONDITION.test(unit.lead.text)


def _is_soft(unit: Unit) -> bool:
    """Encouraged, here or by the words that introduce it."""
    return _SOFT.test(unit.text) or (bool(unit.lead) and _SOFT.test(unit.introduction))


def _quoted(reader: Reader, hit: Hit, group: list[tuple[int, int]]) -> Display:
    unit = hit.unit
    texts = [reader.document.words(unit.start + start, unit.start + end) for start, end in group]
    return _display(reader, hit, texts[0], tuple(texts) if len(texts) > 1 else ())


def _display(reader: Reader, hit: Hit, text: str, alternatives: tuple[str, ...]) -> Display:
    return Display(
        **place_of(reader, hit),
        text=text,
        alternatives=alternatives,
        where=_where(hit),
        trigger=_trigger(hit.unit.full[0]),
        when=_when(hit.unit.full[0]),
        commercial_only=_COMMERCIAL.test(hit.unit.text),
    )


def _following(reader: Reader, hit: Hit) -> Display | None:
    """The words announced by "the following statement": quoted, or a paragraph behind a colon."""
    whole = hit.match.text
    if _is_soft(hit.unit) or _NOTICE_FILE.test(whole) or not _PUBLIC.test(hit.unit.text):
        return None
    start, end = hit.span("tail")
    after = reader.document.units[hit.unit.index + 1 : hit.unit.index + 3]
    limit = after[0].end if after and hit.unit.text.endswith(":") else end
    quoted = reader.quotation(start, limit)
    if quoted is None:
        colon = reader.document.text.find(":", start, end)
        quoted = (colon + 1, reader.paragraph_end(hit.unit)) if 0 <= colon < end - 4 else None
        if quoted is None and limit > end:
            quoted = (after[0].start, reader.paragraph_end(after[0]))
    if quoted is None or quoted[1] - quoted[0] < 4:
        return None
    text = _template(reader.document.words(*quoted).strip(" \"'.\u201c\u201d"))
    return _display(reader, hit, text, ())


_PEOPLE = Expression(r"^(?:(?:Dr|Prof|Mr|Ms|Mrs)\. (?:[A-Z][\w'-]+ ?){1,4},? ?(?:and )?){2,}")


def _template(text: str) -> str:
    """In words to be filled in ("[licensor name]"), people named as examples are the authors."""
    people = _PEOPLE.search(text) if "[" in text else None
    if people is None:
        return text
    names = text[people.start : people.end].replace("Copyright", "").rstrip()
    return "[authors] " + text[text.index(names) + len(names) :].lstrip()


_WHERES = (
    ("website", r"web ?-?(?:site|page)|网站"),
    ("user interface", r"user interface|\bui\b|界面"),
    ("blog post", r"blog"),
    ("about page", r"about (?:page|section|screen|box)"),
    ("product documentation", r"documentation|文档"),
    ("public statement", r"public (?:statement|communication|announcement)"),
    ("promotional material", r"promotional|marketing|advertis"),
    ("packaging", r"packag"),
    ("model card", r"model card|readme"),
    ("publication", r"\bpublication|\bpaper"),
)
_WHERE_EXPRESSIONS = tuple((name, Expression(words)) for name, words in _WHERES)


def _where(hit: Hit) -> str:
    text = hit.unit.full[0]
    return ", ".join(name for name, words in _WHERE_EXPRESSIONS if words.test(text))


_COMMERCIAL = Expression(
    r"commercial (?:products?|services?|use|purposes?|applications?|deployment)"
    r"|commercially us|商业|商用"
)
_TRAINED = Expression(r"(?:creat|train|fine-? ?tun|improv|distill)\w*.* model")
_OTHER_MODEL = Expression(r"model,? (?:which|that) (?:is|are) (?:distributed|made available)")
_PRODUCTS = Expression(r"product|service|application|software|\buse\b|产品|服务")
_HANDED_ON = Expression(DISTRIBUTE)
_SIZE = Expression(
    r"\d[^.;:]*(?:users|revenue|turnover|employees)|(?:users|revenue|turnover|employees)[^;:]*\d"
    r"|million|亿|万"
)
_WORDS_SHOWN = re.compile(r'"[^"]*"')
_DERIVED = Expression(r"derivative|modified")
_PUBLISHED = Expression(r"publication|publish|paper")


def _when(text: str) -> tuple[When, ...]:
    """What calls the duty into being; where the text is open, the use in a product does."""
    if _SIZE.test(_WORDS_SHOWN.sub("", text)):
        return ("threshold",)
    found: list[When] = []
    if _TRAINED.test(text) and _OTHER_MODEL.test(text):
        return ("train",)
    if _HANDED_ON.test(text):
        found.append("distribute")
    if _PRODUCTS.test(text):
        found.append("product")
    if not found and _PUBLISHED.test(text):
        found.append("publish_outputs")
    if not found and _DERIVED.test(text):
        found.append("distribute_derivative")
    return tuple(found) or ("product",)


def _trigger(text: str) -> str:
    when = _when(text)
    return " or ".join(_TRIGGERS[one] for one in when)


_TRIGGERS: dict[When, str] = {
    "threshold": "above the size named",
    "train": "a model made with the materials or their outputs is distributed or made available",
    "distribute": "copies are distributed or made available",
    "distribute_derivative": "a derivative is distributed or spoken of in public",
    "product": "a product or service uses the materials",
    "publish_outputs": "results are published",
    "use": "any use",
    "host": "the model is offered as a service",
}
