"""Notices to give or keep when copies are handed on: the license, old notices, a Notice file, changes."""

from __future__ import annotations

from typing import Literal

from weightlaw.domain.terms import Notice, When
from weightlaw.reading.document import Unit
from weightlaw.reading.engine import Hit, Pattern, Reader, place_of
from weightlaw.reading.expressions import Expression
from weightlaw.reading.words import AGREEMENT, MUST

Kind = Literal["include_license", "retain_notices", "notice_file", "state_changes"]

_COPY = (
    r"(?:(?:a|the|one) )?(?:(?:complete|full|readable|true|unmodified|unaltered"
    r"|written) )*(?:cop(?:y|ies)|text) of (?:this|the"
    rf"|these) (?:[\w-]+ ){{0,6}}?{AGREEMENT}"
)
_GIVE = (
    r"\b(?:provid(?:e|ed|ing)|giv(?:e|ing|en)|gets?|includ(?:e|ed|ing)|furnish(?:ed)?"
    r"|deliver|suppl(?:y|ied)|attach(?:ed)?|accompan(?:y|ied)(?: by)?"
    r"|mak(?:e|ing) available|mak(?:e|ing)|receives?|retain|reproduce|ship|with|contain"
    r"|carry|bundle|pass on|enclose)\b"
)
_LICENSE = (
    Pattern(
        "notice.copy_of_license",
        "copy of|copies of|text of",
        rf"{_GIVE}[^;]*? {_COPY}",
        introduced=True,
        confidence=0.93,
    ),
    Pattern(
        "notice.item_copy_of_license",
        "copy of",
        (
            rf"{MUST}.* (?:give|provide|include|retain"
            rf"|accompan\w+).*:? ?(?:.*;)? ?(?:\([ivx0-9a-c]+\) )?{_COPY}"
        ),
        introduced=True,
        confidence=0.9,
    ),
    Pattern(
        "notice.permission_notice",
        "permission notice|license notice",
        rf"\b(?:permission|license) notice\b[^;]*?{MUST}[^;]*?\b(?:be )?(?:included|retained|appear)",
        confidence=0.8,
    ),
    Pattern(
        "notice.include_this",
        "include this|attach this|provide this|accompanied by this",
        rf"\b(?:include|attach|provide|enclose|accompanied by) this (?:\w+ )?{AGREEMENT}",
        introduced=True,
        confidence=0.85,
    ),
    Pattern(
        "notice.license_or_link",
        "copy of|text of|uri|hyperlink|link to",
        (
            rf"{MUST}.*\b(?:include|provide|give|keep|indicate)\b.*\b(?:uri|hyperlink|link|url"
            rf"|reference)s? (?:or \w+ )?to,? this (?:\w+ )?{AGREEMENT}"
        ),
        introduced=True,
        confidence=0.85,
    ),
    Pattern(
        "notice.license_zh",
        "副本|复印件|拷贝|文本",
        (
            r"(?:提供|附上|包含|附带|给予)[^。;]*?(?:本|该)?(?:许可|协议|许可证|许可协议)[^。;]{0,6}(?:副本|复印件|拷贝|文本)|(?:提供"
            r"|附上)[^。;]*?本[^。;]{0,8}(?:副本|复印件|拷贝)"
        ),
        confidence=0.85,
    ),
)
_OWN = (
    r"(?:copyright|attribution|patent|trademark|trade mark|proprietary|permission|legal"
    r"|authorship|disclaimer)"
)
_RETAIN = (
    Pattern(
        "notice.retain",
        "notice",
        (
            r"\b(?:retain\w*|preserv\w+|keep\w*|reproduc\w+|maintain\w*|leave|pass on"
            rf"|not (?:alter or )?remove|include)\b[^;:]*?\b{_OWN}\b[^;:]*?\bnotices?\b"
        ),
        introduced=True,
    ),
    Pattern(
        "notice.shall_be_included",
        "notice",
        (
            rf"\b{_OWN}\b[^;:]*?\bnotices?\b[^;:]*?{MUST}[^;:]*?\b(?:be )?(?:included|retained"
            r"|preserved|reproduced|appear|kept|remain|accompany)\b"
        ),
    ),
    Pattern(
        "notice.creator_identified",
        "identification of the creator|attribution",
        (
            rf"(?:identification of the creator|{MUST}[^;]*?\b(?:give|provide"
            r"|include) (?:appropriate |proper |reasonable )?(?:attribution|credit))"
        ),
    ),
    Pattern(
        "notice.attribute_source",
        "attribut|acknowledg|cite|citing|credit",
        (
            rf"(?:{MUST}|without)[^;]*?\b(?:attribut(?:e|ing) (?:the |to )|acknowledg(?:e"
            r"|ing) the (?:use|source|licensor|author|model)|(?:cite|citing) (?:our|the|this)"
            r"|credit(?:ing)? (?:the|us))"
        ),
        introduced=True,
        confidence=0.75,
    ),
    Pattern(
        "notice.following_attribution",
        "attribution notice|following notice|acknowledgement",
        r"\bfollowing (?:attribution |copyright )?(?:notice|acknowledge?ment)\b",
        introduced=True,
        confidence=0.8,
    ),
    Pattern(
        "notice.may_not_remove",
        "notice",
        rf"\b(?:alter|remove|obscure|delete|modify)\b[^;:]*?\b{_OWN}\b[^;:]*?\bnotices?\b",
        introduced=True,
        confidence=0.7,
    ),
    Pattern(
        "notice.retain_zh",
        "声明",
        (
            r"(?:版权|著作权|许可|归属)[^。;]*声明[^。;]*(?:应|须|必须|保留|包含|包括)|(?:保留|包含)[^。;]*(?:版权|著作权|归属"
            r"|署名)[^。;]*声明"
        ),
        confidence=0.85,
    ),
)
_FILE = (
    Pattern(
        "notice.file",
        "notice|text file",
        (
            r'(?:"(?:[^"]*)notice(?:[^"]*)" ?(?:text )?(?:text|file)|\bnotices? (?:text )?file\b'
            r'|\bnotice\.txt\b|"[^"]*" text file)'
        ),
        introduced=False,
        confidence=0.95,
    ),
    Pattern(
        "notice.stating",
        "notice stating",
        r"\b(?:include|provide|display)\b.*?\ba notice stating: ?\"",
        introduced=True,
        confidence=0.85,
    ),
    Pattern(
        "notice.alongside",
        "following notice|following attribution notice|following statement",
        (
            rf"{MUST}.*?\b(?:display|include|provide|place"
            r"|reproduce)\b.*?\bfollowing (?:\w+ )?(?:notice|statement)\b.*?\b(?:alongside"
            r"|together with|accompanying|with (?:any|each|every|all)) .*?(?:distribut|cop(?:y"
            r"|ies))"
        ),
        confidence=0.9,
    ),
)
_CHANGES = (
    Pattern(
        "notice.modified_files",
        "modif|chang|alter",
        (
            r"\bnotices? (?:stating|that state|saying|indicating|which state|to the effect"
            r"|of (?:the |any |your )?(?:modification|change))[^;]*(?:chang|modif|alter)"
        ),
        introduced=True,
    ),
    Pattern(
        "notice.indicate_changes",
        "modif|chang|alter",
        (
            rf"(?:{MUST}|\brequired\b|\bincluding\b|\bprovided that\b)[^;]*?\b(?:indicat\w+"
            r"|stat(?:e|ing)|disclos\w+|describ\w+|identif\w+|document|note|mark\w*|label\w*"
            r"|notify)\b[^;]*?\b(?:changes|changed|modified|modifications?|altered|alterations)\b"
        ),
        introduced=True,
        confidence=0.85,
    ),
    Pattern(
        "notice.statement_of_change",
        "modif|chang",
        (
            r"\bstatement that (?:you|it|the \w+) (?:have|has|was|were|had)?(?: been)? ?(?:modified"
            r"|changed|altered)"
        ),
        introduced=True,
    ),
    Pattern(
        "notice.changes_zh",
        "修改|更改|变更",
        r"(?:说明|注明|声明|标明|告知|表明|指明)[^。;]*(?:修改|更改|变更|改动)",
        confidence=0.85,
    ),
)
_OBTAIN = Expression(
    r"your version of the license|modif(?:y|ied) (?:the text of )?this license|you (?:may"
    r"|can) obtain a copy|should have received|if not, see|everyone is permitted"
    r"|permission to use|any person obtaining|obtaining a copy of this"
)
_REQUIRED = Expression(
    rf"(?:{MUST}|\brequired\b|provided (?:that|you)|condition|subject to|if (?:you|all)"
    r"|in each case|\bso long as|as long as|on condition|\bprovided\b|without (?:citing"
    r"|providing|including)"
    r"|may not|must not|not remove|\bretain all\b|are accompanied|also gets"
    r"|either by providing|\(a\)|\(b\)|\(c\)|accompanied)"
)
_NAMES_FILE = Expression(r'"notice"|notice (?:text )?file|notice\.txt')
_PUBLISHED_WORK = Expression(r"publication|publish|paper|research results")
_DERIVED = Expression(r"derivative|modif|adapt")


