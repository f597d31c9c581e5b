"""A model as the catalogue or a live source describes it."""

# No `from __future__ import annotations` here: msgspec would evaluate each annotation's text at start-up.
from typing import Literal

from msgspec import Struct

Confidence = Literal["high", "medium", "low"]
Relation = Literal["finetune", "merge", "quantized", "adapter", "distilled", "unknown"]


class Base(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A model that this one was made from."""

    id: str
    relation: Relation = "unknown"
    source: str = ""
    """Who says so: `card`, `tags`, `api`, `config`, `catalogue`, ..."""


class Provenance(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Where facts come from."""

    facts: tuple[str, ...] = ()
    """The fields this speaks for; empty: all that no other line speaks for."""
    source: str
    date: str = ""
    confidence: Confidence = "medium"


class Declared(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The licence as the card declares it."""

    tags: tuple[str, ...] = ()
    """`license:` on the Hub; several where the card holds a list."""
    name: str = ""
    link: str = ""


class CatalogModel(
    Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """A model that people name."""

    id: str
    """The Hub's repository id."""
    aliases: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    """Ids of the families (`catalog/families.yaml`) it is a member of."""
    ollama: tuple[str, ...] = ()
    """Names in Ollama's library that mean this model."""
    hosts: tuple[str, ...] = ()
    """`provider/id` under which hosts offer it."""
    license: str | None = None
    """Id of the concluded licence; None: not known, see `note`."""
    policies: tuple[str, ...] = ()
    """Use policies that the model ships beside its licence."""
    declared: Declared = Declared()
    bases: tuple[Base, ...] = ()
    released: str = ""
    parameters: str = ""
    active_parameters: str = ""
    modalities: tuple[str, ...] = ()
    """Of what goes in and comes out: text, image, audio, video, 3d, other; empty: not known."""
    gated: Literal["no", "auto", "manual", "yes", "unknown"] = "unknown"
    developer: str = ""
    country: str = ""
    """ISO 3166-1 alpha-2 of the developer's seat; empty: not known."""
    provenance: tuple[Provenance, ...] = ()
    note: str = ""


class ModelFamily(
    Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """A name that means several models: the answer speaks of each."""

    id: str
    aliases: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    """Hub ids of the members that the bare name stands for."""
    note: str = ""


TextOrigin = Literal["file", "gated_prompt", "license_link", "header"]


class TextFile(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A licence, policy or notice text that the model ships, as it was found."""

    path: str
    """Path in the repository, or the address it was fetched from."""
    text: str
    sha256: str
    """Of the bytes as shipped."""
    origin: TextOrigin = "file"


class ModelFacts(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one source says of one model. Nothing here is concluded yet."""

    id: str
    source: Literal["catalogue", "hub", "ollama", "folder", "file", "lock"]
    as_of: str = ""
    """UTC date of the facts (not of this run, unless they were fetched now)."""
    revision: str | None = None
    """The commit they were read at."""
    endpoint: str = ""
    declared: Declared = Declared()
    license: str | None = None
    """The licence that the catalogue concluded, if the model is in it."""
    policies: tuple[str, ...] = ()
    license_confidence: Confidence = "high"
    license_source: str = ""
    texts: tuple[TextFile, ...] = ()
    bases: tuple[Base, ...] = ()
    datasets: tuple[str, ...] = ()
    """Training data that the card names, by Hub id."""
    modalities: tuple[str, ...] = ()
    gated: str = "unknown"
    tags: tuple[str, ...] = ()
    renamed_from: str = ""
    """The id that was asked for, where the Hub redirected to this one."""
    card: str = ""
    """The card's prose, for statements about the licence; never copied into reports whole."""
    config: dict[str, str] = {}
    """Evidence about the architecture: `model_type`, `_name_or_path`, `vocab_size`, ..."""
    unread: tuple[str, ...] = ()
    """Licences and policies that are there and could not be read, each as a sentence that says why."""
    notes: tuple[str, ...] = ()
    """What the source could not give and why: broken front matter, a link that timed out, ..."""
