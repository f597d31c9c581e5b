"""A base that nobody names but that shows: in the name, the configuration, the shape, the tags.

Always a suspicion with its confidence, never a fact: names are given freely, and shapes are copied.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from msgspec import Struct

from weightlaw.catalog.names import squeeze
from weightlaw.catalog.store import Catalog
from weightlaw.domain.findings import Confidence
from weightlaw.domain.licenses import LicenseEntry
from weightlaw.domain.models import CatalogModel, ModelFacts
from weightlaw.lineage.makers import organization
from weightlaw.lineage.signatures import fitting, shape_of

_TOKEN = re.compile(r"[a-z0-9]+")
_NOT_THE_BASE = frozenset(
    {
        "open",
        "tiny",
        "non",
        "not",
        "like",
        "vs",
        "anti",
        "random",
        "for",
        "than",
        "to",
        "as",
        "from",
    }
)
"""Words before a name that make another name of it: `open_llama`, `tiny-random-llama`, `draft-for-llama`,
`distilled-from-llama`."""
_ANOTHER_ONE = frozenset({"cpp", "tokenizer", "scope", "guard", "index", "hub", "factory", "file"})
"""Words after a name that make another thing of it: `llama.cpp`, `gemma-scope`."""
_SIZE = re.compile(r"[ae]?\d+(?:p\d+)?[bmkt]\Z")
_DIGIT = re.compile("[0-9]")
_RUN_TOGETHER = re.compile(r"_(?=[0-9]+(?![0-9bmkt]))")
_MAX_TOKENS = 8
_OWN_SHAPE = frozenset({"marin", "openllama", "tinyllama"})
"""Families trained from the start in a shape of Llama's (radar@95e4d933: marin-community/marin-8b-base has as many
parameters as Llama 3.1 8B)."""
_DRAFTS = frozenset({"eagle", "eagle3", "dflash", "dspark", "medusa", "mtp", "sae", "saes"})


class Suspicion(Struct, frozen=True, kw_only=True):
    """A base that is not named, with why it is thought of."""

    base: CatalogModel
    entries: tuple[LicenseEntry, ...]
    """The licences that would bind: the base's own, then those of what it was made from."""
    confidence: Confidence
    why: str
    """What shows it, in words."""


def suspect(facts: ModelFacts, catalog: Catalog) -> Suspicion | None:
    """The base that shows in a model, or None: of the model's own maker, or none at all."""
    if facts.source == "catalogue":  # its bases were looked up, and it says nothing of the weights
        return None
    found = None
    if facts.config:
        found = _by_path(facts, catalog) or _by_shape(facts, catalog)
    return found or _by_name(facts, catalog) or _by_tags(facts, catalog)


def named_in(model_id: str, catalog: Catalog) -> CatalogModel | None:
    """The catalogue's model whose name stands in that of another; None where none does, or several licences may."""
    found = _find(model_id.split("/")[-1], catalog)
    return found[0] if found and found[1] else None


def _suspicion(
    facts: ModelFacts, base: CatalogModel, catalog: Catalog, sure: Confidence, why: str
) -> Suspicion | None:
    own, entries = (
        organization(facts.id),
        tuple({e.id: e for e in _licenses(base, catalog)}.values()),
    )
    if not entries or own == organization(base.id) or _same_developer(own, base, catalog):
        return None
    return Suspicion(base=base, entries=entries, confidence=sure, why=why)


def _licenses(base: CatalogModel, catalog: Catalog) -> Iterator[LicenseEntry]:
    """As far as the catalogue knows the base and what it was made from."""
    queue, seen = [base], {base.id}
    for model in queue:
        if model.license and (entry := catalog.license(model.license)):
            yield entry
        for parent in model.bases:
            known = catalog.model(parent.id)
            if known is not None and known.id not in seen:
                seen.add(known.id)
                queue.append(known)


def _same_developer(own: str, base: CatalogModel, catalog: Catalog) -> bool:
    """Whether the publisher is another name of the base's developer."""
    return bool(base.developer) and base.developer in _developers(catalog).get(own, ())


@lru_cache(maxsize=2)
def _developers(catalog: Catalog) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for model_id in catalog.model_ids():
        model = catalog.model(model_id)
        if model is not None and model.developer:
            found.setdefault(organization(model_id), set()).add(model.developer)
    return {name: frozenset(developers) for name, developers in found.items()}


def _by_path(facts: ModelFacts, catalog: Catalog) -> Suspicion | None:
    """`_name_or_path` of somebody's disk: the folder that the weights were loaded from."""
    path = facts.config.get("_name_or_path", "")
    last = os.path.basename(path.replace("\\", "/").rstrip("/"))
    found = _find(last, catalog)
    if not found or not found[1] or last.lower() == facts.id.split("/")[-1].lower():
        return None
    why = f"its configuration says that it was loaded from {path[:100]!r}"
    return _suspicion(facts, found[0], catalog, "high", why)