def read(reader: Reader) -> tuple[Notice, ...]:
    """The notices demanded, one a kind."""
    found = [
        _first(reader, "include_license", _LICENSE),
        _file(reader),
        _first(reader, "state_changes", _CHANGES),
        _retain(reader),
    ]
    return tuple(one for one in found if one is not None)


def _first(reader: Reader, kind: Kind, patterns: tuple[Pattern, ...]) -> Notice | None:
    for hit in reader.hits(*patterns):
        if not _OBTAIN.test(hit.unit.text) and _binds(hit):
            return _notice(reader, hit, kind)
    return None


def _binds(hit: Hit) -> bool:
    return "_zh" in hit.pattern.name or _REQUIRED.test(hit.unit.full[0])


def _notice(reader: Reader, hit: Hit, kind: Kind, text: str = "") -> Notice:
    when: tuple[When, ...] = ("distribute",)
    if kind == "state_changes":
        when = ("distribute_derivative",)
    return Notice(**place_of(reader, hit), kind=kind, text=text, when=when)


def _file(reader: Reader) -> Notice | None:
    """The Notice file, with its prescribed text where the license gives one."""
    best: Notice | None = None
    for hit in reader.hits(*_FILE):
        if not _REQUIRED.test(hit.unit.full[0]) and "must" not in hit.unit.text:
            continue
        text = _prescribed(reader, hit)
        if best is None or (text and not best.text):
            best = _notice(reader, hit, "notice_file", text)
    return best


