"""What a card's prose says against the use of the model, under a licence that does not limit it.

"For research purposes only" beside `license: mit`: which of the two holds is for a person to decide. Only sentences are
told that the reader of licences understands to limit, or that order or forbid in a licence's words and were not understood;
none that may speak of data, code or another model, and no advice ("should not", "not intended for").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

from weightlaw.domain.terms import Terms
from weightlaw.lineage import foreign
from weightlaw.lineage.matters import DECIDING, Matter, limited_by, matters
from weightlaw.sources.cards import prose_lines

MAX_TOLD = 3
"""Of each card: more sentences say no more to whoever decides."""

_SPEAKS = re.compile(
    r"commercial|research|academic|evaluation|\bonly\b|users|\bMAU\b|\bDAU\b|revenue|turnover|employees|licen[sc]e"
    r"|downloads|permission|\bpay\b|\bfees?\b|million|billion|outputs?\b|distil|not (?:be )?(?:used|allowed|permitted)|may not"
    r"|must not|forbidden|prohibited|exclu|商|仅|用户|不得|收入|禁止|不适用|取得|授权",
    re.IGNORECASE,
)
"""Words without which a sentence limits no commerce, size, territory or training."""
_FORBIDS = re.compile(
    r"\b(?:must|may|shall|can) (?:not|never|no longer|only)\b|\bcannot (?:be )?used\b|\byou (?:will not|agree)\b|\bforbid|\bprohibit"
    r"|\bnot (?:cleared|allowed|authori[sz]ed|permitted|licen[sc]ed|entitled|for use|offered|valid)\b|\bno (?:rights?|use|part)\b"
    r"|\A(?:do not (?:\w+ )?(?:this|the|it|its|these|our|or|any)|not for|only)\b|\bnothing\b|\breserved\b|不得|禁止|仅限|仅供|不适用",
    re.IGNORECASE,
)
_ORDERS = re.compile(
    r"\b(?:must|shall|has to|have to|obliged)\b|\bpermi(?:t|ssion)|\bmay be (?:used|deployed)\b|\bsolely\b"
    r"|\bto be only\b|\bonly (?:be|for|to|under|with|in)\b|\bonly\W*\Z|\b(?:limited|restricted|subject) to\b|\bexcept"
    r"|\b(?:requires?|needs?|necessary|mandatory|obtain|buy|bought|purchase|subscription|royalt\w+|fees?|payable|pay)\b|\bcontact us\b"
    r"|\bfree (?:of charge|for|unless|until)\b|\bprovided that\b|\bexpires?\b|须|应当",
    re.IGNORECASE,
)
"""A licence's words; advice has others."""
_ADVICE = re.compile(
    r"\b(?:should|recommend\w*|suggest\w*|advis\w*|not intended|intended use|out[- ]of[- ]scope|caution|limitations?|may (?:produce|generate|exhibit)"
    r"|responsib\w+|please (?:note|use|cite|refer|see|check|make)|ensure|caveat|bias\w*|install\w*|pip|docker|gpus?|vram|set|run|load\w*|prompts?"
    r"|inference|tokens?|context|benchmarks?|accuracy|performance|score[sd]?|layers?|parameters|vllm|transformers|python|class|only need|just|we (?:don.t|do not|did|have|use|train|found))\b",
    re.IGNORECASE,
)
"""What cards say of fitness and handling: an order with it is told on deciding matters alone."""
_TECHNICAL = re.compile(
    r"`|\(\)|\b(?:support\w*|method|function|handle|argument|value|null|options?|flags?|lints?|cache|branch|trainers?|log(?:s|ging|gers?)?"
    r"|lms|tokens?|reliabl[ey]|sentences?|languages|host|templates?|hooks?|decoding|greedy|identity|destination|expir(?:e|ing)|subclass|exceptions?)\b"
    r"|\bmay not (?:always|work|generali[sz]e|reflect|perform|capture|cover|hold|have|be (?:as|compatible|complete|able|accurate|available"
    r"|appropriate|representative|fully|suitable))\b|\bonly (?:applies|used when|pay for)\b",
    re.IGNORECASE,
)
"""A sentence with it that no reader understood is a manual's."""
_OTHERS = re.compile(
    r"\b(?:data ?sets?|training data|corpus|corpora|code(?:base)?|scripts?|librar(?:y|ies)|base models?|original models?"
    r"|upstream|teacher|paper|images?|benchmarks?|unlike|compared|tokenizer|demos?|spaces?)\b",
    re.IGNORECASE,
)
_MODEL_TOO = re.compile(
    r"\b(?:this|the|our|these) (?:[\w-]+ )?(?:models?|weights|checkpoints?)(?:,| and| or| nor)\b"
    r"|\b(?:and|or|nor) (?:(?:the|its|our|this|these|model) )?(?:models?|weights|checkpoints?)\b",
    re.IGNORECASE,
)
"""A sentence that names the model beside something else speaks of the model, too."""
_NEVER = re.compile(
    r"\b(?:base models?|original models?|upstream|teacher|unlike|compared|training data)\b", re.I
)
_GRANTS = re.compile(
    r"\b(?:supports?|allows?|permits?|free|licen[sc]ed|available|suitable|intended|released|usable) (?:for )?(?:\w+ ){0,3}?commercial",
    re.IGNORECASE,
)
_YET = re.compile(
    r"\b(?:only|unless|except|provided|if|not|no|with(?:out)?|below|under|up to|until|non)\b", re.I
)
"""What takes back a part of a grant."""
_NOT_LIMITED = re.compile(
    r"\b(?:but |and )?not limited to\b|\b(?:and|or|&) non-?commercial\b", re.IGNORECASE
)
_REFERENCE = re.compile(r"\[[^\]]*\]:\s")
_LEAD = re.compile(
    r"\A\W*(?:like|unlike|as (?:described|stated|noted)|because of|due to|compared|in contrast)\b[^,.;]{1,120},\s*",
    re.IGNORECASE,
)
"""What a sentence begins with before it comes to the model."""
_SOLD = re.compile(
    r"\bfor (?:a )?(?:commercial|business|enterprise) (?:licen[sc]\w+|terms|rights|inquir\w+|enquir\w+)\b.*\b(?:contact|e-?mail|reach|write|see|visit)\b"
    r"|\bnon-?commercial (?:\w+ )?licen[sc]e\b|(?<!commercial and )(?<!commercial or )(?<!commercial & )\bnon-?commercial (?:purposes?|use|basis)\b|\bnot for commercial (?:use|purposes?)\b|\A\W*no commercial use\b",
    re.IGNORECASE,
)
"""Where a licence for commerce is offered, or the model is given out for no commerce."""
_AS_DATA = re.compile(
    r"\b(?:as|their|its) training data\b|\b(?:generat|creat|produc)\w+ (?:\w+ ){0,2}images?\b",
    re.IGNORECASE,
)
"""Words on a use of outputs, or on what goes with a derivative, not on what the model was trained on."""
_SENTENCE = re.compile(r"(?:[^.!?|。！？]|[.!?](?=\S))+[.!?。！？]?")
_BREAK = re.compile(r"\s*(?:$|[-*+>#|]|\d+[.)]\s|<)")
"""A line that begins something of its own, and does not go on with the line before."""
_SHORTEST, _LONGEST, _STEP, _MOST = 7, 1000, 800, 2000
"""Characters of a sentence that are read at once, with the step to the next where it is longer, and sentences of a card."""


