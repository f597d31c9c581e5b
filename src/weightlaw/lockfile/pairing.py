"""Which licence of a lock is the same licence, or stands in its place, in what was found now."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from weightlaw.lockfile import values as v

if TYPE_CHECKING:
    from weightlaw.lockfile.drift import Entry

_NAMELESS = "LicenseRef-weightlaw-unknown-"


class Bound(Struct, frozen=True, kw_only=True):
    """A licence that binds a model, with its terms."""

    binding: v.LockedBinding
    license: v.LockedLicense

    @property
    def nameless(self) -> bool:
        """Whether it is a text that is none of the known licences."""
        return self.license.id.startswith(_NAMELESS)

    @property
    def catalogued(self) -> bool:
        """Whether the terms are those of the licence knowledge, not read in a text."""
        return self.binding.license == self.license.id

    @property
    def sha256(self) -> str:
        """Of the text that the terms rest on; empty: none was at hand."""
        return self.binding.text.sha256 if self.binding.text else ""


class Pair(Struct, frozen=True, kw_only=True):
    """The same place then and now; None: there was, or is, nothing."""

    old: Bound | None = None
    new: Bound | None = None

    @property
    def same_text(self) -> bool:
        """Whether both rest on the same text, or the same name without a text: then only the reading differs."""
        if self.old is None or self.new is None or self.old.sha256 != self.new.sha256:
            return False
        return bool(self.old.sha256) or self.old.license.id == self.new.license.id


def paired(old: Entry, new: Entry) -> Iterator[Pair]:
    """Every licence of both sides once.

    Paired by its id and the way to it, else by the file it stands in, else by being the only one left on that way; last
    by its id alone, for a base may have been renamed.
    """
    before, after = bound(old), bound(new)
    for key in (_same_license, _same_file, _only_one, _same_id):
        found = _match(before, after, key)
        before = [b for b in before if b not in [p.old for p in found]]
        after = [b for b in after if b not in [p.new for p in found]]
        yield from found
    yield from (Pair(old=b) for b in before)
    yield from (Pair(new=b) for b in after)


def bound(entry: Entry) -> list[Bound]:
    """What binds a model, with the licences themselves."""
    return [Bound(binding=b, license=entry.licenses[b.license]) for b in entry.model.licenses]


def _match(
    before: list[Bound], after: list[Bound], key: Callable[[Bound], Hashable | None]
) -> list[Pair]:
    """Pairs of those whose key is theirs alone on each side."""
    a, b = _unique(before, key), _unique(after, key)
    return [Pair(old=a[k], new=b[k]) for k in a if k in b]


def _unique(items: list[Bound], key: Callable[[Bound], Hashable | None]) -> dict[Hashable, Bound]:
    keys = [key(item) for item in items]
    return {
        k: item for k, item in zip(keys, items, strict=True) if k is not None and keys.count(k) == 1
    }


def _same_license(item: Bound) -> Hashable:
    return item.license.id, item.binding.through


def _same_file(item: Bound) -> Hashable | None:
    return (item.binding.text.path, item.binding.through) if item.binding.text else None


def _only_one(item: Bound) -> Hashable:
    return item.binding.role == "policy", item.binding.through


def _same_id(item: Bound) -> Hashable:
    return item.license.id
