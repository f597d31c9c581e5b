"""Models that come as packages: submodules of the Hub, wheels from it, Maven artifacts with weights inside."""

from __future__ import annotations

import re
from collections.abc import Iterator

from weightlaw.scanning import context
from weightlaw.scanning.urls import addresses
from weightlaw.scanning.values import Mention, SourceFile

_MODEL_WHEEL = re.compile(
    r"/(?:[a-z]{2,3}_[a-z]+_\w+_(?:sm|md|lg|trf|xx)|[\w.-]*model[\w.-]*)[-/]", re.I
)
_MAVEN = re.compile(
    r"langchain4j-embeddings-(?P<name>(?:all|bge|e5)-[a-z0-9-]+?)(?:-q)?(?=[<\"':\s])"
)
MAVEN_MODELS = {
    "all-minilm-l6-v2": "sentence-transformers/all-MiniLM-L6-v2",
    "bge-small-en": "BAAI/bge-small-en",
    "bge-small-en-v15": "BAAI/bge-small-en-v1.5",
    "bge-small-zh": "BAAI/bge-small-zh",
    "bge-small-zh-v15": "BAAI/bge-small-zh-v1.5",
    "e5-small-v2": "intfloat/e5-small-v2",
}
"""Artifacts of langchain4j that hold the weights, by their own documentation (docs.langchain4j.dev, in-process models)."""


def find(source: SourceFile) -> Iterator[Mention]:
    """Addresses of models, and artifacts that hold one."""
    yield from context.once(_all(source))


def _all(source: SourceFile) -> Iterator[Mention]:
    finder = _finder(source.name)
    for start, address in addresses(source.text):
        wheel = re.search(r"\.(?:whl|tar\.gz|zip)\b", address)
        if wheel and finder == "requirements" and not _MODEL_WHEEL.search(address.lower()):
            continue
        certainty = "comment" if context.hash_comment(source, start) else "runtime"
        if finder == "xml":
            certainty = "documentation"
        yield Mention(start, address, "hub", finder, certainty)  # type: ignore[arg-type]
    if finder in ("maven", "xml"):
        yield from artifacts(source.text)


def _finder(name: str) -> str:
    low = name.lower()
    if low == ".gitmodules":
        return "gitmodules"
    return "maven" if low == "pom.xml" else "xml" if low.endswith(".xml") else "requirements"


def artifacts(text: str) -> Iterator[Mention]:
    """Maven artifacts with a model inside."""
    for match in _MAVEN.finditer(text):
        if match["name"] in MAVEN_MODELS:
            yield Mention(match.start(), match[0], "name", "maven")
