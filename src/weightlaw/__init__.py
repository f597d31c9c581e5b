"""weightlaw: may we deploy this open-weight model, like this, at this size, here?

    from weightlaw import Deployment, check
    report = check("llama4", Deployment(mau=900_000_000))
    print(report.verdict, report.models[0].findings[0].message)

Typed values in, typed values out; nothing is printed and nothing exits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from weightlaw import version

if TYPE_CHECKING:
    from weightlaw.checking import check as check
    from weightlaw.domain.deployment import Deployment as Deployment
    from weightlaw.domain.findings import CheckReport as CheckReport
    from weightlaw.domain.quantities import Money as Money
    from weightlaw.domain.verdict import Verdict as Verdict
    from weightlaw.errors import WeightlawError as WeightlawError
    from weightlaw.policy.policyfile import load_policy as load_policy
    from weightlaw.reading.examining import read as read

__version__ = version.VERSION

_PLACES = {
    "check": "weightlaw.checking",
    "CheckReport": "weightlaw.domain.findings",
    "Deployment": "weightlaw.domain.deployment",
    "Money": "weightlaw.domain.quantities",
    "Verdict": "weightlaw.domain.verdict",
    "WeightlawError": "weightlaw.errors",
    "load_policy": "weightlaw.policy.policyfile",
    "read": "weightlaw.reading.examining",
}
__all__ = ["__version__", *_PLACES]


def __getattr__(name: str) -> Any:
    """Imported when first asked for, so that `import weightlaw` costs nothing."""
    if name not in _PLACES:
        raise AttributeError(f"module 'weightlaw' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_PLACES[name]), name)
