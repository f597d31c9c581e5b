"""A second reading of policies, slow and obvious: every rule looked up key by key, no code shared with the engine.

It works on the policy as written (a plain mapping) and answers with the verdict of the rules of the house and the names
of the rules that speak. Not known is None.
"""

from __future__ import annotations

import fnmatch
from datetime import date
from typing import Any

from weightlaw.domain.deployment import Deployment
from weightlaw.lineage.binding import Binding, Subject
from weightlaw.policy.about import About

ALLOWED, CONDITIONAL, REVIEW, DENIED = range(4)
EU = [
    "AT",
    "BE",
    "BG",
    "CY",
    "CZ",
    "DE",
    "DK",
    "EE",
    "ES",
    "FI",
    "FR",
    "GR",
    "HR",
    "HU",
    "IE",
    "IT",
    "LT",
    "LU",
    "LV",
    "MT",
    "NL",
    "PL",
    "PT",
    "RO",
    "SE",
    "SI",
    "SK",
]


def is_loose(binding: Binding) -> bool:
    return binding.entry.kind in ("family", "placeholder")


def is_read(binding: Binding) -> bool:
    return binding.entry.text is not None and not is_loose(binding)


def openness(binding: Binding) -> str | None:
    if is_loose(binding):
        return None
    if binding.entry.kind == "policy":
        if not is_read(binding):
            return None
        return "restricted" if binding.terms.use_restrictions else "unrestricted"
    if binding.entry.osi_approved:
        return "open-source"
    if not is_read(binding) or binding.terms.family is None:
        return None
    terms = binding.terms
    commercial = terms.commercial_use.value if terms.commercial_use else None
    if commercial == "no" or terms.family in ("non-commercial", "research-only"):
        return "non-commercial"
    if commercial != "yes":
        return "restricted"
    if terms.family in ("community", "responsible-use", "proprietary"):
        return "restricted"
    for threshold in terms.thresholds:
        if threshold.consequence != "attribution":
            return "restricted"
    if terms.territory or terms.use_restrictions or terms.non_compete:
        return "restricted"
    if terms.outputs and terms.outputs.train_other_models in ("no", "conditional", "unclear"):
        return "restricted"
    return "unrestricted"


def confidence(binding: Binding | None, subject: Subject) -> str:
    level = "high"
    order = ["low", "medium", "high"]
    if binding is None or not is_read(binding):
        level = "low"
    for gap in subject.gaps:
        if gap.kind == "text-not-read":
            level = "low"
        elif gap.kind in ("unread-clause", "modified-text"):
            level = order[min(order.index(level), 1)]
        elif gap.kind == "low-confidence":
            doubt = "low" if gap.confidence == "high" else gap.confidence
            level = order[min(order.index(level), order.index(doubt))]
    return level  # clauses of the catalogue were read by a person


def some(answers: list[bool | None], all_needed: bool) -> bool | None:
    if all_needed:
        if False in answers:
            return False
        return None if None in answers else True
    if True in answers:
        return True
    return None if None in answers else False


def country_in(country: str, wanted: list[str]) -> bool:
    return country in wanted or ("EU" in wanted and country in EU)


