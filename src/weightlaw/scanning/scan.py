"""A tree -> all its references, placed and resolved."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from weightlaw.catalog.store import Catalog, load
from weightlaw.scanning import engine, revisions, walking
from weightlaw.scanning.engine import FileResult
from weightlaw.scanning.finders import weights
from weightlaw.scanning.resolving import ModelResolver, Target
from weightlaw.scanning.values import Certainty, Found, Reference, Revision
from weightlaw.scanning.walking import Files, Globs


class Scanned(Struct, frozen=True, kw_only=True):
    """What a scan found, in the order of files, lines and columns."""

    root: str
    files: int
    """How many files were looked at."""
    found: tuple[Found, ...]
    problems: tuple[str, ...] = ()
    """Files that could not be read, with the reason."""
    bounded: tuple[str, ...] = ()
    """Files that were too large to be read whole, with what was left out."""
    notes: tuple[str, ...] = ()


def scan(
    paths: Iterable[str] = (".",),
    *,
    globs: Globs = Globs(),
    wide: bool = False,
    jobs: int | None = None,
    catalog: Catalog | None = None,
) -> Scanned:
    """Find every reference to a model below `paths`. Nothing is judged and no server is asked.

    `wide` also tells strings that equal a known model's id where nothing says that one is used. `jobs` is the number
    of processes (default: one a core, for many files). Raises UsageError for paths that do not exist.
    """
    files = walking.files(list(paths), globs)
    return scan_listed(files, wide=wide, jobs=jobs, catalog=catalog)


def scan_listed(
    files: Files, *, wide: bool = False, jobs: int | None = None, catalog: Catalog | None = None
) -> Scanned:
    """The same for files that are listed already."""
    results = engine.scan_files(files.root, files.paths, wide, jobs)
    resolver = ModelResolver(catalog or load())
    return Scanned(
        root=files.root,
        files=len(files.paths),
        found=tuple(found(results, files.paths, resolver)),
        problems=tuple(f"{r.path}: {r.problem}" for r in results if r.problem),
        bounded=tuple(f"{r.path}: {r.cut}" for r in results if r.cut),
        notes=files.notes,
    )


def found(
    results: Iterable[FileResult], paths: Iterable[str], resolver: ModelResolver
) -> list[Found]:
    """Mentions as references, with the weights that lie in the tree, sorted."""
    made = [
        _reference(result.path, mention, resolver)
        for result in results
        for mention in result.mentions
    ]
    made += [_weights(path, name, resolver) for path, name in weights.find(paths)]
    return sorted(made, key=_order)


def _order(one: Found) -> tuple[str, int, int, str]:
    return one.reference.file, one.reference.line, one.reference.column, one.reference.reference


def _reference(path: str, mention: engine.Placed, resolver: ModelResolver) -> Found:
    certainty: Certainty = mention.certainty
    target = (
        resolver.target(mention.text, mention.reading)
        if certainty != "dynamic" or mention.finder == "wide"
        else None
    )
    return Found(
        reference=Reference(
            file=path,
            line=mention.line,
            column=mention.column,
            reference=mention.text,
            model=target.model if target else None,
            revision=mention.revision.text or None,
            pin=revisions.pin_of(mention.revision),
            finder=mention.finder,
            certainty=certainty,
        ),
        ask=_asked(target, mention.revision) if target else "",
    )


def _asked(target: Target, revision: Revision) -> str:
    """What to ask `check`: a Hub id with its revision; names of other registries have none."""
    wanted = revisions.askable(revision)
    plain = target.model is not None and target.ask == target.model
    return f"{target.ask}@{wanted}" if wanted and plain else target.ask


def _weights(path: str, name: str, resolver: ModelResolver) -> Found:
    target = resolver.target(name, "name")
    reference = Reference(
        file=path,
        line=1,
        column=1,
        reference=path,
        model=target.model,
        finder="weights",
        certainty="runtime",
    )
    return Found(reference=reference, ask=target.ask)
