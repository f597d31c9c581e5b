"""A model card (README.md) -> what it declares, and its prose. No content makes this raise."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import msgspec
from msgspec import Struct

from weightlaw.sources import frontmatter

MAX_VALUE = 500
MAX_VALUES = 500
MAX_PROMPT = 200_000
MAX_STATEMENT = 300
MAX_STATEMENTS = 40


class CardData(Struct, frozen=True, kw_only=True):
    """What a card's front matter declares. Empty where it says nothing."""

    licenses: tuple[str, ...] = ()
    """The Hub's licence tags, as written; several where the card holds a list."""
    license_name: str = ""
    license_link: str = ""
    base_models: tuple[str, ...] = ()
    base_model_relation: str = ""
    tags: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    pipeline_tag: str = ""
    library_name: str = ""
    extra_gated_prompt: str = ""
    extra_gated_words: str = ""
    """The rest of the gate that may bind whoever passes it: heading, description and the boxes to tick."""
    """What a person must accept before a gated model opens: for many, the licence's text."""


class Card(Struct, frozen=True, kw_only=True):
    """A card as read."""

    data: CardData = CardData()
    prose: str = ""
    notes: tuple[str, ...] = ()
    """What was broken, and what was done about it."""


class Statement(Struct, frozen=True, kw_only=True):
    """A place where the prose speaks of a licence: `prose[offset : offset + len(text)] == text`."""

    offset: int
    text: str


def read_card(text: str) -> Card:
    """Read a README. Never raises: what is broken is said in the notes."""
    parts = frontmatter.split(text)
    if parts.front is None:
        return Card(prose=text, notes=("the card has no front matter",))
    raw, problems = frontmatter.mapping(parts.front)
    data, odd = card_data(raw)
    unclosed = () if parts.closed else ("the card's front matter does not end",)
    return Card(data=data, prose=parts.prose, notes=(*unclosed, *problems, *odd))


def card_data(raw: Mapping[str, object]) -> tuple[CardData, tuple[str, ...]]:
    """Front matter, parsed here or by the Hub (`cardData`), as typed values; and what was odd about it."""
    notes: list[str] = []
    data = CardData(
        licenses=_licenses(raw, notes),
        license_name=" / ".join(_texts(raw.get("license_name"))),
        license_link=next(iter(_texts(raw.get("license_link"))), ""),
        base_models=_texts(raw.get("base_model")),
        base_model_relation=next(iter(_texts(raw.get("base_model_relation"))), ""),
        tags=_texts(raw.get("tags")),
        datasets=_texts(raw.get("datasets")),
        pipeline_tag=next(iter(_texts(raw.get("pipeline_tag"))), ""),
        library_name=next(iter(_texts(raw.get("library_name"))), ""),
        extra_gated_prompt=_prompt(raw.get("extra_gated_prompt")),
        extra_gated_words=_gate_words(raw),
    )
    if len(_texts(raw.get("license_link"))) > 1:
        notes.append("the card gives several license_links; the first was followed")
    return data, tuple(notes)


def _licenses(raw: Mapping[str, object], notes: list[str]) -> tuple[str, ...]:
    value = raw.get("license")
    if value is None and "licence" in raw:
        found = tuple(t for t in _texts(raw["licence"]) if t.lower() not in ("license", "licence"))
        if found:
            notes.append("the card spells its key `licence`, which the Hub does not read")
        return found
    found = _texts(value)
    if isinstance(value, Mapping) or (isinstance(value, list) and len(found) < len(value)):
        notes.append("the card's `license` holds something that is no name and was left out")
    return found


def _texts(value: object) -> tuple[str, ...]:
    """One value or a list of them as text, bounded; what is no scalar is left out."""
    values = value if isinstance(value, list | tuple) else [value]
    texts = (_text(v) for v in values[:MAX_VALUES])
    return tuple(dict.fromkeys(t for t in texts if t))


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float):
        return " ".join(str(value)[:MAX_VALUE].split())
    return ""


