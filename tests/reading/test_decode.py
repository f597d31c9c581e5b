"""Bytes become text, or one clear reason."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weightlaw.errors import SourceError
from weightlaw.reading.decode import MAX_BYTES, UnreadableText, decode


def test_line_ends_are_those_of_read_text(tmp_path: Path) -> None:
    file = tmp_path / "LICENSE"
    file.write_bytes(b"one\r\ntwo\rthree\n")
    assert decode(file.read_bytes(), "LICENSE").raw == file.read_text(encoding="utf-8")


def test_a_byte_order_mark_is_counted_but_not_read() -> None:
    decoded = decode("\ufeffMIT".encode(), "LICENSE")
    assert decoded.text == "MIT"
    assert decoded.raw == "\ufeffMIT"
    assert decoded.span(0, 3) == (1, 4)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-8-sig"])
def test_texts_with_a_byte_order_mark(encoding: str) -> None:
    assert decode("Lizenz “ja” 许可".encode(encoding), "x").text == "Lizenz “ja” 许可"


@pytest.mark.parametrize(
    ("encoding", "text"),
    [("cp1252", "The “Licensor” – José"), ("gb18030", "本许可授予您版权许可。")],
)
def test_other_encodings_are_read_with_a_warning(encoding: str, text: str) -> None:
    decoded = decode(("first line\n" + text).encode(encoding), "LICENSE")
    assert decoded.text.endswith(text)
    assert decoded.warnings[0].startswith("LICENSE:2: not UTF-8")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x7fELF\x00\x01", "binary"),
        (bytes(range(1, 9)) * 40, "binary"),
        (b"PK\x03\x04zip", "ZIP"),
        (b"{\\rtf1 hello}", "RTF"),
        (b"version https://git-lfs.github.com/spec/v1\noid", "git lfs pull"),
        (b"x" * (MAX_BYTES + 1), "8 MB"),
        (b"%PDF-1.7 nonsense", "PDF"),
    ],
)
def test_what_is_no_text_has_one_clear_reason(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableText, match=reason) as caught:
        decode(data, "model.bin")
    assert isinstance(caught.value, SourceError)
    assert str(caught.value).startswith("model.bin: ")


def test_a_pdf_without_the_extra_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pypdf", None)
    with pytest.raises(UnreadableText, match=r"pip install weightlaw\[pdf-read\]"):
        decode(b"%PDF-1.7", "LICENSE.pdf")


def test_a_pdf_without_text_says_so() -> None:
    pypdf = pytest.importorskip("pypdf")
    writer, out = pypdf.PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    writer.write(out)
    with pytest.raises(UnreadableText, match="without a text layer"):
        decode(out.getvalue(), "LICENSE.pdf")


def test_html_becomes_text_and_leads_back() -> None:
    page = (
        "<!DOCTYPE html><html><head><title>T</title><script>if (a < b) no()</script>"
        "<style>p {}</style></head>\n<body><h1>Li<b>cense</b></h1><p>R&amp;D &ldquo;ok&rdquo;\n"
        "  and <i>more</i><br>next<!-- hidden --></p><ul><li>one</li><li>two</li></ul></body></html>"
    )
    decoded = decode(page.encode(), "x")
    assert decoded.kind == "html"
    lines = [line.strip() for line in decoded.text.split("\n") if line.strip()]
    assert lines == ["T", "License", "R&D “ok” and more", "next", "one", "two"]
    for word in ("cense", "ok", "more", "next", "two"):
        at = decoded.text.index(word)
        start, end = decoded.span(at, at + len(word))
        assert page[start:end] == word


def test_preformatted_lines_stay_lines() -> None:
    assert "a\n  b" in decode(b"<html><pre>a\n  b</pre></html>", "x").text


@pytest.mark.parametrize(
    "text", ["see <https://fsf.org/>\n<program> x", "a < b > c", "# T\n<br>\nx"]
)
def test_plain_text_with_angle_brackets_is_not_html(text: str) -> None:
    decoded = decode(text.encode(), "README.md")
    assert decoded.kind != "html"
    assert decoded.text == text


def test_front_matter_of_a_model_card_is_found() -> None:
    decoded = decode(b"---\nlicense: mit\n---\n# Card\n", "README.md")
    assert decoded.kind == "card"
    assert decoded.front_matter is not None
    assert decoded.text[slice(*decoded.front_matter)] == "---\nlicense: mit\n---\n"


@given(st.binary(max_size=400), st.sampled_from(["x", "x.md", "x.html"]))
def test_any_bytes_are_read_or_refused(data: bytes, name: str) -> None:
    try:
        decoded = decode(data, name)
    except UnreadableText:
        return
    last = 0
    for offset in range(len(decoded.text) + 1):
        here = decoded.to_raw(offset)
        assert last <= here <= len(decoded.raw)
        last = here


@given(st.text(alphabet="<>/p! -ab\n&;#x\"'=", max_size=80))
def test_any_html_is_read(body: str) -> None:
    decoded = decode(f"<html>{body}".encode(), "x.html")
    assert all(0 <= decoded.to_raw(n) <= len(decoded.raw) for n in range(len(decoded.text)))
