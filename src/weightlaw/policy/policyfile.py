"""The organization's `weightlaw.yaml`: found, read with everything it extends, and turned into values."""

from __future__ import annotations

import os
from typing import Any

from weightlaw.catalog.store import Catalog, load
from weightlaw.errors import DataError
from weightlaw.policy.extends import (
    Layer,
    Merged,
    Reach,
    from_disk,
    in_order,
    layers_of,
    read_layers,
)
from weightlaw.policy.policy import Policy
from weightlaw.policy.policyreading import read_policy
from weightlaw.policy.policyshape import check_shape, joined
from weightlaw.policy.waivers import Waiver


def load_policy(
    path: str, catalog: Catalog | None = None, *, today: str = "", reach: Reach | None = None
) -> Policy:
    """Read and check a policy file on the UTC day `today`.

    Raises DataError with all its problems, UsageError if it is not there.
    """
    reach = reach or from_disk()
    return policy_of(read_layers(path, reach), catalog or load(), today, reach)


def parse_policy(
    text: str, name: str, catalog: Catalog, *, today: str = "", reach: Reach | None = None
) -> Policy:
    """A policy from its text. Raises DataError with all problems, each with line and column."""
    reach = reach or from_disk(offline=True)
    layers = layers_of(text, name, reach, os.path.dirname(name))
    return policy_of(layers, catalog, today, reach)


def load_merged(path: str, reach: Reach | None = None) -> Merged:
    """All layers of a policy as one, for `policy show --effective`. Raises as `load_policy`."""
    return Merged(read_layers(path, reach or from_disk()))


def waivers_from(path: str, catalog: Catalog, reach: Reach) -> tuple[Waiver, ...]:
    """The waivers of a policy as another reach gives it.

    For the merge gate: with a reach that reads the base revision a change cannot excuse itself
    (`structs.replace(house, waivers=waivers_from(...))`). Raises as `load_policy`.
    """
    return load_policy(path, catalog, reach=reach).house.waivers


def policy_of(layers: list[Layer], catalog: Catalog, today: str, reach: Reach) -> Policy:
    """The policy that layers make together. Raises DataError with all problems."""
    problems = [problem for layer in layers for problem in check_shape(layer)]
    merged = Merged(layers)
    read = read_policy(joined(merged), merged, catalog, today, reach)
    if problems := [*problems, *read.problems]:
        raise DataError(in_order(problems))
    return Policy(
        deployment=read.deployment,
        deployments=read.deployments,
        settled=read.settled,
        house=read.house,
        path=merged.name,
        said=read.said,
        organization=read.organization,
        about=read.about,
    )


def json_schema() -> dict[str, Any]:
    """The JSON Schema of `weightlaw.yaml`, for editors."""
    from weightlaw.policy.policyshape import json_schema as schema

    return schema()
