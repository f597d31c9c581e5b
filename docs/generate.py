"""Makes the generated pages of docs/ from the code: `python docs/generate.py`. A test holds them equal.

Rule pages, the command line's help, and the JSON Schemas of what weightlaw reads and writes.
"""

from __future__ import annotations

import json
import os
from importlib import import_module
from inspect import cleandoc
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def pages() -> dict[str, str]:
    """Path below docs/ -> text."""
    from weightlaw.policy.policydocs import pages as policy_pages
    from weightlaw.policy.policyfile import json_schema as policy_schema
    from weightlaw.reports.json_report import json_schema as check_schema
    from weightlaw.reports.notices.view import json_schema as notices_schema
    from weightlaw.reports.procurement.json import json_schema as report_schema
    from weightlaw.reports.procurement.mdf import json_schema as mdf_schema
    from weightlaw.reports.rank_report import json_schema as rank_schema
    from weightlaw.reports.scan_json import json_schema as scan_schema
    from weightlaw.reports.scores_report import json_schema as scores_schema
    from weightlaw.reports.verify_report import json_schema as verify_schema
    from weightlaw.trial.documents.json import json_schema as trial_report_schema
    from weightlaw.trial.documents.route import json_schema as trial_route_schema
    from weightlaw.trial.summary import json_schema as trial_run_schema
    from weightlaw.trial.trialfile import json_schema as trial_schema

    return {
        "check.schema.json": _json(check_schema()),
        "weightlaw.schema.json": _json(policy_schema()),
        "rank.schema.json": _json(rank_schema()),
        "scan.schema.json": _json(scan_schema()),
        "scores.schema.json": _json(scores_schema()),
        "verify.schema.json": _json(verify_schema()),
        "mdf.schema.json": _json(mdf_schema()),
        "report.schema.json": _json(report_schema()),
        "notices.schema.json": _json(notices_schema()),
        "trial.schema.json": _json(trial_schema()),
        "trial-run.schema.json": _json(trial_run_schema()),
        "trial-report.schema.json": _json(trial_report_schema()),
        "trial-route.schema.json": _json(trial_route_schema()),
        **policy_pages(),
        "commands.md": _commands(),
        **_rules(),
    }


def _json(value: Any) -> str:
    return json.dumps(_clean(value), indent=2, ensure_ascii=False) + "\n"


def _clean(value: Any) -> Any:
    """Descriptions come from docstrings, whose indentation Python 3.13 strips and 3.11 keeps."""
    if isinstance(value, dict):
        return {
            k: cleandoc(v) if k == "description" and isinstance(v, str) else _clean(v)
            for k, v in value.items()
        }
    return [_clean(v) for v in value] if isinstance(value, list) else value


def _rules() -> dict[str, str]:
    from weightlaw.policy.rules import all_rules

    found = {}
    lines = ["# Rules", "", "Each rule is one file in `src/weightlaw/policy/rules/`.", ""]
    for rule in all_rules().values():
        lines.append(f"- [{rule.id} {rule.name}]({rule.id}-{rule.name}.md): {rule.title}")
        facts = ", ".join(f"`{f}`" for f in rule.facts) or "what is known of the licence itself"
        found[f"rules/{rule.id}-{rule.name}.md"] = (
            f"# {rule.id} {rule.name}\n\n{rule.title}\n\n**Why.** {rule.why}\n\n"
            f"**What to do.** {rule.remedy}\n\nSeverity: {rule.severity}. Reads: {facts}.\n"
        )
    return {"rules/README.md": "\n".join(lines) + "\n", **found}


def _commands() -> str:
    from weightlaw.cli import main

    os.environ["COLUMNS"] = "100"
    parts = ["# Commands", "", "```", main.help_text(), "```", ""]
    for command in main.COMMANDS:
        text = import_module(f"weightlaw.cli.{command}").parser().format_help()
        parts += [f"## weightlaw {command}", "", "```", text.rstrip(), "```", ""]
    return "\n".join(parts)


def main() -> None:
    """Write all pages, and remove rule pages of rules that are gone."""
    made = pages()
    for old in (HERE / "rules").glob("*.md"):
        if f"rules/{old.name}" not in made:
            old.unlink()
    for name, text in made.items():
        target = HERE / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