def _prompt(value: object) -> str:
    """The gate's text unchanged: it is quoted and hashed."""
    if isinstance(value, list):
        value = "\n".join(v for v in value if isinstance(v, str))
    return value[:MAX_PROMPT] if isinstance(value, str) else ""


_BINDING = re.compile(
    r"\b(?:only|(?:non-?)?commercial\w*|research|prohibit\w*|must|may not)\b|商|研究|연구|禁",
    re.IGNORECASE,
)


def _gate_words(raw: Mapping[str, object]) -> str:
    """What the gate says beside its prompt, a line each: what may bind, and no form of names and countries."""
    fields = raw.get("extra_gated_fields")
    said = [_prompt(raw.get(f"extra_gated_{key}")) for key in ("heading", "description")]
    said += [str(name)[:MAX_VALUE] for name in fields] if isinstance(fields, Mapping) else []
    return "\n\n".join(words.strip() for words in said[:MAX_VALUES] if _BINDING.search(words))


def merge(first: CardData, second: CardData) -> CardData:
    """The first; where it says nothing of the licence, or of bases, the second's word on that.

    Tag, name and link explain each other, so they are never taken from different sources.
    """
    if first == CardData():
        return second
    changes: dict[str, object] = {}
    if not (first.licenses or first.license_name or first.license_link):
        changes |= {
            "licenses": second.licenses,
            "license_name": second.license_name,
            "license_link": second.license_link,
        }
    if not first.base_models:
        changes |= {
            "base_models": second.base_models,
            "base_model_relation": second.base_model_relation,
        }
    if not first.extra_gated_prompt:
        changes["extra_gated_prompt"] = second.extra_gated_prompt
    if not first.extra_gated_words:
        changes["extra_gated_words"] = second.extra_gated_words
    return msgspec.structs.replace(first, **changes)


_SPEAKS = re.compile(
    r"licen[sc]|(?:released|distributed|available|published|shared|provided|governed) (?:under|by)"
    r"|terms of (?:use|service)|non-?commercial|commercial(?:ly)? (?:use|purpose)"
    r"|(?:research|academic|personal)[ -](?:use |purposes? )?only|acceptable use|use policy",
    re.IGNORECASE,
)
_FENCE = re.compile(r"[ \t]*(```|~~~)")
_SENTENCE_END = re.compile(r"[.!?][)\]\"'*_]*[ \t]")


def statements_on_license(prose: str) -> tuple[Statement, ...]:
    """Sentences and table rows that speak of a licence, at most 300 characters each; code is left out."""
    found: list[Statement] = []
    for start, line in prose_lines(prose):
        done = 0
        for match in _SPEAKS.finditer(line):
            if match.start() < done:
                continue
            begin, done = _sentence(line, match.start(), match.end())
            found.append(Statement(offset=start + begin, text=line[begin:done]))
            if len(found) == MAX_STATEMENTS:
                return tuple(found)
    return tuple(found)


def prose_lines(prose: str) -> Iterator[tuple[int, str]]:
    """The lines of a card's prose with their places; code is left out."""
    offset, fenced = 0, False
    for line in prose.splitlines(keepends=True):
        if _FENCE.match(line):
            fenced = not fenced
        elif not fenced:
            yield offset, line
        offset += len(line)


def _sentence(line: str, start: int, end: int) -> tuple[int, int]:
    """The sentence around a match, as much of it as fits."""
    room = (MAX_STATEMENT - (end - start)) // 2
    low, high = max(0, start - room), min(len(line), end + room)
    before = [m.end() for m in _SENTENCE_END.finditer(line, low, start)]
    after = _SENTENCE_END.search(line, end, high)
    begin = before[-1] if before else low
    stop = after.end() if after else high
    text = line[begin:stop]
    return begin + len(text) - len(text.lstrip()), begin + len(text.rstrip())
