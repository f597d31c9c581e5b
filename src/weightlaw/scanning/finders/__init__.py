"""The finders, one file a kind of text, and the table that says which finder reads which file.

A finder is a module with `find(source) -> Iterator[Mention]`. It is imported when the first file of its kind
holds a hint, so a scan of ten files does not pay for thirty formats.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from importlib import import_module

from weightlaw.scanning.values import Mention, SourceFile

Finder = Callable[[SourceFile], Iterator[Mention]]

_SUFFIXES: dict[str, str] = {
    "python": "py pyi pyw",
    "notebook": "ipynb",
    "code": "js jsx mjs cjs ts tsx mts cts java kt kts scala groovy gradle go rs cs swift dart php c cc cpp"
    " cxx h hpp m mm zig rb ex exs jl r tf tfvars hcl nix lua prisma proto",
    "shell": "sh just bash zsh fish ksh ps1 psm1 bat cmd mk service j2 jinja template slurm sbatch",
    "yamlfile": "yml yaml tpl gotmpl",
    "jsonfile": "json jsonc json5 webmanifest",
    "settings": "toml ini cfg conf properties env envrc prompty",
    "packages": "gitmodules xml",
    "document": "md mdx markdown rst adoc asciidoc txt org",
    "web": "html htm vue svelte astro",
}
_BY_SUFFIX = {suffix: finder for finder, text in _SUFFIXES.items() for suffix in text.split()}
_NAMES: tuple[tuple[str, str], ...] = (
    (r"(?:.*[.-])?(?:dockerfile|containerfile)(?:[.-].*)?", "dockerfile"),
    (r"(?:.*[.-])?modelfile(?:[.-].*)?", "modelfile"),
    (r"(?:.*[._-])?env(?:[._-].*)?|\.env.*", "settings"),
    (
        r"(?:gnu)?makefile(?:\..*)?|\.?justfile|procfile(?:\..*)?|rakefile|\.?bashrc|\.profile",
        "shell",
    ),
    (r"jenkinsfile(?:\..*)?|gemfile", "code"),
    (
        r"\.gitmodules|pom\.xml|(?:.*[-_.])?(?:requirements|constraints)(?:[-_.].*)?\.(?:txt|in|lock)",
        "packages",
    ),
    (r"\.?weightlaw\.(?:ya?ml|lock|json)", ""),
    (r".*\.d\.[cm]?ts", ""),  # types only: nothing of it runs
    (r"cmakelists\.txt|robots\.txt", ""),
    (
        r"(?:package|npm-shrinkwrap|composer|pipfile)(?:-lock)?\.lock|package-lock\.json|.*\.min\.js",
        "",
    ),
    (r"(?:npm-shrinkwrap|tokenizer|vocab|special_tokens_map|added_tokens|tsconfig.*)\.json", ""),
    (r"(?:yarn|pnpm-lock|poetry|uv|cargo|go|pdm)\.(?:lock|yaml|sum)|.*\.index\.json", ""),
    (r"(?:claude|agents|copilot-instructions)\.md", "document"),
)
_BY_NAME = tuple((re.compile(pattern + r"\Z"), finder) for pattern, finder in _NAMES)


@lru_cache(maxsize=4096)
def _for_name(name: str) -> str | None:
    return next((finder for pattern, finder in _BY_NAME if pattern.match(name)), None)


def finder_name(path: str) -> str:
    """The finder that reads a file of this name; empty: none does."""
    name = path.rsplit("/", 1)[-1].lower()
    stem, dot, suffix = name.rpartition(".")
    if suffix in ("py", "ipynb", "go", "java", "rs") and stem and dot:
        return _BY_SUFFIX[suffix]
    found = _for_name(name)
    if found is not None:
        return found
    return _BY_SUFFIX.get(suffix, "") if dot else "script" if "." not in name else ""


@cache
def finder(name: str) -> Finder:
    """The function of a finder."""
    module = import_module(f"weightlaw.scanning.finders.{'shell' if name == 'script' else name}")
    find: Finder = module.find
    return find
