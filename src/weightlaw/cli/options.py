"""Options that several commands share: the deployment, the policy, the output."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import msgspec

from weightlaw.catalog.store import load
from weightlaw.domain.deployment import FIELDS, KINDS, USES, Deployment
from weightlaw.domain.places import parse_place
from weightlaw.domain.quantities import parse_count, parse_money, parse_month
from weightlaw.errors import UsageError
from weightlaw.policy.house import House
from weightlaw.policy.locating import find_policy

if TYPE_CHECKING:
    from weightlaw.policy.policy import Policy

T = TypeVar("T")


def typed(parse: Callable[[str], T]) -> Callable[[str], T]:
    """A parser of one value whose UsageError argparse shows as its own."""

    def convert(text: str) -> T:
        try:
            return parse(text)
        except UsageError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return convert


def _month_count(text: str) -> tuple[str, int]:
    month, equals, count = text.partition("=")
    if not equals:
        raise UsageError(f"{text!r}: write a month and a number of users: 2025-03=650M")
    return parse_month(month), parse_count(count)


def _use(text: str) -> str:
    if text not in USES:
        raise UsageError(f"{text!r} is no use: one of {', '.join(USES)}")
    return text


def word(known: tuple[str, ...], what: str) -> Callable[[str], str]:
    """A parser that takes one of these words, and names the near one where it is another."""

    def parse(text: str) -> str:
        if text in known:
            return text
        from difflib import get_close_matches  # only on an error

        near = get_close_matches(text.lower(), known, n=1)
        hint = f"did you mean {near[0]}?" if near else f"one of {', '.join(known)}"
        raise UsageError(f"{text!r} is no {what}; {hint}")

    return parse


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Help as it is written. argparse makes a formatter for every option that is added, and each would import
    shutil to ask for the terminal's width: 3 ms of a cold start."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_width())


class _Parser(argparse.ArgumentParser):
    """Errors as one line; an option that takes one value may be given once."""

    def error(self, message: str) -> NoReturn:
        """One line and exit code 2, as every other error."""
        raise UsageError(f"{message} (see {self.prog} --help)")

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        """As argparse does, after looking for options that are given twice."""
        once = {
            o for a in self._actions if type(a) is argparse._StoreAction for o in a.option_strings
        }
        given = [a.partition("=")[0] for a in args or () if a.startswith("--")]
        twice = next((o for o in given if o in once and given.count(o) > 1), None)
        if twice:
            raise UsageError(f"{twice} is given twice: say it once")
        return super().parse_args(args, namespace)


def _width() -> int:
    stated = os.environ.get("COLUMNS", "")
    if stated.isdecimal() and int(stated) > 0:
        return int(stated) - 2
    try:
        return os.get_terminal_size().columns - 2
    except OSError:
        return 78


def _day(text: str) -> str:
    from weightlaw.policy.amounts import parse_date

    return parse_date(text)


def new_parser(name: str, about: str, epilog: str = "") -> argparse.ArgumentParser:
    """A parser in the house's form: no abbreviated options, text kept as written."""
    return _Parser(
        prog=f"weightlaw {name}",
        description=about,
        epilog=epilog,
        allow_abbrev=False,
        formatter_class=_Formatter,
    )


