"""Files that were made to hurt: they are read in bounded time, told, and change nothing."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.scanning.shared import found, mentions, scan_texts
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
    """A file over five megabytes is looked at for its name only; one below it is read, in whatever lines."""
    scanned = scan_texts(
        tmp_path, {"big.py": MODEL + "x" * 10_000_000, "line.js": "x" * 4_000_000 + ";" + MODEL}
    )
    assert [f for f, _, _ in found(scanned)] == ["line.js"]


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
