"""Compiles license_db/ and catalog/ into src/weightlaw/_data/ when the package is built or installed."""

from __future__ import annotations

import os
import sys
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileKnowledge(BuildHookInterface):  # type: ignore[type-arg]
    """The build's one extra step."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile before the files are collected; a wrong entry stops the build with its line."""
        if self.target_name != "wheel":
            return
        source = os.path.join(self.root, "src")
        sys.path.insert(0, source)
        try:
            from weightlaw.catalog.compiling import main

            main(self.root, os.path.join(source, "weightlaw", "_data", "knowledge.json"))
        finally:
            sys.path.remove(source)
