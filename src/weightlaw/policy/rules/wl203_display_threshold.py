"""WL203 display-threshold."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.domain.findings import DutyItem
from weightlaw.domain.terms import Display
from weightlaw.lineage.binding import Binding
from weightlaw.policy.case import Case, Outcome, Rule
from weightlaw.policy.rules.sizes import State, combined, groups, size

RULE = Rule(
    id="WL203",
    name="display-threshold",
    title="Above a size, the product must display a name.",
    why="Some otherwise permissive licences ask large products to show the model's name. The size takes "
    "away no right: it only calls for the display.",
    remedy="Display the string where the licence asks for it.",
    severity="medium",
    facts=(
        "thresholds",
        "attribution_display",
    ),
)


def check(case: Case) -> Iterator[Outcome]:
    """The display duty: due above the size, with an `if` where the size is not known."""
    for binding, tested in groups(case, attribution=True):
        state = combined(tested)
        if state is State.BELOW:
            continue
        joint = " and " if tested[0].threshold.combine == "all" else " or "
        limit = joint.join(size(t.threshold) for t in tested)
        condition = f"if you are above {limit}" if state is State.UNKNOWN else ""
        for display in binding.terms.attribution_display:
            if "threshold" in display.when:
                yield _duty(binding, display, condition)


def _duty(binding: Binding, display: Display, condition: str) -> DutyItem:
    where = f" ({display.where})" if display.where else ""
    text = f'Display "{display.text}"{where}.'
    return RULE.duty(
        binding, display, text, where=display.where, display=display.text, condition=condition
    )