def key_holds(
    key: str, wanted: Any, binding: Binding | None, subject: Subject, about: About,
    deployment: Deployment, today: str, all_needed: bool,
) -> bool | None:  # fmt: skip
    loose = binding is None or is_loose(binding)
    policy = binding is not None and binding.entry.kind == "policy"
    if key == "licenses":
        return None if loose or binding is None else binding.entry.id in wanted
    if key == "osi_approved":
        return None if loose or binding is None else binding.entry.osi_approved == wanted
    if key == "families":
        if policy:
            return False
        known = binding is not None and is_read(binding) and binding.terms.family is not None
        return binding.terms.family in wanted if known and binding else None
    if key == "openness":
        word = None if binding is None else openness(binding)
        return None if word is None else word in wanted
    if key in ("developers", "countries", "lineage"):
        answers: list[bool | None] = []
        for maker in about.makers:
            if key == "lineage":
                answers.append(any(fnmatch.fnmatch(maker.id.lower(), w.lower()) for w in wanted))
            elif key == "developers":
                name = maker.developer
                hit = name is not None and any(
                    fnmatch.fnmatch(name.lower(), w.lower()) for w in wanted
                )
                answers.append(None if name is None else hit)
            else:
                answers.append(None if maker.country is None else country_in(maker.country, wanted))
        if any(
            g.kind in ("unknown-base", "unclear-lineage", "suspected-base") for g in subject.gaps
        ):
            answers.append(None)
        return some(answers, all_needed)
    if key == "models":
        return any(fnmatch.fnmatch(subject.id.lower(), w.lower()) for w in wanted)
    if key == "relations":
        relations = [
            None if b.relation == "unknown" else b.relation in wanted for b in subject.bases
        ]
        return some(relations, all_needed)
    if key == "modalities":
        if not subject.modalities:
            return None
        return some([m in wanted for m in subject.modalities], all_needed)
    if key == "gated":
        return None if subject.gated == "unknown" else (subject.gated != "no") == wanted
    if key == "unpinned":
        return bool((not about.pinned) == wanted)
    if key == "quantized":
        return None if about.quantization is None else (about.quantization != "full") == wanted
    if key == "cap_used_above":
        return cap_used(float(wanted.rstrip("%")) / 100, binding, deployment)
    if key == "facts_older_than":
        if not subject.as_of:
            return None
        age = (date.fromisoformat(today) - date.fromisoformat(subject.as_of)).days
        return age > int(wanted.split()[0])
    if key == "confidence_below":
        order = ["low", "medium", "high"]
        return order.index(confidence(binding, subject)) < order.index(wanted)
    if key == "uses":
        return some([u in wanted for u in deployment.uses], all_needed)
    if key == "commercial":
        return bool(deployment.commercial == wanted)
    if key == "fields":
        if not deployment.fields:
            return None
        return some([f in wanted for f in deployment.fields], all_needed)
    if key == "markets":
        if not deployment.markets:
            return None
        return some([country_in(m, wanted) for m in deployment.markets], all_needed)
    if key == "organization":
        return None if deployment.kind is None else deployment.kind in wanted
    raise AssertionError(key)


def cap_used(share: float, binding: Binding | None, deployment: Deployment) -> bool | None:
    if binding is None or not is_read(binding):
        return None
    answers: list[bool | None] = []
    for t in binding.terms.thresholds:
        if t.consequence == "attribution" or t.measured != "rolling":
            continue
        if t.commercial_only and not deployment.commercial:
            continue
        assert t.metric == "monthly_active_users", "the generated licences have caps on users only"
        of_product = t.whose in ("product", "user") and deployment.product_mau is not None
        if of_product:
            low: int | None = deployment.product_mau
            answers.append(low > t.value * share)  # type: ignore[operator]
            continue
        floor = max(deployment.product_mau or 0, deployment.dau or 0)
        if deployment.mau is None:
            answers.append(True if floor > t.value * share else None)
        else:
            users = max(deployment.mau, floor)
            answers.append(users > t.value * share)
    return some(answers, False)


def match_holds(match: Any, all_needed: bool, *case: Any) -> bool | None:
    if match == "any":
        return True
    binding, subject, about, deployment, today = case
    answers = [
        key_holds(key, wanted, binding, subject, about, deployment, today, all_needed)
        for key, wanted in match.items()
    ]
    return some(answers, True)


def condition_holds(
    tree: Any, binding: Binding | None, subject: Subject, about: About, d: Deployment
) -> bool | None:
    kind = tree[0]
    if kind == "and":
        return some([condition_holds(t, binding, subject, about, d) for t in tree[1:]], True)
    if kind == "or":
        return some([condition_holds(t, binding, subject, about, d) for t in tree[1:]], False)
    if kind == "not":
        inner = condition_holds(tree[1], binding, subject, about, d)
        return None if inner is None else not inner
    if kind == "metric":
        if binding is None or not is_read(binding):
            return None
        return any(t.metric == tree[1] for t in binding.terms.thresholds)
    if kind == "has":
        if binding is None or not is_read(binding):
            return None
        return bool(getattr(binding.terms, tree[1]))
    _, fact, sign, constant = tree
    value = fact_value(fact, binding, about, subject, d)
    if value is None:
        return None
    if sign == "==":
        return bool(value == constant)
    if sign == "in":
        return constant in value
    return bool(value > constant if sign == ">" else value < constant)


