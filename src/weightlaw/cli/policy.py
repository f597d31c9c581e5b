"""`weightlaw policy init|validate|test|show|explain|forecast|schema`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from weightlaw.catalog.store import load
from weightlaw.cli import options
from weightlaw.errors import UsageError, WeightlawError

if TYPE_CHECKING:
    from weightlaw.policy.starting import Question

EPILOG = """\
examples:
  weightlaw policy init --name "Example GmbH" --headquarters DE --mau 40M --pack saas-startup
  weightlaw policy validate
  weightlaw policy test
  weightlaw policy show --effective
  weightlaw policy explain qwen2.5-72b --deployment support-chat

exit codes: 0 well; 1 a test failed; 2 the file cannot be used; 4 validate has remarks;
explain: as check
"""


def parser() -> argparse.ArgumentParser:
    """The command's options."""
    p = options.new_parser("policy", "The organization's policy.", EPILOG)
    actions = p.add_subparsers(dest="action", required=True, metavar="ACTION")
    _init(actions)
    validate = actions.add_parser("validate", help="errors and contradictions", allow_abbrev=False)
    _file(validate)
    test = actions.add_parser("test", help="run the cases kept beside it", allow_abbrev=False)
    _file(test)
    test.add_argument("--tests", metavar="FILE", help="default: NAME.tests.yaml beside it")
    show = actions.add_parser("show", help="what it says, in words", allow_abbrev=False)
    _file(show)
    show.add_argument("--effective", action="store_true", help="every value with where it is from")
    for name, text in (
        ("explain", "the chain from facts to verdict"),
        ("forecast", "when caps are reached, and the largest deployment allowed"),
    ):
        one = actions.add_parser(name, help=text, allow_abbrev=False)
        one.add_argument("references", metavar="REF", nargs="+", help="a model")
        options.add_deployment(one)
        options.add_policy(one)
        one.add_argument("--offline", action="store_true", help="ask no server")
        one.set_defaults(allow_private_links=False)
    schema = actions.add_parser("schema", help="the JSON Schema of the file", allow_abbrev=False)
    schema.set_defaults(output=None)
    return p


def _file(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "policy", metavar="FILE", nargs="?", help="default: the one here or above; or a pack's name"
    )
    parser.add_argument("--today", metavar="2026-11-24", help="judge as of this UTC day")
    parser.add_argument("--offline", action="store_true", help="ask no server")


