"""What a card's prose says of the model's licence, where tag, file and catalogue say something else.

Conservative: only sentences whose subject is the model or its weights, and lines `License: X`. What is said of
code, data sets, demos, dependencies or bases does not count; a sentence that might be about them does not either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from weightlaw.catalog.store import Catalog
from weightlaw.domain.licenses import LicenseEntry
from weightlaw.lineage.spellings import license_at, plain
from weightlaw.sources.cards import statements_on_license

_OTHERS = re.compile(
    r"\b(?:code|codebase|scripts?|software|librar(?:y|ies)|datasets?|data|corpus|demos?|spaces?|app|github|repo(?:sitory)?"
    r"|dependenc\w+|third[- ]part\w+|base(?: model)?|upstream|original\w*|parent|based on|deriv\w+|fine-?tuned from"
    r"|tokenizer|encoder|backbone|teacher|documentation|paper|images?|videos?|logo|previous\w*|earlier|formerly|was"
    r"|inherit\w*|compatible|similar|unless|if|except|but|not|dual|either|or|other\w*|some|respective|depend\w*"
    r"|benchmarks?|prompts?|components?|v\d+(?:\.\d+)?)\b",
    re.IGNORECASE,
)
_MODEL = re.compile(
    r"(?:^|[\s>|•-])(?:this|the|our|these|all|both)?\s*(?:[\w.+-]+\s+){0,3}?"
    r"(?:models?|weights|checkpoints?|adapters?|lora)(?:\s+(?:weights|checkpoints?|files))?\s+(?:\w+\s+){0,2}?"
    r"(?:is|are|has been|have been|comes?)?\s*(?:\w+\s+){0,2}?"
    r"(?:licensed|released|distributed|available|published|open-?sourced|shared|provided|governed)\s+"
    r"(?:\w+\s+){0,3}?(?:under|by)\s+(?P<name>.+)",
    re.IGNORECASE,
)
_GOVERNED = re.compile(
    r"(?:^|\W)use of (?:this|the) model is (?:governed by|subject to) (?P<name>.+)", re.IGNORECASE
)
_BOTH = re.compile(
    r"\b(?:this |the )?code(?: repository)? and (?:the )?(?=model weights\b)", re.IGNORECASE
)
_FIELD = re.compile(
    r"^\W*(?:model )?licen[sc]e(?:\(s\))?\W{0,6}[:|]\W*(?P<name>[^\n|]+)", re.IGNORECASE
)


class Said(Struct, frozen=True, kw_only=True):
    """A licence that the prose gives for the model, with its words."""

    entry: LicenseEntry
    quote: str
    offset: int


def said_of_model(prose: str, catalog: Catalog) -> Iterator[Said]:
    """All licences that the prose gives for the model itself, each once."""
    seen: set[str] = set()
    for statement in statements_on_license(prose):
        entry = _stated(plain(statement.text), statement.text, catalog)
        if entry is not None and entry.id not in seen:
            seen.add(entry.id)
            yield Said(entry=entry, quote=" ".join(statement.text.split()), offset=statement.offset)


def _stated(words: str, raw: str, catalog: Catalog) -> LicenseEntry | None:
    """The licence that one sentence gives for the model, unless it may speak of something else."""
    words = _BOTH.sub("", words)
    field, sentence = _FIELD.match(raw), None
    if field is None:
        sentence = _MODEL.search(words) or _GOVERNED.search(words)
    match = field or sentence
    if match is None:
        return None
    name = plain(match["name"])
    if (named := license_at(name, catalog)) is None:
        return None
    before = words[: sentence.start("name")] if sentence else ""
    return None if _OTHERS.search(f"{before} {name[named.end :]}") else named.entry