_LISTED: frozenset[Matter] = frozenset({"forbidden uses"})
"""Where a binding licence lists uses itself, a sentence that was not understood most likely repeats it."""


class Limit(Struct, frozen=True, kw_only=True):
    """A sentence of a card that limits what one may do with the model."""

    matter: str
    """What it limits; what it mentions where the limit was not understood."""
    quote: str
    offset: int
    end: int


def limits_said(prose: str, bound: Iterable[Terms]) -> tuple[Limit, ...]:
    """The limits in a card's prose on matters that none of the licences that bind limits."""
    limited = limited_by(bound)
    found: list[Limit] = []
    for offset, end, sentence in _sentences(prose):
        matter = _limits(sentence, limited) if len(found) < MAX_TOLD else ""
        if matter:
            found.append(Limit(matter=matter, quote=sentence, offset=offset, end=end))
    return tuple(found)


def _sentences(prose: str) -> Iterator[tuple[int, int, str]]:
    count = 0
    for offset, block in _blocks(prose):
        for match in _SENTENCE.finditer(block):
            whole = match[0].strip(" \t\r\n*_->#|")
            start = offset + match.start() + match[0].find(whole)
            for at, piece in _pieces(whole):
                text = " ".join(piece.split())
                if count < _MOST and _may_limit(text):
                    count += 1
                    yield start + at, start + at + len(piece), text


def _pieces(sentence: str) -> Iterator[tuple[int, str]]:
    """The sentence, in pieces that overlap where it is longer than what is read at once."""
    for at in range(0, max(1, len(sentence) - (_LONGEST - _STEP)), _STEP):
        yield at, sentence[at : at + _LONGEST]


def _blocks(prose: str) -> Iterator[tuple[int, str]]:
    """Lines that go on with one another, as one text each: sentences run over the ends of lines."""
    start, block = 0, ""
    for offset, line in prose_lines(prose):
        if block and (offset != start + len(block) or _BREAK.match(line) or block.startswith("#")):
            yield start, block
            block = ""
        start = start if block else offset
        block += line
    if block:
        yield start, block


def _may_limit(text: str) -> bool:
    if not _SHORTEST <= len(text) <= _LONGEST or not speaks(text):
        return False
    if _REFERENCE.match(text):
        return False
    text = _AS_DATA.sub(" ", _LEAD.sub("", text))
    return not _OTHERS.search(text) or bool(_MODEL_TOO.search(text) and not _NEVER.search(text))


def speaks(text: str) -> bool:
    """Whether a text holds words without which it limits nothing: a cheap look before the reading."""
    return bool(
        foreign.limits(text)
        or _SPEAKS.search(text)
        or _FORBIDS.search(text)
        or _ORDERS.search(text)
    )


def _limits(sentence: str, limited: set[Matter]) -> str:
    """The matter that a sentence limits and no binding licence does; empty where there is none."""
    from weightlaw.reading.facts import read_facts  # heavy: only where a sentence may limit

    if _permits(sentence):
        return ""
    sentence = _LEAD.sub("", sentence)
    if _SOLD.search(sentence) and "commercial use" not in limited:
        return "commercial use"
    reading = read_facts(sentence)
    orders = bool(_FORBIDS.search(sentence)) or (
        bool(_ORDERS.search(sentence)) and not _ADVICE.search(sentence)
    )
    found = [matter for matter, _ in matters(reading.terms)]
    for matter in found:
        if matter not in limited and (orders or matter in DECIDING):
            return matter
    if not found and not limited & DECIDING and foreign.limits(sentence):
        return "commercial use"
    plain = limited.isdisjoint(DECIDING | _LISTED) and not _TECHNICAL.search(sentence)
    if orders and plain and reading.unread and not found:
        return reading.unread[0].mentions
    return ""


def _permits(sentence: str) -> bool:
    """Whether a sentence plainly permits commercial use and takes nothing back."""
    return bool(_GRANTS.search(sentence)) and not _YET.search(_NOT_LIMITED.sub(" ", sentence))
