"""Reads license_db/ and catalog/ as people write them: YAML and TSV, every error with file and line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from weightlaw import plainyaml
from weightlaw.domain.licenses import LicenseEntry
from weightlaw.domain.models import CatalogModel, ModelFamily
from weightlaw.errors import DataError
from weightlaw.typedyaml import convert

T = TypeVar("T")


def read_licenses(folder: Path) -> list[LicenseEntry]:
    """Every `*.yaml` below `license_db/`. A file holds one entry, or a list of short ones."""
    return _read_all(folder, LicenseEntry)


def read_models(folder: Path) -> list[CatalogModel]:
    """Every model of `catalog/models/*.yaml`; each file holds a list."""
    return _read_all(folder, CatalogModel)


def read_families(file: Path) -> list[ModelFamily]:
    """The families of `catalog/families.yaml`."""
    return list(read_file(file, ModelFamily))


def _read_all(folder: Path, kind: type[T]) -> list[T]:
    problems: list[str] = []
    entries: list[T] = []
    for file in sorted(folder.rglob("*.yaml")):
        try:
            entries.extend(read_file(file, kind))
        except DataError as error:
            problems.extend(error.problems)
    if problems:
        raise DataError(problems)
    return entries


def read_file(file: Path, kind: type[T]) -> Iterator[T]:
    """The entries of one file. Raises DataError with every wrong entry's file, line and column."""
    document = plainyaml.parse(file.read_text(encoding="utf-8"), str(file))
    single = not isinstance(document.data, list)
    items = [document.data] if single else document.data
    problems: list[str] = []
    good: list[T] = []
    for index, item in enumerate(items):
        base: plainyaml.Path = () if single else (index,)
        entry, found = convert(item, kind, document, base, str(file))
        problems.extend(found)
        if entry is not None:
            good.append(entry)
    if problems:
        raise DataError(problems)
    return iter(good)