def _prescribed(reader: Reader, hit: Hit) -> str:
    """The words in quotation marks behind the mention of the notice."""
    unit = hit.unit
    after = reader.document.units[unit.index + 1 : unit.index + 3]
    limit = after[-1].end if after and unit.text.endswith(":") else unit.end
    start = hit.end if hit.pattern.name == "notice.file" else hit.start
    quoted = reader.quotation(start, limit)
    if quoted is None or quoted[1] - quoted[0] < 12:
        return _unquoted(reader, unit, after)
    return reader.document.words(*quoted)


def _unquoted(reader: Reader, unit: Unit, after: list[Unit]) -> str:
    if (
        after
        and unit.text.endswith(":")
        and after[0].lead is unit
        and _NOTICE_LIKE.test(after[0].text)
    ):
        return reader.document.words(after[0].start, reader.paragraph_end(after[0]))
    return ""


_NOTICE_LIKE = Expression(r"licensed under|copyright|provided under|subject to")


def _retain(reader: Reader) -> Notice | None:
    for hit in reader.hits(*_RETAIN):
        text, whole = hit.unit.text, hit.unit.full[0]
        if _NAMES_FILE.test(text) or not _binds(hit) or _OBTAIN.test(text):
            continue
        if _FILE[1].expression.test(text):
            continue  # a notice of its own, not one that was there before
        prescribed = _prescribed(reader, hit) if "following" in text else ""
        notice = _notice(reader, hit, "retain_notices", prescribed)
        if _PUBLISHED_WORK.test(whole) and not _DERIVED.test(whole):
            return Notice(
                **place_of(reader, hit),
                kind="retain_notices",
                text=prescribed,
                when=("publish_outputs",),
            )
        return notice
    return None
