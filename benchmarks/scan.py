"""How long a scan takes: `python benchmarks/scan.py [--folder DIR] [--files N] [--megabytes M]`.

Makes a repository of mixed code (the same for the same numbers), and compares `weightlaw scan --list` with
`git grep -E 'from_pretrained|huggingface'` over it, then measures the gate on a branch that changes ten files. Goals: at most twelve times
git grep, under 300 MB, and at most half a second beyond start-up for the branch. Set no PYTHONDONTWRITEBYTECODE: it costs every start 100 ms.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

WORDS = [
    "account",
    "adapter",
    "address",
    "archive",
    "array",
    "batch",
    "border",
    "branch",
    "buffer",
    "builder",
    "bundle",
    "cache",
    "center",
    "channel",
    "client",
    "cluster",
    "codec",
    "column",
    "command",
    "config",
    "counter",
    "cursor",
    "customer",
    "database",
    "decoder",
    "delta",
    "device",
    "domain",
    "driver",
    "editor",
    "element",
    "engine",
    "entry",
    "event",
    "factory",
    "feature",
    "field",
    "filter",
    "folder",
    "format",
    "frame",
    "gateway",
    "group",
    "handler",
    "header",
    "helper",
    "index",
    "input",
    "invoice",
    "iterator",
    "layer",
    "ledger",
    "lifecycle",
    "limit",
    "listener",
    "loader",
    "locale",
    "logger",
    "manager",
    "matrix",
    "memory",
    "message",
    "method",
    "metric",
    "middleware",
    "migration",
    "model",
    "module",
    "network",
    "node",
    "number",
    "object",
    "observer",
    "offset",
    "option",
    "order",
    "output",
    "package",
    "page",
    "parser",
    "partner",
    "path",
    "payload",
    "payment",
    "plugin",
    "pointer",
    "policy",
    "pool",
    "price",
    "product",
    "profile",
    "provider",
    "proxy",
    "query",
    "queue",
    "record",
    "region",
    "registry",
    "render",
    "report",
    "request",
    "resource",
    "response",
    "result",
    "route",
    "rule",
    "runner",
    "sample",
    "schema",
    "scope",
    "section",
    "segment",
    "server",
    "service",
    "session",
    "setting",
    "shard",
    "signal",
    "snapshot",
    "source",
    "stack",
    "stage",
    "state",
    "status",
    "storage",
    "stream",
    "string",
    "style",
    "subject",
    "summary",
    "switch",
    "symbol",
    "table",
    "target",
    "task",
    "template",
    "tenant",
    "thread",
    "ticket",
    "timer",
    "token",
    "tracker",
    "transfer",
    "tree",
    "trigger",
    "tunnel",
    "type",
    "user",
    "value",
    "vector",
    "version",
    "view",
    "volume",
    "warehouse",
    "widget",
    "window",
    "worker",
    "writer",
]
MODELS = [
    "meta-llama/Llama-3.1-8B-Instruct",
    "mistralai/Mistral-7B-Instruct-v0.3",
    "Qwen/Qwen2.5-7B-Instruct",
    "google/gemma-2-9b-it",
    "microsoft/phi-4",
    "BAAI/bge-small-en-v1.5",
    "sentence-transformers/all-MiniLM-L6-v2",
    "openai/whisper-large-v3",
    "black-forest-labs/FLUX.1-schnell",
    "zai-org/GLM-4.7",
]
KINDS: tuple[tuple[str, int], ...] = (
    ("py", 24), ("ts", 15), ("js", 10), ("java", 10), ("go", 9), ("rs", 5), ("c", 6), ("json", 6), ("yaml", 5), ("md", 5), ("html", 3), ("sh", 2),
)  # fmt: skip
HINTED = 0.04
"""The part of files that name a model."""


def _name(rng: random.Random) -> str:
    return "_".join(rng.choice(WORDS) for _ in range(rng.randint(1, 3)))


def _line(kind: str, rng: random.Random) -> str:
    a, b, c = _name(rng), _name(rng), _name(rng)
    number = rng.randint(0, 9999)
    lines = {
        "py": (
            f"    {a} = self.{b}({c}, {number})",
            f'def {a}({b}: int, {c}: str = "{b}") -> None:\n    return {b}',
            f"    # {a} of {b}",
            f'    if {a}.{b} == "{c}":\n        {a} = {{"{b}": {number}}}',
        ),
        "md": (
            f"The {a} of a {b} is told to the {c}, at most {number} times.",
            f"- `{a}/{b}`: see [{c}](docs/{c}.md)",
        ),
        "json": (f'  "{a}_{number}": {{"{b}": "{c}", "n": {number}}},',),
        "yaml": (f"{a}_{number}:\n  {b}: {c}", f'  - {a}: "{b}/{c}"'),
        "html": (f'<div class="{a} {b}-{number}"><a href="/{b}/{c}">{a}</a></div>',),
        "sh": (f'{a}="${{{b}:-{c}}}"; {a} --{b} {c} {number}',),
        "c": (f"static int {a}(struct {b} *p) {{ return p->{c} + {number}; }} /* {a} */",),
    }
    shared = (
        f"const {a} = {b}({c}, {number}); // {a}",
        f'  {a}: "{b}/{c}",',
        f"if ({a} > {number}) {{ {b}({c}); }}",
        f'return new {a}("{b}", {number});',
    )
    return rng.choice(lines.get(kind, shared))


def _mention(kind: str, rng: random.Random) -> str:
    model = rng.choice(MODELS)
    forms = {
        "py": f'from transformers import AutoModel\nnet = AutoModel.from_pretrained("{model}")',
        "md": f"Load it with `huggingface-cli download {model}`.",
        "json": f'  "model_name_or_path": "{model}",',
        "yaml": f"base_model: {model}",
        "html": f'<input id="model" value="{model}">',
        "sh": f"vllm serve {model} --port 8000",
        "c": f"/* from https://huggingface.co/{model} */",
    }
    return forms.get(kind, f'const modelName = "{model}";')


def make_file(kind: str, size: int, rng: random.Random) -> str:
    """One file of about `size` characters."""
    lines, length = [], 0
    while length < size:
        lines.append(_line(kind, rng))
        length += len(lines[-1]) + 1
    return "\n".join(lines) + "\n"


def make_tree(root: Path, files: int, megabytes: int) -> None:
    """A repository with one commit, the same bytes for the same numbers."""
    rng = random.Random(7)
    kinds = [kind for kind, weight in KINDS for _ in range(weight)]
    average = megabytes * 1_000_000 // files
    pool = {kind: [make_file(kind, average, rng) for _ in range(60)] for kind, _ in KINDS}
    for number in range(files):
        kind = rng.choice(kinds)
        folder = root / rng.choice(WORDS) / rng.choice(WORDS)
        folder.mkdir(parents=True, exist_ok=True)
        text = rng.choice(pool[kind])
        if rng.random() < HINTED:
            text = f"{_mention(kind, rng)}\n{text}"
        (folder / f"{_name(rng)}_{number}.{kind}").write_text(text, encoding="utf-8")
    _git(root, "init", "-q", "-b", "main")
    _git(root, "config", "gc.auto", "0")
    _git(root, "add", "-A")
    _git(root, "-c", "user.name=b", "-c", "user.email=b@localhost", "commit", "-q", "-m", "all")


def _git(root: Path, *args: str) -> None:
    subprocess.run(("git", *args), cwd=root, check=True, stdout=subprocess.DEVNULL)


def best(run: Callable[[], None], times: int = 5) -> tuple[float, float]:
    """The best wall time of some runs, and the least time of the processors, in seconds: others may use the machine."""
    walls, works = [], []
    for _ in range(times):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start = time.perf_counter()
        run()
        walls.append(time.perf_counter() - start)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        works.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(walls), min(works)


def _weightlaw(root: Path, *args: str) -> None:
    command = (sys.executable, "-m", "weightlaw.cli.main", *args)
    done = subprocess.run(command, cwd=root, capture_output=True, check=False)
    if done.returncode not in (0, 1, 4):
        sys.exit(done.stderr.decode())


def measure(root: Path) -> None:
    """Print the figures."""
    grep, grep_work = best(lambda: _git_grep(root))
    whole, whole_work = best(lambda: _weightlaw(root, "scan", "--list"))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    start, _ = best(lambda: _weightlaw(root, "check", "glm-4.7", "--offline"))
    _change(root)
    branch, _ = best(lambda: _weightlaw(root, "scan", "--base", "main", "--offline"))
    print(f"git grep                 {grep:6.2f} s, processors {grep_work:6.2f} s")
    print(
        f"scan of everything       {whole:6.2f} s, processors {whole_work:6.2f} s: {whole / grep:.1f} times git grep (goal 12),"
        f" {whole_work / grep_work:.1f} times its work; the largest process {peak:.0f} MB"
    )
    print(f"start-up (check)         {start:6.2f} s")
    print(
        f"scan --base, ten files   {branch:6.2f} s: {branch - start:.2f} s beyond start-up (goal 0.5)"
    )


def _git_grep(root: Path) -> None:
    subprocess.run(
        ("git", "grep", "-E", "from_pretrained|huggingface"),
        cwd=root,
        check=False,
        stdout=subprocess.DEVNULL,
    )


def _change(root: Path) -> None:
    """A branch that changes ten files, one of which brings a model."""
    _git(root, "checkout", "-q", "-B", "change")
    for number, file in enumerate(sorted(root.rglob("*.py"))[:10]):
        extra = f'MODEL_NAME = "{MODELS[0]}"\n' if number == 3 else "x = 1\n"
        file.write_text(file.read_text(encoding="utf-8") + extra, encoding="utf-8")
    _git(
        root, "-c", "user.name=b", "-c", "user.email=b@localhost", "commit", "-q", "-a", "-m", "ten"
    )


def main() -> None:
    """Parse, make, measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--folder", type=Path, help="make the tree there and leave it (default: a temporary one)"
    )
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--megabytes", type=int, default=200)
    args = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    root = args.folder or Path(tempfile.mkdtemp())
    if not (root / ".git").exists():
        make_tree(root, args.files, args.megabytes)
    try:
        measure(root)
    finally:
        if args.folder is None:
            shutil.rmtree(root)


if __name__ == "__main__":
    main()