def add_deployment(parser: argparse.ArgumentParser) -> None:
    """The options that describe the organization and what it does with the model."""
    size = parser.add_argument_group("the organization, with its affiliates")
    count, money, place = typed(parse_count), typed(parse_money), typed(parse_place)
    size.add_argument("--mau", type=count, metavar="900M", help="monthly active users today")
    size.add_argument(
        "--mau-at",
        type=typed(_month_count),
        metavar="2025-03=650M",
        action="append",
        help="monthly active users in a past month, for tests at a release date (repeatable)",
    )
    size.add_argument("--product-mau", type=count, metavar="N", help="those of the one product")
    size.add_argument("--dau", type=count, metavar="N", help="daily active users")
    size.add_argument("--revenue", type=money, metavar="40M-USD", help="annual revenue")
    size.add_argument("--monthly-revenue", type=money, metavar="3M-USD", help="revenue of a month")
    size.add_argument("--funding", type=money, metavar="5M-USD", help="funding raised")
    size.add_argument("--employees", type=count, metavar="N", help="number of employees")
    size.add_argument("--headquarters", type=place, metavar="DE", help="where its seat is")
    kind = typed(word(KINDS, "kind of organization"))
    size.add_argument("--kind", type=kind, metavar="KIND", help="its kind: " + ", ".join(KINDS))
    use = parser.add_argument_group("the deployment")
    use.add_argument(
        "--market",
        type=place,
        metavar="KR",
        action="append",
        help="a country where it is offered, or EU (repeatable)",
    )
    use.add_argument(
        "--use",
        type=typed(_use),
        metavar="|".join(USES),
        action="append",
        help="what for (repeatable; default feature): internal: own staff; feature: in a product over "
        "the network; service: the model itself for third parties; device: shipped in a product; "
        "weights: handed out",
    )
    use.add_argument(
        "--field",
        type=typed(word(FIELDS, "field of use")),
        metavar="FIELD",
        action="append",
        help="field of use (repeatable): " + ", ".join(FIELDS),
    )
    use.add_argument("--non-commercial", action="store_true", help="the use is not commercial")
    use.add_argument("--research", action="store_true", help="the purpose is research only")
    use.add_argument("--fine-tune", action="store_true", help="the model is fine-tuned or merged")
    use.add_argument(
        "--train-on-outputs", action="store_true", help="outputs are used to train other models"
    )
    use.add_argument("--derived-name", metavar="NAME", help="the name of the derived model")


def add_policy(parser: argparse.ArgumentParser) -> None:
    """The options that choose a policy file."""
    group = parser.add_argument_group("the policy")
    group.add_argument(
        "--policy",
        metavar="FILE",
        help="a weightlaw.yaml (default: the one here or above, up to the repository's root)",
    )
    group.add_argument("--no-policy", action="store_true", help="use no policy file")
    group.add_argument("--deployment", metavar="NAME", help="one of the policy's deployments")
    group.add_argument(
        "--today", type=typed(_day), metavar="2026-11-24", help="judge as of this UTC day"
    )


def add_output(parser: argparse.ArgumentParser, *formats: str) -> None:
    """Format and file of the output."""
    parser.add_argument(
        "--format", choices=formats, default=formats[0], help=f"default {formats[0]}"
    )
    parser.add_argument("--output", "-o", metavar="FILE", help="write there, not to the terminal")


def add_sources(parser: argparse.ArgumentParser) -> None:
    """Which servers may be asked."""
    parser.add_argument(
        "--offline", action="store_true", help="ask no server: embedded knowledge only"
    )
    parser.add_argument(
        "--allow-private-links",
        action="store_true",
        help="also fetch license_links that lead to private or loopback addresses, or use http",
    )


def add_fail_on(parser: argparse.ArgumentParser) -> None:
    """What a review exits with."""
    parser.add_argument(
        "--fail-on",
        choices=("review", "deny"),
        default="review",
        help="deny: a review exits with 0 (default review: it exits with 4)",
    )


def deployment_of(args: argparse.Namespace, *, cached: bool = False) -> tuple[Deployment, House]:
    """The deployment and the house's rules: the policy file's, overridden by what was typed.

    `cached`: a policy that has not changed may come from the user's cache; never in the merge gate.
    """
    base, house = _policy(args, cached)
    typed_values: dict[str, Any] = {
        "mau": args.mau,
        "product_mau": args.product_mau,
        "dau": args.dau,
        "revenue": args.revenue,
        "monthly_revenue": args.monthly_revenue,
        "funding": args.funding,
        "employees": args.employees,
        "headquarters": args.headquarters,
        "kind": args.kind,
        "fields": tuple(dict.fromkeys(args.field)) if args.field else None,
        "derived_name": args.derived_name,
        "markets": tuple(dict.fromkeys(args.market)) if args.market else None,
        "uses": tuple(u for u in USES if u in args.use) if args.use else None,
        "mau_at": _history(base, args.mau_at) if args.mau_at else None,
        "commercial": False if args.non_commercial or args.research else None,
        "research": True if args.research else None,
        "fine_tuned": True if args.fine_tune else None,
        "trains_on_outputs": True if args.train_on_outputs else None,
    }
    given = {key: value for key, value in typed_values.items() if value is not None}
    notes = (*house.notes, *_dated(args), *_overridden(base, given, house.source))
    deployment = msgspec.structs.replace(base, **given)
    said = tuple(dict.fromkeys((*house.said, *given)))
    if args.derived_name is not None:
        _derived(deployment)
    return deployment, msgspec.structs.replace(house, notes=notes, said=said)


