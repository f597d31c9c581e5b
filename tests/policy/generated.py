"""Generated policies, models and deployments, with conditions as trees that both readings understand."""

from __future__ import annotations

from random import Random
from typing import Any

from weightlaw.catalog.store import load
from weightlaw.domain.deployment import USES, Deployment
from weightlaw.domain.models import Base
from weightlaw.lineage.binding import Binding, Gap, Subject
from weightlaw.policy.about import About, Maker

TODAY = "2026-11-24"
LICENSES = [
    "MIT", "Apache-2.0", "AGPL-3.0-only", "CC-BY-NC-4.0", "TORQUE-1.1", "LicenseRef-weightlaw-llama-4",
    "LicenseRef-weightlaw-qwen-2024", "LicenseRef-weightlaw-llama-4-use-policy", "LicenseRef-weightlaw-tag-gpl",
    "LicenseRef-weightlaw-bigscience-openrail-m",
]  # fmt: skip
FAMILIES = ["permissive", "copyleft", "community", "non-commercial", "responsible-use"]
OPENNESS = ["open-source", "unrestricted", "restricted", "non-commercial"]
COUNTRIES = ["DE", "US", "CN", "FR"]
MODELS = ["acme/one", "acme/two", "other/three"]
COMMIT = "0123456789abcdef0123456789abcdef01234567"
METRICS = ["monthly_active_users", "annual_revenue"]


def some_of(r: Random, values: Any, most: int = 2) -> list[Any]:
    return r.sample(list(values), r.randint(1, min(most, len(values))))


def match(r: Random, growing: bool) -> Any:
    """A match of one to three keys, or anything."""
    if r.random() < 0.1:
        return "any"
    keys: dict[str, Any] = {
        "licenses": some_of(r, LICENSES, 3),
        "families": some_of(r, FAMILIES),
        "osi_approved": r.random() < 0.5,
        "openness": some_of(r, OPENNESS),
        "developers": some_of(r, ["Acme*", "Other", "Nobody"]),
        "countries": some_of(r, [*COUNTRIES, "EU"]),
        "models": some_of(r, ["acme/*", *MODELS]),
        "lineage": some_of(r, ["acme/*", *MODELS]),
        "relations": some_of(r, ["finetune", "quantized", "merge"]),
        "modalities": some_of(r, ["text", "image"]),
        "gated": r.random() < 0.5,
        "unpinned": r.random() < 0.5,
        "quantized": r.random() < 0.5,
        "facts_older_than": f"{r.choice([30, 180, 400])} days",
        "confidence_below": r.choice(["medium", "high"]),
        "uses": some_of(r, USES),
        "commercial": r.random() < 0.5,
        "fields": some_of(r, ["general", "medical"]),
        "markets": some_of(r, [*COUNTRIES, "EU"]),
        "organization": some_of(r, ["company", "university"]),
    }
    if growing:
        keys["cap_used_above"] = f"{r.choice([10, 50, 90])}%"
    return {key: keys[key] for key in r.sample(sorted(keys), r.randint(1, 3))}


def tree(r: Random, effect: str, depth: int = 0, positive: bool = True) -> Any:
    """A condition; facts that grow stand only where they may."""
    kind = r.choice(["and", "or", "not", "leaf", "leaf", "leaf"]) if depth < 3 else "leaf"
    if kind in ("and", "or"):
        return (kind, *(tree(r, effect, depth + 1, positive) for _ in range(2)))
    if kind == "not":
        return (kind, tree(r, effect, depth + 1, not positive))
    stricter = (effect != "allow") == positive
    leaves: list[Any] = [
        ("is", "license.family", "==", r.choice(FAMILIES)),
        ("is", "license.osi_approved", "==", r.random() < 0.5),
        ("is", "model.country", "==", r.choice(COUNTRIES)),
        ("is", "model.gated", "==", r.choice(["no", "manual"])),
        ("is", "deployment.commercial", "==", r.random() < 0.5),
        ("metric", r.choice(METRICS)),
        ("has", r.choice(["territory", "use_restrictions", "outputs", "thresholds"])),
        (
            "is",
            "organization.monthly_active_users",
            ">" if stricter else "<",
            r.choice([10, 10**7]),
        ),
    ]
    if stricter:
        leaves.append(("is", "deployment.markets", "in", r.choice(COUNTRIES)))
    return r.choice(leaves)


