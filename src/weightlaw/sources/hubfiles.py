"""Which of a repository's files speak of its licence, and what a card's `license_link` leads to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal
from urllib.parse import unquote, urlsplit

from msgspec import Struct

MAX_TEXTS = 12
"""Files read for one model, the card included."""

_TEXT = r"(?:\.(?:md|txt|rst|text|markdown|html?))?"
_NO_TEXT = (
    r"(?!.*\.(?:pdf|docx?|rtf|odt|json|ya?ml|toml|xml|css|py|ipynb|js|ts|c|h|cc|cpp|go|rs|java|sh|bat|png|jpe?g|gif|svg|webp|ico"
    r"|csv|tsv|parquet|zip|t?gz|tar|bin|pt|pth|ckpt|onnx|gguf|safetensors|npz?|sig|asc|model|spm|vocab)\Z)"
)
"""Before a name that may end in anything else: `LICENSE.weights`, `LICENSE.zh-CN`, `COPYING.old`."""
_DOCUMENT = re.compile(r".*\.(?:pdf|docx?|rtf|odt)\Z", re.IGNORECASE)
_LICENSE = re.compile(
    rf"(?:.*licen[sc]es?(?![-_ ]?plate)[^.]*(?:\.\d[^.]*)*|copying[^.]*(?:\.lesser|\.lib)?"
    rf"|.*agreement[^.]*|.*terms[-_ ]?(?:of|and)[^.]*|(?:.*[-_ ])?(?:terms|tou|eula|legal|conditions|restrictions)(?:[-_ ][^.]*)?"
    rf"|li[czs]en[czsç](?:en|ia|ie|tie|a|e)?|[^.]*(?:许可|許可|协议|協議|条款|條款|ライセンス|利用規約|라이선스|이용약관|лиценз)[^.]*"
    rf"){_TEXT}\Z|{_NO_TEXT}(?:(?:model|weights)[-_])?(?:un)?licen[sc]e\.[\w.-]{{1,24}}\Z|{_NO_TEXT}copying\.[\w-]{{1,24}}\Z",
    re.IGNORECASE,
)
_POLICY = re.compile(
    rf".*(?:us(?:e|age)[-_ ]?(?:polic(?:y|ies)|restrictions|guidelines|terms)|aup(?![a-z])|responsible[-_ ]?use(?![-_ ]?guide)|acceptable[-_ ]?use|prohibited[-_ ]?use)[^.]*{_TEXT}\Z",
    re.IGNORECASE,
)
_NOTICE = re.compile(
    rf"(?:.*notices?[^.]*|third[-_ ]?part(?:y|ies)[^.]*|copyrights?|disclaimer){_TEXT}\Z",
    re.IGNORECASE,
)
_FOLDERS = frozenset({"license", "licenses", "licence", "licences", "legal"})
_WEIGHTS = re.compile(
    r"(?:models?|weights|checkpoints?|original|adapter|lora|gguf|onnx|vae|unet|transformer|(?:text|image)_encoder(?:_\d)?)\Z",
    re.IGNORECASE,
)
"""Folders of weights: a licence in one is a licence of them."""
MERGE_CONFIGS = ("mergekit_config.yml", "mergekit_config.yaml", "mergekit_moe_config.yml")

_HUB_HOSTS = frozenset({"huggingface.co", "www.huggingface.co", "hf.co"})
_HUB_FILE = re.compile(
    r"/?(?:(datasets|spaces|models)/)?([^/]+/[^/]+)/(?:blob|resolve|raw)/(refs/[^/]+/[^/]+|[^/]+)/(.+)\Z"
)
_MARKDOWN = re.compile(r"\[[^\]]*\]\(([^()\s]+)\)\Z")
_HOSTLIKE = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}/", re.IGNORECASE)


def legal_files(files: Iterable[str]) -> list[str]:
    """Paths of licence, policy and notice texts: licences first, then policies, then notices."""
    ranked = ((rank, path) for path in files if (rank := _rank(path)) is not None)
    return [path for _, path in sorted(ranked)]


def unreadable_files(files: Iterable[str]) -> list[str]:
    """Licence documents in forms that are not read (PDF, Word)."""
    return [p for p in files if _DOCUMENT.match(p) and _rank(p.rsplit(".", 1)[0]) is not None]


def states_license(path: str) -> bool:
    """Whether a file by its name states a licence or a policy, and not only notices."""
    ranks = (_rank(path), _rank(path.rsplit(".", 1)[0]) if _DOCUMENT.match(path) else None)
    return any(rank in (0, 1) for rank in ranks)


def _rank(path: str) -> int | None:
    folder, _, name = path.rpartition("/")
    legal, weights = folder.lower() in _FOLDERS, bool(_WEIGHTS.match(folder))
    if len(path) > 200 or (folder and not legal and not weights):
        return None
    if legal and re.fullmatch(rf"[^.]*|.*{_TEXT[:-1]}", name):
        return 1
    for rank, pattern in enumerate((_LICENSE, _POLICY, _NOTICE)):
        if pattern.match(name):
            return rank
    return None


class Link(Struct, frozen=True, kw_only=True):
    """Where a `license_link` leads."""

    kind: Literal["file", "hub", "web", "nowhere"]
    """A file of the same repository and commit; a file on the Hub; another address; or no text."""
    path: str = ""
    """The file's path, the address, or for `nowhere` the reason."""
    repo_id: str = ""
    revision: str = "main"
    repo_type: str | None = None