def _by_shape(facts: ModelFacts, catalog: Catalog) -> Suspicion | None:
    signature = fitting(shape_of(facts.config)) if facts.config else None
    base = catalog.model(signature.base) if signature else None
    if signature is None or base is None:
        return None
    why = f"its weights have the shape of {signature.what} (known from {signature.source})"
    told = " ".join((facts.id, *(b.id for b in facts.bases))).lower()
    if not _OWN_SHAPE.isdisjoint(_TOKEN.findall(told)):
        return _suspicion(facts, base, catalog, "low", why)
    named = _find(facts.id.split("/")[-1], catalog)
    if named and named[1] and organization(named[0].id) == organization(base.id):
        why = f"it is called {facts.id.split('/')[-1]!r}, and {why}"
        return _suspicion(facts, named[0], catalog, "high", why)
    return _suspicion(facts, base, catalog, signature.sure, why)


def _by_name(facts: ModelFacts, catalog: Catalog) -> Suspicion | None:
    name = facts.id.replace("\\", "/").rstrip("/").rpartition("/")[2]
    if not (found := _find(name, catalog)):
        return None
    draft = not _DRAFTS.isdisjoint(_TOKEN.findall(name.lower()))
    sure: Confidence = "medium" if found[1] and not draft else "low"
    return _suspicion(facts, found[0], catalog, sure, f"it is called {name!r}")


def _by_tags(facts: ModelFacts, catalog: Catalog) -> Suspicion | None:
    for tag in facts.tags[:100]:
        if ":" not in tag and (found := _find(tag, catalog)):
            return _suspicion(facts, found[0], catalog, "low", f"it is tagged {tag!r}")
    return None


def _find(text: str, catalog: Catalog) -> tuple[CatalogModel, bool] | None:
    """The longest name of the catalogue in `text`, and whether all that it may mean is under one licence."""
    tokens = _TOKEN.findall(text.lower()[:200])
    heads = _heads(catalog)
    if heads.isdisjoint(tokens) or not _DIGIT.search(text):
        return None
    for start, end in _stretches(tokens, heads):
        if name := _names(catalog).get(squeeze(" ".join(tokens[start:end]))):
            versioned = any(c.isdigit() for t in tokens[start:end] for c in _SIZE.sub("", t))
            alone = _stands_alone(tokens, start, end)
            return _meant(name, catalog, versioned) if alone else None
    return None


def _stretches(tokens: list[str], heads: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Runs of words that may be a name, the longest first. Those without a digit name too much."""
    starts = [i for i, token in enumerate(tokens) if token in heads]
    for length in range(min(_MAX_TOKENS, len(tokens)), 0, -1):
        for start in starts:
            run = tokens[start : start + length]
            if len(run) == length and _DIGIT.search("".join(run)):
                yield start, start + length


def _stands_alone(tokens: list[str], start: int, end: int) -> bool:
    before = tokens[start - 1] if start else ""
    after = tokens[end] if end < len(tokens) else ""
    return before not in _NOT_THE_BASE and after not in _ANOTHER_ONE


def _meant(name: str, catalog: Catalog, versioned: bool) -> tuple[CatalogModel, bool] | None:
    """What a name means; surely only if it says a version, for `qwen-7b` is used for many."""
    _, models = catalog.named(name)
    if not models:
        return None
    licenses = {m.license for m in models}
    return models[0], versioned and len(licenses) == 1


@lru_cache(maxsize=2)
def _names(catalog: Catalog) -> dict[str, str]:
    """The names that say enough (letters and a figure, five characters or more), by their spellings: also with a
    version's figures run together (`llama31-8b`), but never the size with them."""
    known = [n for n in catalog.known_names() if len(n) > 4 and _says_enough(n)]
    return {_RUN_TOGETHER.sub("", n): n for n in known} | {n: n for n in known}


def _says_enough(name: str) -> bool:
    return any(c.isdigit() for c in name) and sum(c.isalpha() for c in name) > 2


@lru_cache(maxsize=2)
def _heads(catalog: Catalog) -> frozenset[str]:
    """First words with which a name of the catalogue begins, in all spellings of them: beginnings with a letter
    that are a word of their own in some name, or go on with a figure."""
    return frozenset(n[:length] for n in _names(catalog) for length in range(2, len(n) + 1))


def strict(entries: Iterable[LicenseEntry]) -> bool:
    """Whether any of these licences asks more than notices."""
    from weightlaw.domain.terms import Terms
    from weightlaw.lineage.looser import lacks

    return any(
        e.text is None or next(lacks([Terms()], e.facts), None) is not None
        for e in entries
        if e.kind == "license"
    )
