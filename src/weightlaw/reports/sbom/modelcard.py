"""The modelCard object of CycloneDX, as plain data: what is known of a model, its limits, and what must be heeded."""

from __future__ import annotations

from typing import Any

from weightlaw.reports.sbom.view import Node


def card_of(node: Node) -> dict[str, Any]:
    """The card; a part of which nothing is known is left out."""
    parts = {
        "bom-ref": f"{node.key}-card",
        "modelParameters": _parameters(node),
        "considerations": _considerations(node),
        "properties": _properties(node),
    }
    return {key: value for key, value in parts.items() if value}


def _parameters(node: Node) -> dict[str, Any]:
    found = {
        "architectureFamily": node.architecture_family,
        "modelArchitecture": ", ".join(node.architectures),
        "datasets": [{"ref": key} for key in node.datasets],
    }
    return {key: value for key, value in found.items() if value}


def _considerations(node: Node) -> dict[str, Any]:
    """Restrictions are limitations or, where they forbid uses, risks; findings say what they mean for one deployment."""
    limits = [n.text for n in node.of("restriction") if not n.ethical]
    found = [n.whole for n in node.of("finding", "unknown")]
    risks = [{"name": n.text} for n in node.of("restriction") if n.ethical]
    parts = {
        "technicalLimitations": list(dict.fromkeys(limits + found)),
        "ethicalConsiderations": risks,
    }
    return {key: value for key, value in parts.items() if value}


def _properties(node: Node) -> list[dict[str, str]]:
    facts = {
        "modalities": ", ".join(node.modalities),
        "parameters": node.parameters,
        "quantization": node.quantization,
        "verdict": node.verdict,
    }
    return [{"name": f"weightlaw:{k}", "value": v} for k, v in facts.items() if v]
