"""The generated pages on policies: every key from the schema, every word of conditions, one page a pack."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from weightlaw import plainyaml
from weightlaw.policy import packs
from weightlaw.policy.policyshape import json_schema
from weightlaw.policy.vocabulary import Kind, names

_TITLES = {
    "PolicyYaml": "The file",
    "Organization": "organization",
    "Plan": "deployment, and each of deployments",
    "Displayed": "displayed",
    "Preferences": "licenses, families",
    "RuleYaml": "rules: each rule",
    "Matching": "deny, review, allow, unless: what a rule is about",
    "WaiverYaml": "waivers",
    "KeptYaml": "duties_kept",
    "Extends": "extends",
}
_TYPES = {
    "string": "text",
    "integer": "number",
    "boolean": "true or false",
    "null": "",
    "number": "number",
}


def pages() -> dict[str, str]:
    """Path below docs/ -> text."""
    found = {"policy-reference.md": _reference()}
    rows = ["# Ready policies", "", "Start with `weightlaw policy init --pack NAME`.", ""]
    for name in packs.pack_names():
        data = _read(packs.pack_path(name))
        found[f"packs/{name}.md"] = _pack(name, data)
        rows.append(f"- [{name}]({name}.md): {data['about'].split('. ')[0].rstrip('.')}.")
    return {**found, "packs/README.md": "\n".join(rows) + "\n"}


def _read(path: str) -> Any:
    with open(path, encoding="utf-8") as file:
        return plainyaml.parse(file.read(), path).data


def _reference() -> str:
    schema = json_schema()["$defs"]
    lines = [
        "# Every key of a policy",
        "",
        "Made from the schema ([weightlaw.schema.json](weightlaw.schema.json)). How to write a policy step by step: "
        "[policy.md](policy.md).",
    ]
    for name, title in _TITLES.items():
        lines += ["", f"## {title}", "", " ".join(schema[name].get("description", "").split()), ""]
        lines += ["| key | value | meaning |", "|---|---|---|"]
        required = set(schema[name].get("required", ()))
        for key, value in schema[name]["properties"].items():
            must = " **required**" if key in required else ""
            lines.append(f"| `{key}` | {_type(value)}{must} | {value.get('description', '')} |")
    return "\n".join([*lines, "", *_conditions()]) + "\n"


def _type(value: dict[str, Any]) -> str:
    """A schema's type in words."""
    if "enum" in value:
        return " ".join(f"`{v}`" for v in value["enum"] if v is not None)
    if "anyOf" in value:
        parts = dict.fromkeys(_type(v) for v in value["anyOf"])
        return " or ".join(p for p in parts if p)
    if "$ref" in value:
        name = value["$ref"].rsplit("/", 1)[-1]
        return f"see {_TITLES[name]}"
    if value.get("type") == "array":
        return f"list of {_type(value['items'])}" if value.get("items") else "list"
    if value.get("type") == "object":
        inner = value.get("additionalProperties")
        return f"by name: {_type(inner)}" if isinstance(inner, dict) else "mapping"
    return _TYPES.get(str(value.get("type")), "")


_GRAMMAR = """\
## when: conditions in CEL

A condition is written in the [Common Expression Language](https://cel.dev), as far as it is needed here: `&& || !`,
`== != < <= > >=`, `+ - * / %`, `in`, `test ? yes : no`, lists `[a, b]`, `has(terms.x)`, `list.size()`,
`list.exists(x, condition)`, `list.all(...)`, `list.exists_one(...)`, and for texts `startsWith`, `endsWith`, `contains`.
Numbers are one kind: `7 / 2` is 3.5.

- Held against each licence that binds the model, one after the other: `license` and `terms` are that licence's.
- A fact that is not known makes the condition undecided, and the rule then says review; it is never taken as false.
- Facts marked *grows* rise with the organization, its markets or the model's bases. In `deny` and `review` they may only stand
  where more of them lets the rule speak (`>`, `>=`, `exists`, `in`), in `allow` only where more of them stops it (`<`, `<=`,
  `all`): so no growth ever makes an answer milder. What does not keep to this is refused when the policy loads.
- At most 2,000 characters, 250 parts, 24 levels and three lists within each other; 20,000 steps, after which it is undecided.
"""


def _conditions() -> Iterator[str]:
    yield _GRAMMAR
    for name, kind in names().items():
        yield f"### {name}"
        yield ""
        yield f"{kind.about[0].upper()}{kind.about[1:]}."
        yield ""
        yield "| name | type | meaning |"
        yield "|---|---|---|"
        yield from _rows(name, kind)
        yield ""


def _rows(prefix: str, kind: Kind) -> Iterator[str]:
    """One line a fact, those of objects and of lists of objects below it."""
    for name, field in kind.fields:
        grows = " *grows*" if field.grows else ""
        yield f"| `{prefix}.{name}` | {_kind(field)}{grows} | {field.about} |"
        inner = field.of if field.of is not None and field.of.fields else field
        if inner.fields:
            suffix = "[x]" if field.name == "list" else ""
            yield from _rows(f"{prefix}.{name}{suffix}", inner)


def _kind(kind: Kind) -> str:
    if len(kind.values) > 20:
        return "text, of a closed list"
    if kind.values:
        return " ".join(f"`{v}`" for v in kind.values)
    if kind.name == "list" and kind.of:
        return f"list of {_kind(kind.of)}"
    return {"truth": "true or false"}.get(kind.name, kind.name)


def _pack(name: str, data: Any) -> str:
    """For whom it is, and every rule with its reason."""
    lines = [
        f"# {name}",
        "",
        data["about"],
        "",
        "```sh",
        f"weightlaw policy init --pack {name}",
        "```",
        "",
    ]
    for item in data.get("extends", ()):
        base = item["pack"]
        lines += [f"It builds on [{base}]({base}.md).", ""]
    lines += ["| rule | says | because | what to do |", "|---|---|---|---|"]
    for rule, body in data["rules"].items():
        effect = next(e for e in ("deny", "review", "allow") if e in body)
        lines.append(f"| `{rule}` | {effect} | {body['reason']} | {body.get('do', '')} |")
    otherwise = data.get("otherwise", "deny")
    if any("allow" in body for body in data["rules"].values()):
        lines += ["", f"What no rule allows: {otherwise}."]
    more = f"The policy is `policies/{name}.yaml`, its tests are `policies/{name}.tests.yaml`; "
    lines += [
        "",
        f"{more}`weightlaw policy test {name}` runs them. A rule is switched off in your own policy with",
        "",
    ]
    first = next(iter(data["rules"]))
    lines += [
        "```yaml",
        "rules:",
        f"  {first}:",
        "    reason: why you do without it",
        "    off: true",
        "```",
    ]
    return "\n".join(lines) + "\n"