def _init(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    init = actions.add_parser("init", help="write a first policy", allow_abbrev=False)
    init.add_argument("--name", help="of the organization")
    init.add_argument("--kind", help="company, university, public-administration, ...")
    init.add_argument("--headquarters", metavar="DE", help="country of the seat")
    init.add_argument("--mau", dest="users", metavar="40M", help="monthly active users")
    init.add_argument("--counted-on", metavar="2026-10-31", help="the day they were counted")
    init.add_argument("--revenue", metavar="12M EUR", help="annual revenue")
    init.add_argument("--deployment", metavar="NAME", help="a name for what you deploy")
    init.add_argument(
        "--use", action="append", help="internal, feature, service, device, weights (repeatable)"
    )
    init.add_argument(
        "--market", dest="markets", action="append", help="where it is offered (repeatable)"
    )
    init.add_argument("--field", action="append", help="field of use (repeatable)")
    init.add_argument("--pack", help="a ready policy to build on (default lawful-use)")
    init.add_argument(
        "--output", "-o", metavar="FILE", default="weightlaw.yaml", help="default %(default)s"
    )


def run(args: argparse.Namespace) -> int:
    """Do one of them."""
    actions: dict[str, Callable[[argparse.Namespace], int]] = {
        "init": _run_init,
        "validate": _run_validate,
        "test": _run_test,
        "show": _run_show,
        "explain": _run_explain,
        "forecast": _run_forecast,
        "schema": _run_schema,
    }
    return actions[args.action](args)


def _path(args: argparse.Namespace) -> str:
    """The file that was named, a pack by its name, or the policy here or above."""
    from weightlaw.policy.packs import pack_names, pack_path

    if args.policy and not os.path.exists(args.policy) and args.policy in pack_names():
        return pack_path(args.policy)
    path = options.policy_path(args)
    if path is None:
        raise UsageError("no weightlaw.yaml here or above; write one with `weightlaw policy init`")
    return path


def _today(args: argparse.Namespace) -> str:
    from weightlaw.policy.amounts import parse_date, utc_today

    return parse_date(args.today) if args.today else utc_today()


def _run_validate(args: argparse.Namespace) -> int:
    from weightlaw.policy.extends import from_disk, read_layers
    from weightlaw.policy.policyfile import policy_of
    from weightlaw.policy.validating import Merged, remarks
    from weightlaw.reports.policy_report import render_remarks

    path, reach = _path(args), from_disk(args.offline)
    layers = read_layers(path, reach)
    policy = policy_of(layers, load(), _today(args), reach)
    found = remarks(policy.house, Merged(layers), load())
    options.write(render_remarks(found, path, policy.house.count()), None)
    return 4 if found else 0


def _run_test(args: argparse.Namespace) -> int:
    from weightlaw import plainyaml
    from weightlaw.checking import cases
    from weightlaw.policy.extends import Layer, from_disk, read_layers
    from weightlaw.policy.policytests import cases_beside
    from weightlaw.policy.policytests import run as run_tests
    from weightlaw.reports.policy_report import render_tests

    path, reach = _path(args), from_disk(args.offline)
    file = args.tests or cases_beside(path)
    if file is None:
        raise UsageError(f"{path} has no tests: write {os.path.splitext(path)[0]}.tests.yaml")
    tests = Layer(name=file, document=plainyaml.parse(_read(file), file))
    layers = read_layers(path, reach)
    results = run_tests(layers, tests, load(), lambda name: cases([name]), reach)
    options.write(render_tests(results, file), None)
    return 1 if any(r.failures for r in results) else 0


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: {error}") from None


def _run_show(args: argparse.Namespace) -> int:
    from weightlaw.policy.extends import from_disk
    from weightlaw.policy.policyfile import load_merged, load_policy
    from weightlaw.reports.policy_report import render_effective, render_policy

    path, reach = _path(args), from_disk(args.offline)
    policy = load_policy(path, load(), today=_today(args), reach=reach)  # refuses what is wrong
    text = render_effective(load_merged(path, reach)) if args.effective else render_policy(policy)
    options.write(text, None)
    return 0


def _run_explain(args: argparse.Namespace) -> int:
    from weightlaw.checking import cases
    from weightlaw.cli.check import exit_code, hub_of
    from weightlaw.domain.verdict import strictest
    from weightlaw.policy.explaining import explain
    from weightlaw.reports.policy_report import render_explanation

    deployment, house = options.deployment_of(args)
    found = cases(args.references, hub=hub_of(args))
    told = [explain(subject, about, deployment, house) for subject, about in found]
    options.write("\n".join(render_explanation(one) for one in told), None)
    return exit_code(strictest(one.judgement.verdict for one in told))


def _run_forecast(args: argparse.Namespace) -> int:
    from weightlaw.checking import cases
    from weightlaw.cli.check import hub_of
    from weightlaw.policy.amounts import utc_today
    from weightlaw.policy.forecast import crossings, largest
    from weightlaw.reports.policy_report import render_forecast

    deployment, house = options.deployment_of(args)
    today = house.today or args.today or utc_today()
    for subject, about in cases(args.references, hub=hub_of(args)):
        most = largest(subject, deployment, house, about)
        found = crossings(subject, deployment, today)
        options.write(render_forecast(subject.id, found, most), None)
    return 0


def _run_schema(args: argparse.Namespace) -> int:
    import json

    from weightlaw.policy.policyfile import json_schema

    options.write(json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n", None)
    return 0


def _run_init(args: argparse.Namespace) -> int:
    from weightlaw.policy.policyfile import parse_policy
    from weightlaw.policy.starting import QUESTIONS, Answers, first_policy

    if os.path.lexists(args.output):
        raise UsageError(f"{args.output} is there already; choose another with --output")
    given = _flags(QUESTIONS, args)
    if not given and sys.stdin.isatty():
        given = _ask(QUESTIONS)
    text = first_policy(Answers(**given))
    try:
        parse_policy(text, args.output, load())
    except WeightlawError as error:
        raise UsageError(f"with these answers the policy would be wrong:\n{error}") from None
    options.write(text, args.output)
    print(f"wrote {args.output}; next: weightlaw policy validate", file=sys.stderr)
    return 0


def _flags(questions: tuple[Question, ...], args: argparse.Namespace) -> dict[str, Any]:
    """The answers that options give. Raises UsageError with all that are wrong."""
    found: dict[str, Any] = {}
    problems: list[str] = []
    for question in questions:
        said = getattr(args, question.key)
        if said is None:
            continue
        text = ",".join(said) if isinstance(said, list) else said
        try:
            if not text.strip():
                raise UsageError("it is empty: leave it out to fill it in later")
            found[question.key] = question.read(text)
        except UsageError as error:
            problems.append(f"{_FLAGS.get(question.key, f'--{question.key}')}: {error}")
    if problems:
        raise UsageError("\n".join(problems))
    return found


_FLAGS = {"users": "--mau", "markets": "--market", "counted_on": "--counted-on"}


def _ask(questions: tuple[Question, ...]) -> dict[str, Any]:
    """Each question until its answer can be read; an empty one leaves it open. Raises UsageError at the end of input."""
    found: dict[str, Any] = {}
    for question in questions:
        while True:
            answer = _answer(f"{question.text} [leave empty to fill in later]: ")
            if not answer:
                break
            try:
                found[question.key] = question.read(answer)
                break
            except UsageError as error:
                print(f"  {error}", file=sys.stderr)
    return found


def _answer(text: str) -> str:
    print(text, end="", file=sys.stderr, flush=True)
    try:
        return input().strip()
    except EOFError:
        print(file=sys.stderr)
        raise UsageError("stopped before the last question, so nothing was written") from None
