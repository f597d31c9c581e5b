"""References as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weightlaw.errors import UsageError
from weightlaw.references.parsing import parse_reference


@pytest.mark.parametrize(
    ("text", "kind", "target", "revision"),
    [
        ("llama4", "name", "llama4", None),
        ("Llama 4 Scout", "name", "Llama 4 Scout", None),
        ("qwen2.5:72b", "name", "qwen2.5:72b", None),
        ("meta-llama/Llama-3.1-8B", "hub", "meta-llama/Llama-3.1-8B", None),
        ("meta-llama/Llama-3.1-8B@main", "hub", "meta-llama/Llama-3.1-8B", "main"),
        ("a/b@0123abc", "hub", "a/b", "0123abc"),
        ("hf://a/b@v1", "hub", "a/b", "v1"),
        ("hf://models/a/b", "hub", "a/b", None),
        ("https://huggingface.co/a/b", "hub", "a/b", None),
        ("https://huggingface.co/a/b/", "hub", "a/b", None),
        ("https://huggingface.co/a/b/tree/v2", "hub", "a/b", "v2"),
        ("https://huggingface.co/a/b/blob/main/LICENSE", "hub", "a/b", None),
        ("huggingface.co/a/b?library=x#y", "hub", "a/b", None),
        ("hf.co/a/b", "hub", "a/b", None),
    ],
)
def test_forms(text: str, kind: str, target: str, revision: str | None) -> None:
    """Aliases, ids with a revision, addresses."""
    found = parse_reference(text)
    assert (found.kind, found.target, found.revision) == (kind, target, revision)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "a" * 10_000,
        "https://huggingface.co/datasets/a/b",
        "https://example.com/a/b",
        "rm -rf / ;",
        "a\x00b",
        "a\nb/c",
        "::error::x",
        "hf://",
    ],
)
def test_refused(text: str) -> None:
    """One clear line, short and free of control characters."""
    with pytest.raises(UsageError) as caught:
        parse_reference(text)
    said = str(caught.value)
    assert len(said) < 250
    assert said.isprintable()


@given(st.text(max_size=400))
def test_any_text(text: str) -> None:
    """Nothing but UsageError comes out of arbitrary text."""
    try:
        parse_reference(text)
    except UsageError as error:
        assert str(error).isprintable()
