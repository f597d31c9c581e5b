"""`weightlaw scan [PATH...]`: the merge gate."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from importlib import import_module

import msgspec

from weightlaw.cli import options
from weightlaw.cli.check import exit_code, hub_of
from weightlaw.errors import UsageError, WeightlawError
from weightlaw.policy.locating import FILE_NAME, PROJECT_FILE, TABLE
from weightlaw.scanning import baseline, changes, gate
from weightlaw.scanning.gate import Policies, Wanted
from weightlaw.scanning.git import Repository
from weightlaw.scanning.judging import ScanReport, Terms
from weightlaw.scanning.locks import Locks
from weightlaw.scanning.walking import Globs
from weightlaw.sources.base import Source

FORMATS = ("text", "json", "sarif", "github", "gitlab", "junit", "markdown")
_MODULES = {"text": "scan_text", "json": "scan_json"}
POLICY_NAMES = (FILE_NAME, PROJECT_FILE)
POLICY_SUFFIXES = (".yaml", ".yml", ".toml")
MAX_POLICY = 1_000_000
LOCK = "weightlaw.lock"
MAX_LOCK = 20_000_000
EPILOG = """\
examples:
  weightlaw scan                                  every model that this repository uses, judged
  weightlaw scan --base origin/main               what the branch adds or worsens
  weightlaw scan --base auto --format github      the same in CI, the base found by itself
  weightlaw scan --list --format json             the references only
  weightlaw scan --write-baseline weightlaw-baseline.json

exit codes: 0 allowed, conditional, or no model found; 1 denied; 2 usage or other error, or a file that
            could not be read; 3 no model found, with --require; 4 review (somebody must decide)
"""


def parser() -> argparse.ArgumentParser:
    """The command's options."""
    p = options.new_parser(
        "scan", "Find every model that a code base uses, and judge each.", EPILOG
    )
    p.add_argument(
        "paths", metavar="PATH", nargs="*", help="folders or files of one tree (default: .)"
    )
    _add_what(p)
    _add_change(p)
    options.add_deployment(p)
    options.add_policy(p)
    options.add_output(p, *FORMATS)
    p.add_argument(
        "--also",
        metavar="FORMAT=FILE",
        action="append",
        default=[],
        help="write a further format into a file, from the same run (repeatable)",
    )
    p.add_argument("--offline", action="store_true", help="ask no server: embedded knowledge only")
    p.add_argument("--allow-private-links", action="store_true", help="as in `weightlaw check`")
    p.add_argument(
        "--fail-on",
        choices=("review", "deny"),
        default="review",
        help="deny: a review exits with 0 (default review: it exits with 4)",
    )
    return p


def _add_what(p: argparse.ArgumentParser) -> None:
    what = p.add_argument_group("what is looked at")
    what.add_argument(
        "--include",
        metavar="GLOB",
        action="append",
        default=[],
        help="only these files (repeatable)",
    )
    what.add_argument(
        "--exclude",
        metavar="GLOB",
        action="append",
        default=[],
        help="not these files (repeatable)",
    )
    what.add_argument(
        "--include-docs",
        action="store_true",
        help="judge references in documentation and comments too, not only what runs",
    )
    what.add_argument(
        "--wide",
        action="store_true",
        help="also tell strings that equal a known model's id anywhere",
    )
    what.add_argument(
        "--list", action="store_true", help="stop after the references: judge nothing"
    )
    what.add_argument("--require", action="store_true", help="no model found exits with 3")
    what.add_argument("--jobs", type=int, metavar="N", help="processes (default: one a core)")


def _add_change(p: argparse.ArgumentParser) -> None:
    change = p.add_argument_group("what a change adds")
    change.add_argument(
        "--base",
        metavar="REV",
        default="",
        help="only what is new or worse since the merge base with REV; `auto`: as CI says, else the main branch",
    )
    change.add_argument(
        "--changed-only",
        action="store_true",
        help="all references of files that differ from the base (without --base: from the last commit)",
    )
    change.add_argument("--baseline", metavar="FILE", help="accept what this file lists")
    change.add_argument(
        "--write-baseline", metavar="FILE", help="write what is found as a baseline, exit 0"
    )


