"""Ollama's names, and where its server and folder are."""

from __future__ import annotations

import pytest

from weightlaw.errors import UsageError
from weightlaw.sources.ollama_names import OllamaName, model_folders, parse_name, server_address


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("llama3.1", OllamaName(model="llama3.1")),
        ("ollama:llama3.1:8b", OllamaName(model="llama3.1", tag="8b")),
        ("ollama://llama4", OllamaName(model="llama4")),
        ("library/llama3.1", OllamaName(model="llama3.1")),
        ("user/model:q4", OllamaName(namespace="user", model="model", tag="q4")),
        ("registry.ollama.ai/library/phi4:14b", OllamaName(model="phi4", tag="14b")),
        ("https://ollama.com/library/deepseek-r1:8b", OllamaName(model="deepseek-r1", tag="8b")),
        ("https://ollama.com/user/model", OllamaName(namespace="user", model="model")),
        (
            "ollama:hf.co/bartowski/Llama-3.2-1B-GGUF:Q4_K_M",
            OllamaName(
                host="hf.co", namespace="bartowski", model="Llama-3.2-1B-GGUF", tag="Q4_K_M"
            ),
        ),
        (
            "localhost:5000/a/b:c",
            OllamaName(host="localhost:5000", namespace="a", model="b", tag="c"),
        ),
    ],
)
def test_names_are_completed_as_ollama_completes_them(text: str, expected: OllamaName) -> None:
    assert parse_name(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ollama:",
        "a/b/c/d",
        "../../etc/passwd",
        "a b",
        "a:b:c",
        "-x",
        "a/..",
        "x:..",
        "x:a/b",
        "é",
    ],
)
def test_what_is_no_name_is_a_usage_error(text: str) -> None:
    with pytest.raises(UsageError, match="is no Ollama name"):
        parse_name(text)


def test_ids_are_short_and_lead_back_to_the_name() -> None:
    for text in ("llama4", "llama3.1:8b", "user/model:q4", "hf.co/a/b:Q4_K_M"):
        assert parse_name(text).id == f"ollama:{text}"
        assert parse_name(parse_name(text).id) == parse_name(text)


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("", "http://127.0.0.1:11434"),
        ("0.0.0.0", "http://127.0.0.1:11434"),
        ("0.0.0.0:8080", "http://127.0.0.1:8080"),
        (":8080", "http://127.0.0.1:8080"),
        ("example.com", "http://example.com:11434"),
        ("http://example.com", "http://example.com:80"),
        ("https://example.com", "https://example.com:443"),
        ("https://example.com/ollama/", "https://example.com:443/ollama"),
        ("[::1]", "http://[::1]:11434"),
        ("[::1]:8080", "http://[::1]:8080"),
        ("::1", "http://[::1]:11434"),
        ("example.com:99999", "http://example.com:11434"),
        ('"10.0.0.1:1234"', "http://10.0.0.1:1234"),
    ],
)
def test_ollama_host_is_read_as_ollama_reads_it(stated: str, expected: str) -> None:
    assert server_address({"OLLAMA_HOST": stated}) == expected


def test_the_folder_is_the_stated_one_or_the_usual_ones() -> None:
    assert model_folders({"OLLAMA_MODELS": "/data/models"}) == ("/data/models",)
    assert model_folders({"HOME": "/home/x"})[0] == "/home/x/.ollama/models"