def _dated(args: argparse.Namespace) -> Iterator[str]:
    """That another day was typed than the document's own, which stands on it."""
    if args.today and args.today != getattr(args, "date", None):
        yield f"judged as of {args.today}, as typed"


def _derived(deployment: Deployment) -> None:
    if not (deployment.derived_name or "").strip():
        raise UsageError("--derived-name is empty: write the name of the derived model")
    if not deployment.fine_tuned and not deployment.trains_on_outputs:
        raise UsageError(
            "--derived-name names a derived model: add --fine-tune or --train-on-outputs"
        )


def _overridden(base: Deployment, given: dict[str, Any], source: str) -> Iterator[str]:
    """What the command line says in place of the policy."""
    unsaid = Deployment()
    for key, value in given.items():
        before = getattr(base, key)
        stated = before != getattr(unsaid, key) or key in _STATED
        if source and before != value and stated:
            name = key.replace("_", " ")
            yield f"{name}: {_shown(value)} as typed, in place of {_shown(before)} in {source}"


_STATED = ("commercial", "uses")
"""What a policy that is silent on it still says: commercial use, as a feature."""


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return " ".join(_shown(item) for item in value)
    return f"{value:,}" if isinstance(value, int) else str(value)


def _history(base: Deployment, months: list[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    said: dict[str, int] = {}
    this_month = time.strftime("%Y-%m", time.gmtime())
    for month, count in months:
        if month > this_month:
            raise UsageError(
                f"--mau-at {month} lies in the future: a figure of then is not known yet"
            )
        if said.setdefault(month, count) != count:
            raise UsageError(f"--mau-at says two different things of {month}")
    return tuple(sorted((dict(base.mau_at) | said).items()))


def _policy(args: argparse.Namespace, cached: bool) -> tuple[Deployment, House]:
    if args.no_policy:
        if args.policy or args.deployment:
            raise UsageError("--no-policy contradicts --policy and --deployment")
        return Deployment(), House()
    path = policy_path(args)
    if path is None:
        if args.deployment:
            raise UsageError(
                f"--deployment {args.deployment}: there is no policy that describes it"
            )
        return Deployment(), House()
    from weightlaw.policy.amounts import utc_today

    today, offline = args.today or utc_today(), getattr(args, "offline", False)
    policy = _load_policy(path, today, offline, cached)
    deployment = policy.named(args.deployment)
    return deployment, policy.house_of(deployment)


def _load_policy(path: str, today: str, offline: bool, cached: bool) -> Policy:
    if cached:
        from weightlaw.policy.policycache import load_cached

        return load_cached(path, load(), today=today, offline=offline)
    from weightlaw.policy.extends import from_disk
    from weightlaw.policy.policyfile import load_policy  # YAML only where there is a file

    return load_policy(path, load(), today=today, reach=from_disk(offline=offline))


def policy_path(args: argparse.Namespace) -> str | None:
    """The policy that was named, else the one here or above."""
    if args.policy:
        return str(args.policy)
    found = find_policy(os.getcwd())
    return None if found is None else os.path.relpath(found)


def write(text: str, path: str | None) -> None:
    """To the terminal, or to a file that only appears once it is whole."""
    if path is None:
        try:
            sys.stdout.write(text)
        except UnicodeEncodeError:
            encoding = sys.stdout.encoding or "ascii"
            sys.stdout.write(text.encode(encoding, "replace").decode(encoding))
        return
    special = os.path.exists(path) and not os.path.isfile(path)
    temporary = path if special else f"{path}.{os.getpid()}.new"
    try:
        with open(temporary, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        if not special:  # a device or a pipe is written to, never replaced
            os.replace(temporary, path)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror or error}") from None
