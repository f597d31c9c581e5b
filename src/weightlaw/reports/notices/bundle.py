"""All files of a bundle, by their paths in it."""

from __future__ import annotations

import hashlib

import msgspec
from msgspec import structs

from weightlaw.policy.house import House
from weightlaw.reports.notices.checklist import checklist
from weightlaw.reports.notices.collecting import collect
from weightlaw.reports.notices.notice_file import notice_file
from weightlaw.reports.notices.view import BundleFile, Notices
from weightlaw.reports.notices.writing import MANIFEST
from weightlaw.reports.sbom.dossier import Dossier


def bundle(dossier: Dossier, house: House) -> dict[str, bytes]:
    """Path -> content, sorted; the same dossier gives the same bytes."""
    found = collect(dossier, house)
    files = dict(found.copies)
    if text := notice_file(found.notices, found.copies):
        files["NOTICE"] = _bytes(text)
    files["CHECKLIST.md"] = _bytes(checklist(found.notices))
    listed = tuple(_listed(path, files[path]) for path in sorted(files))
    files[MANIFEST] = _json(structs.replace(found.notices, files=listed))
    return {path: files[path] for path in sorted(files)}


def _listed(path: str, data: bytes) -> BundleFile:
    return BundleFile(path=path, sha256=hashlib.sha256(data).hexdigest(), bytes=len(data))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _json(notices: Notices) -> bytes:
    """Two-space indented UTF-8. Half characters, which no file can hold, are replaced."""
    try:
        data = msgspec.json.encode(notices)
    except UnicodeEncodeError:
        data = msgspec.json.encode(_storable(msgspec.to_builtins(notices)))
    return msgspec.json.format(data, indent=2) + b"\n"


def _storable(value: object) -> object:
    if isinstance(value, dict):
        return {key: _storable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(item) for item in value]
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
