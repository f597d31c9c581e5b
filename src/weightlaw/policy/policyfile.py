"""The organization's `weightlaw.yaml`: who it is, what it deploys, what it accepts."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from weightlaw import plainyaml
from weightlaw.catalog.store import Catalog
from weightlaw.domain.deployment import Deployment, Use
from weightlaw.domain.places import parse_place
from weightlaw.domain.quantities import parse_count, parse_money, parse_month
from weightlaw.errors import DataError, UsageError
from weightlaw.policy.house import House, Preferences
from weightlaw.typedyaml import convert

T = TypeVar("T")
FILE_NAME = "weightlaw.yaml"
MAX_BYTES = 1_000_000


class Organization(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`organization:` in the file. Figures count affiliates."""

    name: str = ""
    headquarters: str | None = None
    monthly_active_users: str | int | None = None
    users_at: dict[str, str | int] = {}
    """Monthly active users in past months, for tests at a release date: `2025-03: 650M`."""
    daily_active_users: str | int | None = None
    annual_revenue: str | None = None
    monthly_revenue: str | None = None
    funding: str | None = None
    employees: str | int | None = None


class Plan(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`deployment:` in the file."""

    name: str = ""
    use: tuple[Use, ...] = ("feature",)
    commercial: bool = True
    research: bool = False
    fine_tuned: bool = False
    trains_on_outputs: bool = False
    derived_name: str | None = None
    markets: tuple[str, ...] = ()
    monthly_active_users: str | int | None = None
    """Of this product alone."""


class PolicyYaml(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A whole `weightlaw.yaml`."""

    version: int = 1
    organization: Organization = Organization()
    deployment: Plan = Plan()
    licenses: Preferences = Preferences()
    families: Preferences = Preferences()
    osi_required: bool = False


class Policy(Struct, frozen=True, kw_only=True):
    """A policy as loaded: the deployment it describes and the rules of the house."""

    deployment: Deployment = Deployment()
    house: House = House()
    path: str = ""


def find_policy(start: str) -> str | None:
    """`weightlaw.yaml` in `start` or above, up to the root of the repository it is in."""
    folder = os.path.abspath(start)
    while True:
        candidate = os.path.join(folder, FILE_NAME)
        if os.path.isfile(candidate):
            return candidate
        parent = os.path.dirname(folder)
        if parent == folder or os.path.exists(os.path.join(folder, ".git")):
            return None
        folder = parent


def load_policy(path: str, catalog: Catalog) -> Policy:
    """Read and check a policy file. Raises DataError with all its problems, UsageError if it is not there."""
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}") from None
    if len(data) > MAX_BYTES:
        raise UsageError(f"{path}: larger than {MAX_BYTES:,} bytes, so not a policy")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise UsageError(f"{path}: not UTF-8 text") from None
    return parse_policy(text, path, catalog)


def parse_policy(text: str, name: str, catalog: Catalog) -> Policy:
    """A policy from its text. Raises DataError with all problems, each with line and column."""
    document = plainyaml.parse(text, name)
    if document.data is not None and not isinstance(document.data, dict):
        raise DataError(
            [f"{name}:1:1: a policy is a mapping: organization, deployment, licenses, ..."]
        )
    raw, problems = convert(document.data or {}, PolicyYaml, document, (), name)
    reader = _Reader(document, name, problems)
    policy = reader.policy(raw, catalog) if raw is not None else Policy()
    if problems:
        raise DataError(problems)
    return policy


class _Reader:
    """Turns the file's words into values, collecting what is wrong with its place."""

    def __init__(self, document: plainyaml.Document, name: str, problems: list[str]) -> None:
        self.document = document
        self.name = name
        self.problems = problems

    def policy(self, raw: PolicyYaml, catalog: Catalog) -> Policy:
        if raw.version != 1:
            self._problem(("version",), f"version {raw.version} is not one this weightlaw reads: 1")
        house = House(
            licenses=self._licenses(raw.licenses, catalog),
            families=self._families(raw.families),
            osi_required=raw.osi_required,
            source=self.name,
        )
        return Policy(deployment=self._deployment(raw), house=house, path=self.name)

    def _deployment(self, raw: PolicyYaml) -> Deployment:
        org, plan = raw.organization, raw.deployment
        at: plainyaml.Path = ("organization",)
        months = [
            (self._take(parse_month, m, (*at, "users_at", m)), self._count(n, (*at, "users_at", m)))
            for m, n in org.users_at.items()
        ]
        return Deployment(
            name=plan.name,
            uses=plan.use,
            commercial=plan.commercial and not plan.research,
            research=plan.research,
            fine_tuned=plan.fine_tuned,
            trains_on_outputs=plan.trains_on_outputs,
            derived_name=plan.derived_name,
            headquarters=self._take(parse_place, org.headquarters, (*at, "headquarters")),
            markets=tuple(
                place
                for i, m in enumerate(plan.markets)
                if (place := self._take(parse_place, m, ("deployment", "markets", i)))
            ),
            mau=self._count(org.monthly_active_users, (*at, "monthly_active_users")),
            mau_at=tuple(sorted((m, n) for m, n in months if m is not None and n is not None)),
            product_mau=self._count(
                plan.monthly_active_users, ("deployment", "monthly_active_users")
            ),
            dau=self._count(org.daily_active_users, (*at, "daily_active_users")),
            revenue=self._take(parse_money, org.annual_revenue, (*at, "annual_revenue")),
            monthly_revenue=self._take(parse_money, org.monthly_revenue, (*at, "monthly_revenue")),
            funding=self._take(parse_money, org.funding, (*at, "funding")),
            employees=self._count(org.employees, (*at, "employees")),
        )

    def _licenses(self, wanted: Preferences, catalog: Catalog) -> Preferences:
        lists = {
            key: tuple(
                found
                for i, text in enumerate(getattr(wanted, key))
                if (found := self._license(text, ("licenses", key, i), catalog))
            )
            for key in ("allow", "deny")
        }
        return Preferences(**lists)

    def _license(self, text: str, at: plainyaml.Path, catalog: Catalog) -> str | None:
        if entry := catalog.find_license(text):
            return entry.id
        import difflib  # only on an error

        near = difflib.get_close_matches(text.lower(), catalog.license_names(), n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        self._problem(at, f"{text!r} is no licence that weightlaw knows{hint}")
        return None

    def _families(self, wanted: Preferences) -> Preferences:
        from weightlaw.domain.terms import Family

        known: tuple[str, ...] = Family.__args__  # type: ignore[attr-defined]
        for key in ("allow", "deny"):
            for i, text in enumerate(getattr(wanted, key)):
                if text not in known:
                    what = f"{text!r} is no family of licences; known: {', '.join(known)}"
                    self._problem(("families", key, i), what)
        return wanted

    def _count(self, value: str | int | None, at: plainyaml.Path) -> int | None:
        if isinstance(value, int):
            value = str(value)
        return self._take(parse_count, value, at)

    def _take(self, parse: Callable[[str], T], value: str | None, at: plainyaml.Path) -> T | None:
        if value is None:
            return None
        try:
            return parse(value)
        except UsageError as error:
            self._problem(at, str(error))
            return None

    def _problem(self, at: plainyaml.Path, what: str) -> None:
        line, column = self.document.mark(at)
        self.problems.append(f"{self.name}:{line}:{column}: {what}")


def json_schema() -> dict[str, Any]:
    """The JSON Schema of `weightlaw.yaml`, for editors."""
    schema = msgspec.json.schema(PolicyYaml)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
