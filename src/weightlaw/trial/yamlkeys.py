"""What each key of the candidates' YAML means, for its JSON Schema: the docstrings of the values, and the rest here."""

from __future__ import annotations

import ast
import inspect
from typing import Any

WORDS: dict[str, dict[str, str]] = {
    "TrialYaml": {
        "version": "Of this file's form: 1.",
        "candidates": "Two or more models, each behind an endpoint.",
        "name": "A name for the trial, in its reports.",
        "policy": "A policy for the licence verdict and the number of users; a path beside this file. Left out: the "
        "weightlaw.yaml found where `trial init` runs. Empty: none.",
    },
    "Candidate": {
        "name": "What you call it. Judges never see it.",
        "openness": "open: its weights are public, and its licence is checked before a token is spent.",
        "key_env": "Name of the environment variable that holds the key. Never the key itself.",
        "temperature": "Sent as it is; null leaves it to the endpoint.",
        "seed": "Sent with the request; a second answer to a prompt is asked with the next one.",
        "max_tokens": "Most tokens of an answer; left out: the endpoint's own limit.",
        "price": "USD a million tokens; left out: the catalogue's list price, where there is just one.",
    },
    "Price": {
        "input": "USD a million input tokens.",
        "output": "USD a million output tokens.",
        "source": "Where the price is from.",
        "date": "UTC day of the price.",
    },
}


def described(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with a description at each key, and the keys in kebab case."""
    said = _docstrings()
    said["TrialYaml"] = {**said.get("Settings", {}), **WORDS["TrialYaml"]}
    for name, definition in schema["$defs"].items():
        words = {**said.get(name, {}), **WORDS.get(name, {})}
        properties = definition.get("properties", {})
        for key, value in properties.items():
            value["description"] = words[key]
        definition["properties"] = {k.replace("_", "-"): v for k, v in properties.items()}
        definition["required"] = [k.replace("_", "-") for k in definition.get("required", [])]
    return schema


def _docstrings() -> dict[str, dict[str, str]]:
    """Class -> field -> the text under it in the source."""
    from weightlaw.trial import values

    found: dict[str, dict[str, str]] = {}
    for node in ast.parse(inspect.getsource(values)).body:
        if isinstance(node, ast.ClassDef):
            pairs = zip(node.body, node.body[1:], strict=False)
            found[node.name] = {
                field.target.id: " ".join(str(text.value.value).split())
                for field, text in pairs
                if isinstance(field, ast.AnnAssign)
                and isinstance(field.target, ast.Name)
                and isinstance(text, ast.Expr)
                and isinstance(text.value, ast.Constant)
            }
    return found
