"""Python, by its syntax tree: calls of the libraries that load models, and values whose names say `model`."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator

from weightlaw.scanning import context, shapes
from weightlaw.scanning.deciding import (
    Place,
    could_be,
    host_prefix,
    known_name,
    provider_less,
    reading,
)
from weightlaw.scanning.finders import commands
from weightlaw.scanning.finders.python_calls import Call, arguments, negative
from weightlaw.scanning.finders.python_names import Resolver, Scope, Value
from weightlaw.scanning.finders.python_sites import Dynamic, Site, Sites
from weightlaw.scanning.keys import words
from weightlaw.scanning.lexing import Style
from weightlaw.scanning.revisions import pin_of
from weightlaw.scanning.values import NO_REVISION, Mention, Revision, SourceFile

STYLE = Style(line="#", block=None, triple=True)
MAX_PARSED = 1_500_000
_OPENING = re.compile(r"""[rRbBuUfF]{0,2}("{3}|'{3}|"|')""")
_SPANS = re.compile(
    r'''(?s)(?P<string>[rRbBuUfF]{0,2}(?:""".*?(?:"""|\Z)|\'\'\'.*?(?:\'\'\'|\Z)|"[^"\\\n]*+(?:\\.[^"\\\n]*+){0,400}+"|'[^'\\\n]*+(?:\\.[^'\\\n]*+){0,400}+'))|(?P<comment>#[^\n]*)'''
)
_WORTH_COMMENT = re.compile(r"#[^\n]*(?:[\w.-]/[A-Za-z]|ollama|llama)")


def find(source: SourceFile) -> Iterator[Mention]:
    """Every model that the file loads, names or tells of."""
    yield from context.once(iter(sorted(_all(source), key=lambda m: (m.start, _RANK[m.certainty]))))


_SETTINGS = re.compile(
    r"(?m)^[ ]*(?:- )?(?:base_model|model|model_name(?:_or_path)?):[ ]+[\w.-]+/[\w.-]+[ ]*$"
)
_SAID = frozenset(("model", "models", "llm", "llms", "embedder", "embeddings"))
_WHISPERS = frozenset(("whisper", "faster_whisper", "whisperx"))
_WORTH_OF = {"none": 0, "dynamic": 1, "name": 2, "commit": 3}
_RANK = {"runtime": 0, "dynamic": 1, "documentation": 2, "comment": 3}


def _all(source: SourceFile) -> Iterator[Mention]:
    tree = parse(source.text)
    if tree is None:
        from weightlaw.scanning.finders.code import in_code

        yield from in_code(source, STYLE, "python")
        return
    yield from PythonFile(source, tree).mentions()
    if _WORTH_COMMENT.search(source.text):
        yield from _comments(source)


def parse(text: str) -> ast.Module | None:
    """The syntax tree; None where there is none, for whatever reason."""
    if len(text) > MAX_PARSED:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None


def _comments(source: SourceFile) -> Iterator[Mention]:
    from weightlaw.scanning.finders.code import WORTH_PROSE
    from weightlaw.scanning.finders.document import in_prose

    for match in _SPANS.finditer(source.text):
        if match["comment"] and WORTH_PROSE.search(match[0]):
            yield from in_prose(match[0], "python", "comment", match.start())


class PythonFile:
    """One file: the walk's harvest, and the verdict on each string."""

    def __init__(self, source: SourceFile, tree: ast.Module) -> None:
        self.source = source
        self.sites = Sites(tree)
        self.resolver = Resolver(self.sites.names)
        self.imports = frozenset(self.sites.imports)
        self.places: dict[int, Place] = {}
        """By the identity of a literal's node: how a call reads it."""
        self.revisions: dict[int, Revision] = {}
        """By the same: the revision that the calls which load it ask for, the least pinned of them."""
        self.barred: set[int] = set()
        self.told: list[Mention] = []
        self.written = {s.node.value for s in self.sites.strings}

    def mentions(self) -> Iterator[Mention]:
        """All mentions, in no order."""
        self._follow_calls()
        self._follow_negatives()
        for site in self.sites.strings:
            yield from self._site(site)
        for dynamic in self.sites.dynamic:
            yield from self._dynamic(dynamic)
        yield from self.told
        yield from self._commands()

    def _commands(self) -> Iterator[Mention]:
        """Commands as lists of arguments: `["ollama", "pull", "x"]`. Only whole strings count."""
        seen = [s for s in commands.find(self.source.text) if s.reading]
        if seen:
            starts = {
                self._offset(s.node)
                for s in self.sites.strings
                if s.role not in ("prose", "compared", "key")
            }
            yield from (
                Mention(s.start, s.text, s.reading, "python")
                for s in seen
                if s.start in starts and s.reading
            )

    def _follow_calls(self) -> None:
        """From every argument that names a model to the texts it may have, through functions of this file."""
        wanted: set[tuple[str, str, Place]] = set()
        for call, scope in self.sites.calls:
            asked = self._revision(call, scope)
            for node, place in arguments(call, self.imports):
                wanted |= self._take(node, scope, place, asked)
        done: set[tuple[str, str, Place]] = set()
        for _ in range(4):
            new = wanted - done
            if not new:
                return
            done |= new
            wanted = set()
            for function, parameter, place in sorted(new):
                wanted |= self._callers(function, parameter, place)

    def _revision(self, call: Call, scope: Scope) -> Revision:
        """What a call says with `revision=`; names are followed as far as they are plain."""
        for keyword in call.node.keywords:
            if keyword.arg in ("revision", "commit_hash", "model_revision"):
                if isinstance(keyword.value, ast.Constant) and keyword.value.value is None:
                    return NO_REVISION
                known = self.resolver.values(keyword.value, scope)
                if len({v.text for v in known}) == 1 and not known[0].dynamic:
                    return Revision(known[0].text, dynamic=not known[0].text)
                return Revision(ast.unparse(keyword.value)[:100], dynamic=True)
        return NO_REVISION

    def _take(
        self, node: ast.expr, scope: Scope, place: Place, asked: Revision | None = None
    ) -> set[tuple[str, str, Place]]:
        """Mark what `node` may be; return the parameters that it comes from."""
        for value in self.resolver.values(node, scope):
            if value.dynamic:
                self._tell_dynamic(value, place)
            elif isinstance(value.node, ast.Constant):
                self.places.setdefault(id(value.node), place)
                self._ask(value.node, asked, place)
            elif found := reading(value.text, place):
                self.told.append(
                    Mention(self._offset(value.node), value.text, found, "python", revision=asked)
                )
        return {(function, parameter, place) for function, parameter in self.resolver.parameters}

    def _ask(self, node: ast.expr, asked: Revision | None, place: Place) -> None:
        """A model that one call loads pinned and another not is not pinned."""
        if asked is None or (asked == NO_REVISION and place in ("model", "host")):
            return
        had = self.revisions.get(id(node), asked)
        self.revisions[id(node)] = min(had, asked, key=lambda r: _WORTH_OF[pin_of(r)])

    def _callers(self, function: str, parameter: str, place: Place) -> set[tuple[str, str, Place]]:
        """What the callers of a function of this file give for a parameter."""
        wanted: set[tuple[str, str, Place]] = set()
        for call, scope in self.sites.calls:
            if call.name == function and not negative(call):
                for node in _given(call, parameter, self.sites.functions.get(function, ())):
                    wanted |= self._take(node, scope, place)
        return wanted

    def _follow_negatives(self) -> None:
        for node, scope in self.sites.negative:
            for value in self.resolver.values(node, scope):
                if id(value.node) not in self.places:
                    self.barred.add(id(value.node))

    def _tell_dynamic(self, value: Value, place: Place) -> None:
        text = value.text
        if "/" in text and "environ" not in text:
            head = text.split("{")[0]
            if (
                not head
                or "/" not in head
                or shapes.is_path(head)
                or host_prefix(head)
                or not shapes.hub_id(head.rstrip("-_.") + "x1")
            ):
                return
        elif ("environ" not in text and "getenv" not in text) or place == "host":
            return
        self.told.append(Mention(self._offset(value.node), text, "hub", "python", "dynamic"))

    def _site(self, site: Site) -> Iterator[Mention]:
        text = str(site.node.value)
        place = self.places.get(id(site.node))
        if place is None and (
            id(site.node) in self.barred or site.role in ("key", "compared", "barred")
        ):
            return
        if site.role != "prose" and (named := shapes.labelled(text)):
            text = named
        if site.role == "prose" or len(text) > 300 or re.search(r"\s", text):
            yield from self._long(site, text)
            return
        if not could_be(text):
            return
        place = place or context.place_of(site.path, text)
        if place == "model" and "/" not in text and self._of_ollama(text, site.path):
            place = "ollama"
        if place == "bare" and site.path[-1:] == ("name",) and "/api/pull" in self.source.text:
            place = "ollama" if text.islower() and known_name(text) else place
        if place == "model" and self.imports & _WHISPERS and reading(text, "whisper") == "whisper":
            place = "whisper"
        if place and (found := reading(text, place)):
            start = self._offset(site.node)
            end = start + len(text)
            if "/" in text or not shapes.names_a_class(self.source.text[end : end + 80]):
                asked = self.revisions.get(id(site.node))
                yield Mention(start, text, found, "python", revision=asked)
        elif place == "bare" and (made := context.mention(0, text, (), "python")):
            yield Mention(self._offset(site.node), text, made.reading, "python")

    def _of_ollama(self, text: str, path: tuple[str, ...]) -> bool:
        """Whether a bare name is one of Ollama's: its client is imported, or the file speaks of it and the name is known."""
        if "ollama" in self.imports:
            return _ollama_like(text)
        said = {w for key in path[-2:] for w in words(key)} & _SAID
        return bool(said) and self.source.speaks_of_ollama and text.islower() and known_name(text)

    def _long(self, site: Site, text: str) -> Iterator[Mention]:
        """Docstrings and prose are documentation; a longer text in code may be a command or hold an address."""
        from weightlaw.scanning.finders.document import in_prose

        if len(text) > 200_000 or not ("/" in text or "ollama" in text):
            return
        start = self._offset(site.node)
        raw = self.source.text[start : start + len(text) + 200]
        exact = raw.startswith(text)
        if site.role == "prose":
            found = list(in_prose(text, "python", "documentation", start))
        else:
            found = list(self._settings(text, start)) if _SETTINGS.search(text) else []
            found += context.address_mentions(text, "python", "documentation", start)
            found += [
                Mention(start + s.start, s.text, s.reading, "python")
                for s in commands.find(text)
                if s.reading
            ]
        for mention in found:
            yield mention if exact else self._moved(mention, start, raw)

    def _settings(self, text: str, start: int) -> Iterator[Mention]:
        """A file of settings in a string, to be written when it runs: only ids that say so themselves."""
        from weightlaw.scanning.finders import yamlfile

        for found in yamlfile.find(SourceFile("settings.yaml", text)):
            if "/" in found.text and found.certainty == "runtime":
                yield Mention(start + found.start, found.text, found.reading, "python")

    def _moved(self, mention: Mention, start: int, raw: str) -> Mention:
        """Escapes shift offsets: look for the name in the source itself."""
        at = self.source.text.find(mention.text, start)
        place = at if 0 <= at < start + len(raw) + 5000 else start
        return Mention(place, mention.text, mention.reading, mention.finder, mention.certainty)

    def _dynamic(self, site: Dynamic) -> Iterator[Mention]:
        """An f-string under a name that says `model`, or one that holds a command."""
        if isinstance(site.node, ast.JoinedStr) and site.role == "value":
            yield from self._spoken(site.node)
        if context.place_of(site.path, "a/b") in (None, "bare"):
            return
        for value in self.resolver.values(site.node, site.scope):
            if not value.dynamic:
                if provider_less(value.text) in self.written:
                    continue  # `f"ollama/{MODEL}"`: told where the name is written
                place = context.place_of(site.path, value.text)
                if (
                    place
                    and not isinstance(value.node, ast.Constant)
                    and (found := reading(value.text, place))
                ):
                    yield Mention(self._offset(value.node), value.text, found, "python")
                continue
            head = value.text.split("{")[0]
            if (
                "/" in head
                and not re.search(r"\s", value.text)
                and shapes.hub_id(head.rstrip("-_.") + "x1")
                and not head.startswith("http")
                and not host_prefix(head)
            ):
                yield Mention(self._offset(site.node), value.text, "hub", "python", "dynamic")

    def _spoken(self, node: ast.JoinedStr) -> Iterator[Mention]:
        """Models in the fixed parts of an f-string that is a command: `f"ollama run rye {prompt}"`."""
        for part in node.values:
            text = part.value if isinstance(part, ast.Constant) else ""
            for seen in commands.find(text) if isinstance(text, str) and " " in text else ():
                at = self.source.text.find(seen.text, self._offset(node))
                if seen.reading and at >= 0:
                    yield Mention(at, seen.text, seen.reading, "python")

    def _offset(self, node: ast.expr) -> int:
        """Where the text of a literal begins, behind its quote."""
        line, column = node.lineno, node.col_offset
        start = self.source.offset(line)
        end = self.source.text.find("\n", start)
        raw = self.source.text[start : end if end >= 0 else None]
        if not raw.isascii():
            column = len(raw.encode()[:column].decode("utf-8", "ignore"))
        opening = _OPENING.match(self.source.text, start + column)
        return opening.end() if opening else start + column


def _given(call: Call, parameter: str, parameters: tuple[str, ...]) -> Iterator[ast.expr]:
    """The argument that a call gives for a parameter."""
    for keyword in call.node.keywords:
        if keyword.arg == parameter:
            yield keyword.value
    if parameter in parameters:
        position = parameters.index(parameter)
        if position < len(call.node.args) and not any(
            isinstance(a, ast.Starred) for a in call.node.args[: position + 1]
        ):
            yield call.node.args[position]


def _ollama_like(text: str) -> bool:
    return not shapes.closed(text) and (
        ":" in text or re.search(r"\d", text) is not None or shapes.open_name(text)
    )