def follow(link: str, own_ids: Iterable[str], files: Iterable[str], endpoint: str) -> Link:
    """What a card's `license_link` means in the repository that is known by `own_ids`."""
    link = link.strip().strip("<>")
    if match := _MARKDOWN.match(link):
        link = match[1]
    if link.startswith("www.") or (_HOSTLIKE.match(link) and link not in files):
        link = f"https://{link}"
    scheme = link.split(":", 1)[0].lower() if "://" in link else ""
    if scheme in ("http", "https"):
        return _address(link, own_ids, files, endpoint)
    if scheme or link.startswith(("#", "mailto:", "data:", "javascript:", "file:")):
        return Link(kind="nowhere", path="it is no address of a text")
    if match := _HUB_FILE.match(link):
        return _hub_file(match, own_ids, files)
    return _own_file(link, files)


def _address(link: str, own_ids: Iterable[str], files: Iterable[str], endpoint: str) -> Link:
    try:
        parts = urlsplit(link)
        hosts = _HUB_HOSTS | {urlsplit(endpoint).netloc.lower()}
        on_hub = parts.netloc.lower() in hosts
    except ValueError:
        return Link(kind="nowhere", path="it is no address of a text")
    if not on_hub:
        return Link(kind="web", path=link)
    if match := _HUB_FILE.match(parts.path):
        return _hub_file(match, own_ids, files)
    return Link(kind="nowhere", path="it leads to a page of the Hub, not to a text")


def _hub_file(match: re.Match[str], own_ids: Iterable[str], files: Iterable[str]) -> Link:
    kind, repo_id, revision, path = match[1], match[2], unquote(match[3]), unquote(match[4])
    own = not kind or kind == "models"
    if own and revision == "main" and repo_id.lower() in {i.lower() for i in own_ids}:
        return _own_file(path, files)
    repo_type = None if own else kind[:-1]
    return Link(kind="hub", path=path, repo_id=repo_id, revision=revision, repo_type=repo_type)


def _own_file(path: str, files: Iterable[str]) -> Link:
    wanted = unquote(path.split("#")[0].split("?")[0]).removeprefix("./").strip("/")
    by_name = {f.lower(): f for f in files}
    exact = wanted if wanted in by_name.values() else by_name.get(wanted.lower())
    if exact is None:
        return Link(kind="nowhere", path="the repository has no such file")
    return Link(kind="file", path=exact)