def run(args: argparse.Namespace) -> int:
    """Scan, judge, print, exit code."""
    extra = [_also(text) for text in args.also]
    wanted = _wanted(args)
    report = gate.run(wanted, Policies() if args.list else _policies(args, wanted))
    if args.write_baseline:
        return _write_baseline(report, args.write_baseline)
    options.write(_render(report, args.format, args), args.output)
    for form, file in extra:
        options.write(_render(report, form, args, file), file)
    _summary(report, args)
    return _code(report, args)


def _also(text: str) -> tuple[str, str]:
    form, equals, file = text.partition("=")
    if form not in FORMATS or not equals or not file:
        raise UsageError(
            f"--also {ascii(text)[:80]}: write FORMAT=FILE, FORMAT one of {', '.join(FORMATS)}"
        )
    return form, file


def _wanted(args: argparse.Namespace) -> Wanted:
    for path in args.paths:
        if not os.path.lexists(path):
            raise UsageError(f"{path!a} does not exist")
    if args.jobs is not None and args.jobs < 1:
        raise UsageError("--jobs: at least 1")
    return Wanted(
        paths=tuple(args.paths) or (".",),
        globs=Globs(tuple(args.include), tuple(args.exclude)),
        base=args.base,
        changed_only=args.changed_only,
        wide=args.wide,
        listed=args.list,
        include_docs=args.include_docs,
        baseline=baseline.read(args.baseline) if args.baseline else None,
        jobs=args.jobs,
    )


def _policies(args: argparse.Namespace, wanted: Wanted) -> Policies:
    """The policy in force; with a base also the base's policy and lock, where the change touches their files."""
    hub = _hub(args)
    now = _terms(args, hub)
    if not wanted.base:
        return Policies(now=now)
    repository = changes.repository_of(wanted.paths)
    base = changes.base_commit(repository, wanted.base)
    head = "" if args.no_policy else options.policy_path(args) or ""
    made = _compared(args, now, repository, base, head)
    return msgspec.structs.replace(made, locks=_locks(repository, base, head, made.file))


def _compared(
    args: argparse.Namespace, now: Terms, repository: Repository, base: str, head: str
) -> Policies:
    """The policy of the head beside that of the base. `file` names the base's also where nothing of it changed."""
    now_at = _inside(repository, head) if head else ""
    if args.no_policy or now_at is None:
        return Policies(now=now)
    was_at, old = _base_policy(repository, base, now_at if args.policy else "")
    new = _bytes(head) if head else None
    if (was_at, old) == (now_at, new) and b"extends" not in (old or b""):
        return Policies(now=now, file=was_at)
    before = _old_terms(args, now.hub, repository, base, was_at, old)
    file = now_at or was_at
    return Policies(now=gate.without_own_waivers(now, before), before=before, file=file)


def _locks(repository: Repository, base: str, head: str, was: str) -> Locks | None:
    """The locks beside the policies of head and base, else here or above; None where the change leaves them alone."""
    named = [_inside(repository, head) if head else None, was]
    folders = [os.path.dirname(n) for n in named if n] or _folders(repository)
    names = list(dict.fromkeys(f"{f}/{LOCK}".lstrip("/") for f in folders))
    old = repository.contents(base, names, MAX_LOCK)
    for name in names:
        new = _bytes(os.path.join(repository.root, *name.split("/")))
        if old.get(name) != new:
            return Locks(file=name, before=old.get(name), now=new)
        if new is not None:
            return None
    return None


def _folders(repository: Repository) -> list[str]:
    """This folder and those above it, from the repository's root; `` is the root."""
    folder = _inside(repository, os.getcwd())
    parts = [] if folder in (None, ".") else str(folder).split("/")
    return ["/".join(parts[:n]) for n in range(len(parts), -1, -1)]


