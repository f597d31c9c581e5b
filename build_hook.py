"""Prepares src/weightlaw/_data/ when the package is built or installed: the knowledge compiled from license_db/
and catalog/, and copies of the other data folders, so that a wheel holds all that a checkout has."""

from __future__ import annotations

import os
import shutil
import sys
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

COPIED = ("policies", "templates", "license_db/fingerprints")


class CompileKnowledge(BuildHookInterface):  # type: ignore[type-arg]
    """The build's one extra step."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile before the files are collected; a wrong entry stops the build with its line."""
        if self.target_name != "wheel":
            return
        source = os.path.join(self.root, "src")
        data = os.path.join(source, "weightlaw", "_data")
        shutil.rmtree(data, ignore_errors=True)
        sys.path.insert(0, source)
        try:
            from weightlaw.catalog.compiling import main as compile_knowledge
            from weightlaw.scores.compiling import main as compile_scores

            compile_knowledge(self.root, os.path.join(data, "knowledge.json"))
            compile_scores(self.root, os.path.join(data, "scores.json"))
        finally:
            sys.path.remove(source)
        for folder in COPIED if version != "editable" else ():
            shutil.copytree(os.path.join(self.root, folder), os.path.join(data, folder))
        if version != "editable":
            shutil.copy(os.path.join(self.root, "catalog", "quantization.tsv"), data)
