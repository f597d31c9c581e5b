"""What a large policy costs: `python benchmarks/policy.py`.

Loading is the difference of cold checks without the policy, with it read anew, and with it from the user's cache, run in
turn so that the load of the machine touches all. Judging is 1,000 models of the catalogue under it, in one process.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time

RUNS = 30
CHECK = [sys.executable, "-I", "-m", "weightlaw.cli.main", "check", "glm-4.7", "--offline"]
HEAD = """\
version: 1
about: A policy of the size of a large company's.
extends:
  - pack: lawful-use
organization:
  name: Example
  kind: company
  headquarters: DE
  monthly_active_users: 40M
  counted_on: 2026-10-31
  growth: 2%/month
  users_at:
    2025-03: 31M
    2024-06: 20M
  annual_revenue: 40M EUR
  funding: 5M EUR
deployment: product-1
deployments:
"""
DEPLOYMENT = """\
  product-{n}:
    for: product {n}
    use: [feature]
    markets: [DE, AT, NO]
    fields: [general]
    monthly_active_users: {n}M
"""
RULES = """\
  no-copyleft-{n}:
    reason: Copyleft is not for product {n} (LEGAL-{n}).
    deny:
      licenses: [AGPL-3.0-only, GPL-3.0-only]
      deployments: [product-{n}]
    unless: {{uses: [internal]}}
  early-{n}:
    reason: Product {n} wants to know early.
    review: {{cap_used_above: 7{n}%, markets: [EU]}}
  conditions-{n}:
    reason: Product {n} cannot live with a standing cap on users.
    review: any
    when: >-
      deployment.name == "product-{n}" && terms.thresholds.exists(t, t.metric == "monthly_active_users"
      && organization.monthly_active_users > 0.{n} * t.value)
  makers-{n}:
    reason: These makers are for compliance.
    review: {{developers: [Example {n}*], countries: [KP, SY], models: ["acme-{n}/*"]}}
  sure-{n}:
    reason: Product {n} needs recent facts that are sure.
    review: {{facts_older_than: 2 years, confidence_below: medium, gated: true}}
"""
WAIVER = """\
  - model: org/model-{n}
    revision: any
    rule: WL201
    reason: separate licence obtained
    approver: General Counsel
    reference: CONTRACT-{n}
    expires: 2030-12-31
"""


def large_policy() -> str:
    """About 300 lines with deployments, rules of every kind, conditions and waivers."""
    parts = [HEAD, *(DEPLOYMENT.format(n=n) for n in range(1, 9)), "rules:\n"]
    parts += [RULES.format(n=n) for n in range(1, 9)]
    parts += ["waivers:\n", *(WAIVER.format(n=n) for n in range(1, 9))]
    return "".join(parts)


def once(command: list[str], **more: str) -> float:
    """Wall time of one run in milliseconds, with these variables set."""
    start = time.perf_counter()
    subprocess.run(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env=os.environ | more,
    )
    return (time.perf_counter() - start) * 1000


def loading(path: str) -> tuple[float, float, float]:
    """Medians of a bare check, of one that reads the policy and of one that finds it in the cache, in milliseconds."""
    with_policy = [*CHECK, "--policy", path]
    once(CHECK), once(with_policy)
    rounds = [
        (once(CHECK), once(with_policy, WEIGHTLAW_NO_CACHE="1"), once(with_policy))
        for _ in range(RUNS)
    ]
    bare, read, kept = (statistics.median(column) for column in zip(*rounds, strict=True))
    return bare, read, kept


def judging(path: str, models: int = 1000) -> float:
    """Seconds to judge so many models of the catalogue, facts and licences already at hand."""
    from weightlaw.catalog.store import load
    from weightlaw.checking import cases
    from weightlaw.policy.judging import judge
    from weightlaw.policy.policyfile import load_policy

    policy = load_policy(path, load(), today="2026-11-24")
    known = cases(load().model_ids())
    wanted = [known[n % len(known)] for n in range(models)]
    judge(wanted[0][0], policy.deployment, policy.house, wanted[0][1])
    start = time.perf_counter()
    for subject, about in wanted:
        judge(subject, policy.deployment, policy.house, about)
    return time.perf_counter() - start


def main() -> None:
    """Print what is promised: at most 20 ms to load, less than a second for 1,000 models."""
    for name in ("PYTHONDONTWRITEBYTECODE", "CI", "WEIGHTLAW_NO_CACHE"):
        os.environ.pop(name, None)
    text = large_policy()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "weightlaw.yaml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.environ["XDG_CACHE_HOME"] = folder
        bare, read, kept = loading(path)
        print(f"policy of {text.count(chr(10))} lines, {text.count('reason:') - 8} rules")
        print(f"bare check {bare:.1f} ms")
        print(f"with the policy, read anew {read:.1f} ms: {read - bare:.1f} ms more")
        print(f"with the policy, from the cache {kept:.1f} ms: {kept - bare:.1f} ms more")
        print(f"1,000 models judged in {judging(path):.2f} s")


if __name__ == "__main__":
    main()