def _inside(repository: Repository, path: str) -> str | None:
    """The path from the repository's root; None outside of it, where a change cannot touch it."""
    inner = os.path.relpath(os.path.realpath(path), os.path.realpath(repository.root))
    return None if inner.startswith("..") else inner.replace(os.sep, "/")


def _base_policy(repository: Repository, base: str, named: str) -> tuple[str, bytes | None]:
    """The policy that the base had in force here: its path from the root, and what it said; none: empty."""
    folders = _folders(repository)
    names = [named] if named else [f"{f}/{n}".lstrip("/") for f in folders for n in POLICY_NAMES]
    held = repository.contents(base, names, MAX_POLICY)
    for name in names:
        if name in held and (not name.endswith(PROJECT_FILE) or TABLE.encode() in held[name]):
            return name, held[name]
    return "", None


def _bytes(path: str) -> bytes | None:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return None


def _terms(args: argparse.Namespace, hub: Source | None) -> Terms:
    deployment, house = options.deployment_of(args)
    return Terms(deployment=deployment, house=house, hub=hub)


def _old_terms(
    args: argparse.Namespace,
    hub: Source | None,
    repository: Repository,
    base: str,
    inner: str,
    old: bytes | None,
) -> Terms:
    """What the base's policy said, with the same options typed over it; without a file, what no policy says."""
    if old is None:
        return _terms(argparse.Namespace(**{**vars(args), "policy": None, "no_policy": True}), hub)
    files = {inner: old}
    if b"extends" in old:
        files |= repository.contents(base, repository.tree(base, POLICY_SUFFIXES), MAX_POLICY)
    with tempfile.TemporaryDirectory() as folder:
        path = _on_disk(folder, files, inner)
        try:
            return _terms(argparse.Namespace(**{**vars(args), "policy": path}), hub)
        except WeightlawError as error:
            said = str(error).replace(f"{folder}/", "")
            raise UsageError(f"the policy of the base cannot be read: {said}") from None


def _on_disk(folder: str, files: dict[str, bytes], inner: str) -> str:
    """The base's policy, with the files that it may extend, as a tree; the path of `inner` in it."""
    for name, data in files.items():
        path = os.path.join(folder, *name.split("/"))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)
    return os.path.join(folder, *inner.split("/"))


def _hub(args: argparse.Namespace) -> Source | None:
    """The Hub, as `check` asks it; a list of references asks nobody."""
    return None if args.list else hub_of(args)


def _write_baseline(report: ScanReport, path: str) -> int:
    made = baseline.made_of(report.counted, report.judged)
    options.write(baseline.render(made), path)
    number = len(made.accepted)
    print(f"{number} reference{'s' * (number != 1)} accepted in {path}", file=sys.stderr)
    return 0


def _render(
    report: ScanReport, form: str, args: argparse.Namespace, file: str | None = None
) -> str:
    module = import_module(f"weightlaw.reports.{_MODULES.get(form, f'{form}_report')}")
    if form == "text":
        color = (
            (file or args.output) is None and sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        )
        return str(module.render(report, color=color))
    return str(module.render(report))


def _summary(report: ScanReport, args: argparse.Namespace) -> None:
    """The step's summary on GitHub; files that could not be read, on standard error."""
    for problem in (*report.problems, *report.notes):
        print(f"weightlaw: {problem.encode('ascii', 'backslashreplace').decode()}", file=sys.stderr)
    target = os.environ.get("GITHUB_STEP_SUMMARY")
    if args.format == "github" and target:
        from weightlaw.reports.markdown_report import render

        try:
            with open(target, "a", encoding="utf-8") as out:
                out.write(render(report))
        except OSError as error:
            print(f"weightlaw: cannot write the step summary: {error.strerror}", file=sys.stderr)


def _code(report: ScanReport, args: argparse.Namespace) -> int:
    code = 0 if report.verdict is None else exit_code(report.verdict, args.fail_on)
    if code == 1:
        return 1
    if report.problems:
        return 2
    nothing = not report.found and not report.accepted and not report.base
    return 3 if args.require and nothing else code
