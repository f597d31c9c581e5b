"""Files that were made to hurt: they are read in bounded time, told, and change nothing."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.scanning.shared import found, mentions, scan_texts, tree
from tests.scanning.test_gate_cli import run
from weightlaw.scanning import engine
from weightlaw.scanning.finders import finder_name

MODEL = 'model = "Qwen/Qwen2-7B"\n'
NAMES = ("a.py", "a.ipynb", "a.ts", "a.java", "a.go", "a.rs", "a.rb", "a.sh", "a.yaml", "a.json", "a.toml", "a.env", "a.md", "a.html", "a.xml", "Dockerfile", "Modelfile", "requirements.txt")  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "{" * 100_000,
        '{"a":' * 50_000,
        "(" * 50_000 + "model" + ")" * 50_000,
        "- " * 50_000 + "x",
        "a: " * 50_000,
        "-" * 200_000,
        '"' * 100_001,
        "'" * 100_001,
        "`" * 100_001,
        "${" * 50_000,
        "--model " * 20_000,
        "model=" * 30_000,
        "https://huggingface.co/" * 5_000,
        "a/" * 100_000,
        "model " + "x" * 300_000,
        "\\" * 100_000,
        "#" * 100_000,
        "<script>" * 10_000,
        "from_pretrained(" * 10_000,
        "x = " + "-" * 20_000 + "1",
        "x = " + "a." * 20_000 + "b",
        "x = " + "1 + " * 20_000 + "1",
        "    " * 50_000 + "model: a/b-7b",
    ],
    ids=range(24),
)
def test_patterns_end(name: str, text: str) -> None:
    """No nesting and no repetition makes a finder fail or take long."""
    start = time.perf_counter()
    data = f"huggingface llama2\n{text}\n{MODEL}".encode()
    result = engine.scan_bytes(name, data)
    assert result.problem == ""
    assert time.perf_counter() - start < 10


def test_ten_megabyte_line(tmp_path: Path) -> None:
    """Whatever the lines are: a large file is read where it holds a hint."""
    scanned = scan_texts(
        tmp_path,
        {
            "big.py": MODEL + "x" * 10_000_000,
            "line.js": "x" * 4_000_000 + ";" + MODEL,
            "end.py": "x = 1\n" * 1_000_000 + "é" * 100 + "; " + MODEL,
        },
    )
    assert [(f, n) for f, n, _ in found(scanned)] == [
        ("big.py", 1),
        ("end.py", 1_000_001),
        ("line.js", 1),
    ]
    columns = {f.reference.file: f.reference.column for f in scanned.found}
    assert columns == {"big.py": 10, "end.py": 112, "line.js": 4_000_011}
    assert scanned.bounded == ()


def repeated(text: str, size: int) -> str:
    """The text again and again, `size` characters of it."""
    return (text * (size // len(text) + 1))[:size]


def numbered(text: str, size: int) -> str:
    """The text with a number in it, again and again."""
    lines: list[str] = []
    length = 0
    while length < size:
        lines.append(text.replace("#", str(len(lines))))
        length += len(lines[-1])
    return "".join(lines)[:size]


LARGE = {
    "nested lists": repeated("[", 5_000_000),
    "nested objects": repeated('{"a":', 5_000_000),
    "one word": repeated("x", 5_000_000),
    "quotes": repeated('"', 5_000_000),
    "backslashes": repeated("\\\n", 5_000_000),
    "prose": repeated(
        "org/name-7b at https://huggingface.co/a/b-7b, ollama run llama3 ", 5_000_000
    ),
    "assignments": numbered('M# = "Qwen/Qwen2-#B"\n', 5_000_000),
    "calls": numbered('f#(model="Qwen/Qwen2-#B", revision=x)\n', 5_000_000),
    "anchors": numbered("a#: &a# [*a#, *a#]\nmodel#: a/b-7b\n", 5_000_000),
    "indents": "".join(" " * (i % 900) + "k: v\n" for i in range(11_000)),
    "tables": repeated('[a.b]\nmodel = ["a/b-7b", "c/d-7b"]\n', 5_000_000),
    "options": repeated("--model a/b-7b --revision x ", 5_000_000),
    "addresses": repeated("https://huggingface.co/", 5_000_000),
    "templates": repeated("{{", 5_000_000),
    "sums": "x = " + repeated('"a"+', 5_000_000),
    "neighbours": repeated('{"provider":"ollama","model":"llama3"},', 5_000_000),
    "pins": repeated('{"model":"Qwen/Qwen2-7B","revision":"abc1234"},', 5_000_000),
    "empty lines": repeated("\n", 5_000_000),
    "arrays": repeated("MODELS=(a/b-7b ", 5_000_000),
    "escapes": repeated('\\"model\\": \\"a/b-7b\\" ', 5_000_000),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["a.py", "a.ipynb", "a.ts", "a.sh", "a.yaml", "a.json", "a.toml", "a.md", "a.html", "Dockerfile"])  # fmt: skip
@pytest.mark.parametrize("kind", LARGE)
def test_five_megabytes_of_anything(name: str, kind: str) -> None:
    """About two seconds of a processor each; the ceiling allows for a slow machine."""
    data = f"huggingface llama2 ollama revision\n{LARGE[kind]}\n{MODEL}".encode()
    start = time.process_time()
    result = engine.scan_bytes(name, data)
    assert time.process_time() - start < 10
    assert result.problem == ""
    seen = {m.text for m in result.mentions if m.text == "Qwen/Qwen2-7B"}
    dense = bool(result.cut)
    assert (
        dense
        or seen
        or name in ("a.ipynb", "a.md", "a.html", "Dockerfile", "a.json")
        or kind in OPEN
    )


OPEN = ("quotes", "escapes", "sums", "backslashes", "nested lists", "nested objects", "arrays", "templates")  # fmt: skip
"""Kinds that leave something open, so that what follows may be read as a part of it."""


def test_what_a_bound_cut_is_told_and_reviewed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """More hints than are looked at in one file: nobody knows what the rest holds, so it never passes as allowed."""
    known = 'model = "zai-org/GLM-4.7"\n'
    monkeypatch.chdir(tree(tmp_path, {"many.py": known * 60_000, "plain.py": "x = 1\n" * 400_000}))
    assert run("--format", "json") == 4
    made = json.loads(capsys.readouterr().out)
    assert made["verdict"] == "review"
    (told,) = made["bounded"]
    assert told.startswith("many.py: read to byte 1,0")
    for form, mark in (
        ("text", "review: many.py: read to byte"),
        ("github", "::warning file=many.py,title=weightlaw not read whole::"),
        ("gitlab", "weightlaw/not-read-whole"),
        ("junit", '<testsuite name="not read whole" tests="1" failures="1"'),
        ("sarif", "many.py: read to byte"),
        ("markdown", "Not read whole: many.py"),
    ):
        assert run("--format", form) == 4
        assert mark in " ".join(capsys.readouterr().out.split())


def test_a_file_beyond_every_bound_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A text is, a binary file is not."""
    monkeypatch.setattr(engine, "MAX_BYTES", 1000)
    scanned = scan_texts(tmp_path, {"a.py": "x = 1\n" * 1000, "b.py": b"\0" * 5000})
    assert [b.split(":")[0] for b in scanned.bounded] == ["a.py"]


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xfe" + MODEL.encode("utf-16-le"),
        b"\xef\xbb\xbf" + MODEL.encode(),
        b"# caf\xe9 \xff\xfe\n" + MODEL.encode(),
        MODEL.replace("\n", "\r\n").encode(),
        "# ü日本\n".encode() + MODEL.encode(),
    ],
)
def test_encodings(data: bytes) -> None:
    """UTF-16 with its mark, a BOM, Latin-1, line ends of Windows."""
    told = engine.scan_bytes("a.py", data).mentions
    assert [m.text for m in told] == ["Qwen/Qwen2-7B"]