def cel(node: Any) -> str:
    """A tree in CEL."""
    kind = node[0]
    if kind in ("and", "or"):
        return f"({cel(node[1])} {'&&' if kind == 'and' else '||'} {cel(node[2])})"
    if kind == "not":
        return f"!({cel(node[1])})"
    if kind == "metric":
        return f'terms.thresholds.exists(t, t.metric == "{node[1]}")'
    if kind == "has":
        return f"has(terms.{node[1]})"
    _, fact, sign, constant = node
    word = str(constant).lower() if isinstance(constant, bool | int) else f'"{constant}"'
    return f"{word} in {fact}" if sign == "in" else f"{fact} {sign} {word}"


def policy(r: Random) -> tuple[dict[str, Any], dict[str, Any]]:
    """A policy as written, and the trees of its conditions by rule."""
    rules: dict[str, Any] = {}
    trees: dict[str, Any] = {}
    for number in range(r.randint(1, 5)):
        name, effect = f"rule-{number}", r.choice(["deny", "review", "allow"])
        rule: dict[str, Any] = {"reason": "Because.", effect: match(r, effect != "allow")}
        if r.random() < 0.3:
            unless = match(r, effect == "allow")
            if unless != "any":
                rule["unless"] = unless
        if r.random() < 0.4:
            trees[name] = tree(r, effect)
            rule["when"] = cel(trees[name])
        rules[name] = rule
    made: dict[str, Any] = {"rules": rules, "otherwise": r.choice(["deny", "review"])}
    if r.random() < 0.3:
        made["waivers"] = [waiver(r, n) for n in r.sample(sorted(rules), 1)]
    return made, trees


def waiver(r: Random, rule: str) -> dict[str, str]:
    return {
        "model": r.choice(MODELS), "revision": r.choice(["any", COMMIT[:12], "fedcba9"]), "rule": rule,
        "reason": "r", "approver": "a", "reference": "x", "expires": r.choice(["2026-11-23", TODAY, "2027-01-01"]),
    }  # fmt: skip


def model(r: Random) -> tuple[Subject, About]:
    """A model under one or two licences, or none."""
    catalog = load()
    entries = [catalog.license(i) for i in r.sample(LICENSES, r.choice([0, 1, 1, 1, 2]))]
    kinds: list[Any] = r.choice(
        [[], [], ["unknown-base"], ["low-confidence"], ["unread-clause"], ["text-not-read"]]
    )
    bases = tuple(
        Base(id=m, relation=r.choice(["finetune", "quantized", "unknown"]))
        for m in r.sample(MODELS[1:], r.choice([0, 0, 1, 2]))
    )
    role: Any = r.choice(["license", "license", "base"])
    if role == "base" or not any(e and e.kind != "policy" for e in entries):
        kinds = [*kinds, "no-license"]  # as the lineage tells it
    subject = Subject(
        id=r.choice([MODELS[0], MODELS[2]]),
        bindings=tuple(Binding(entry=e, terms=e.facts, role=role) for e in entries if e),
        gaps=tuple(Gap(kind=k, text="a gap") for k in kinds),
        bases=bases,
        modalities=r.choice([(), ("text",), ("text", "image")]),
        gated=r.choice(["unknown", "no", "manual"]),
        revision=r.choice([None, COMMIT]),
        as_of=r.choice(["", "2026-11-01", "2026-07-01", "2025-01-01"]),
    )
    makers = tuple(
        Maker(i, r.choice([None, "Acme Corp", "Other"]), r.choice([None, *COUNTRIES]))
        for i in (subject.id, *(b.id for b in bases))
    )
    quantization = r.choice([None, "full", "Q4_K_M"])
    return subject, About(makers=makers, quantization=quantization, pinned=r.random() < 0.5)


def deployment(r: Random) -> Deployment:
    return Deployment(
        uses=tuple(some_of(r, USES)),
        commercial=r.random() < 0.7,
        headquarters=r.choice([None, "DE", "US"]),
        markets=tuple(r.sample(COUNTRIES, r.choice([0, 1, 2]))),
        mau=r.choice([None, 5, 2 * 10**7, 6 * 10**7, 2 * 10**8]),
        product_mau=r.choice([None, None, 4 * 10**7]),
        kind=r.choice([None, "company", "university"]),
        fields=tuple(r.sample(["general", "medical"], r.choice([0, 1]))),
    )
