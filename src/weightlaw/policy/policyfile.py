"""The organization's `weightlaw.yaml`: found, read with everything it extends, and turned into values."""

from __future__ import annotations

import os
from typing import Any

from msgspec import Struct

from weightlaw.catalog.store import Catalog, load
from weightlaw.domain.deployment import Deployment
from weightlaw.errors import DataError, UsageError
from weightlaw.policy.extends import Layer, Merged, Reach, from_disk, layers_of, read_layers
from weightlaw.policy.house import House
from weightlaw.policy.policyreading import read_policy
from weightlaw.policy.policyshape import check_shape, joined
from weightlaw.policy.waivers import Waiver


class Policy(Struct, frozen=True, kw_only=True):
    """A policy as loaded: the deployments it describes and the rules of the house."""

    deployment: Deployment = Deployment()
    """The one that counts when none is named."""
    deployments: tuple[Deployment, ...] = ()
    """Those with a name."""
    settled: bool = True
    """False: there are several deployments, and the policy says of none that it is the one."""
    house: House = House()
    path: str = ""
    organization: str = ""
    """The organization's name."""
    about: str = ""

    def named(self, name: str | None) -> Deployment:
        """The deployment of this name; with None the one that counts. Raises UsageError."""
        names = [d.name for d in self.deployments]
        if name is None:
            if self.settled:
                return self.deployment
            raise UsageError(
                f"{self.path} describes several deployments; choose one with --deployment: {', '.join(names)}"
            )
        if found := next((d for d in (*self.deployments, self.deployment) if d.name == name), None):
            return found
        import difflib  # only on an error

        near = difflib.get_close_matches(name, names, n=1)
        hint = f"did you mean {near[0]}?" if near else f"it has: {', '.join(names) or 'none'}"
        raise UsageError(f"{self.path} has no deployment {ascii(name)[:60]}; {hint}")


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
    if problems := list(dict.fromkeys([*problems, *read.problems])):
        raise DataError(sorted(problems, key=_place))
    return Policy(
        deployment=read.deployment,
        deployments=read.deployments,
        settled=read.settled,
        house=read.house,
        path=merged.name,
        organization=read.organization,
        about=read.about,
    )


def _place(problem: str) -> tuple[str, int]:
    """File and line, to tell problems in the order in which they stand."""
    name, line, _ = (*problem.split(":", 2), "", "")[:3]
    return name, int(line) if line.isdigit() else 0


def json_schema() -> dict[str, Any]:
    """The JSON Schema of `weightlaw.yaml`, for editors."""
    from weightlaw.policy.policyshape import json_schema as schema

    return schema()