def test_columns_count_characters() -> None:
    """Not bytes: an editor goes there."""
    told = engine.scan_bytes("a.py", 'é = "ü"; model = "Qwen/Qwen2-7B"'.encode()).mentions
    assert (told[0].line, told[0].column) == (1, 19)


def test_binary_files_are_skipped() -> None:
    """As git tells them."""
    assert engine.scan_bytes("a.py", b"\0" + MODEL.encode()).mentions == ()


def test_python_that_does_not_parse() -> None:
    """A broken file is read by its tokens."""
    text = f'def f(:\n{MODEL}m = AutoModel.from_pretrained("gpt2"\nprint "x"\n'
    assert [t for t, _ in mentions("a.py", text)] == ["Qwen/Qwen2-7B", "gpt2"]


def test_null_and_surrogates_do_not_fail() -> None:
    """What `ast` refuses falls back to the lexer."""
    assert engine.scan_bytes("a.py", b"x = 1\n" * 2000 + b"\0\n" + MODEL.encode()).problem == ""


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(NAMES), st.text(max_size=400), st.binary(max_size=200))
def test_any_text(name: str, text: str, data: bytes) -> None:
    """Whatever stands in a file: places lie inside it, and nothing is raised."""
    whole = b"huggingface\n" + text.encode("utf-8", "surrogatepass") + data + b"\n" + MODEL.encode()
    result = engine.scan_bytes(name, whole)
    assert result.problem == ""
    lines = whole.decode("utf-8", "replace").count("\n") + 1
    for mention in result.mentions:
        assert 1 <= mention.line <= lines
        assert mention.column >= 1


def test_every_kind_has_a_finder() -> None:
    """No name of the list is skipped."""
    assert all(finder_name(name) for name in NAMES)