def fact_value(
    fact: str, binding: Binding | None, about: About, subject: Subject, d: Deployment
) -> Any:
    if fact == "license.family":
        known = binding is not None and is_read(binding)
        return binding.terms.family if known and binding else None
    if fact == "license.osi_approved":
        return None if binding is None or is_loose(binding) else binding.entry.osi_approved
    if fact == "model.country":
        return about.makers[0].country if about.makers else None
    if fact == "model.gated":
        return None if subject.gated == "unknown" else subject.gated
    if fact == "deployment.markets":
        return d.markets or None
    if fact == "deployment.commercial":
        return d.commercial
    if fact == "organization.monthly_active_users":
        return None if d.mau is None else max(d.mau, d.product_mau or 0)
    raise AssertionError(fact)


def rule_holds(rule: dict[str, Any], tree: Any, effect: str, *case: Any) -> bool | None:
    allow = effect == "allow"
    match = rule[effect]
    if allow and match != "any" and case[0] is not None and case[0].entry.kind == "policy":
        match = {k: v for k, v in match.items() if k not in ("licenses", "families")}
    answers = [match_holds(match, allow, *case)]
    if "unless" in rule:
        excepted = match_holds(rule["unless"], not allow, *case)
        answers.append(None if excepted is None else not excepted)
    if tree is not None:
        binding, subject, about, deployment, _ = case
        answers.append(condition_holds(tree, binding, subject, about, deployment))
    return some(answers, True)


def judge_house(
    policy: dict[str, Any],
    trees: dict[str, Any],
    subject: Subject,
    about: About,
    deployment: Deployment,
    today: str,
) -> tuple[int, set[str], bool]:
    """The verdict of the house's rules, who speaks, and whether a waiver lifts something."""
    spoken: dict[str, int] = {}
    own = [b for b in subject.bindings if b.entry.kind != "policy" and b.role == "license"]
    allows = []
    for name, rule in policy.get("rules", {}).items():
        effect = next(e for e in ("allow", "review", "deny") if e in rule)
        if effect == "allow":
            allows.append(name)
            continue
        names = {"licenses", "osi_approved", "openness"}
        named = rule[effect] != "any" and bool(names & set(rule[effect]))
        held = [b for b in subject.bindings if b.entry.kind != "policy" or named]
        bindings: list[Binding | None] = [*held, *([] if own else [None])]
        answers = [
            rule_holds(rule, trees.get(name), effect, b, subject, about, deployment, today)
            for b in bindings
        ]
        if True in answers:
            spoken[name] = DENIED if effect == "deny" else REVIEW
        elif None in answers:
            spoken[name] = REVIEW
    listed = 0
    for binding in [*subject.bindings, *([] if own else [None])] if allows else []:
        answers = [
            rule_holds(
                policy["rules"][n],
                trees.get(n),
                "allow",
                binding,
                subject,
                about,
                deployment,
                today,
            )
            for n in allows
        ]
        if True in answers:
            continue
        otherwise = REVIEW if policy.get("otherwise") == "review" else DENIED
        listed = max(listed, REVIEW if None in answers else otherwise)
    waived = False
    for waiver in policy.get("waivers", []):
        revision = waiver["revision"]
        fits = waiver["model"].lower() == subject.id.lower() and waiver["expires"] >= today
        fits = fits and (revision == "any" or (subject.revision or "").startswith(revision))
        if fits and waiver["rule"] in spoken:
            del spoken[waiver["rule"]]
            waived = True
    worst = max([listed, *spoken.values()])
    return max(worst, CONDITIONAL if waived else 0), set(spoken), waived
