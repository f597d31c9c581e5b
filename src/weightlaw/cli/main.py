"""`weightlaw COMMAND ...`: finds the command, runs it, turns errors into one line and an exit code."""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module

from weightlaw.errors import WeightlawError
from weightlaw.version import VERSION

COMMANDS = {
    "check": "may these models be deployed like this, and what must be done for it",
    "scan": "every model that a code base uses, judged; what a change adds",
    "read": "which licence a text is, what it demands, what was changed in it",
    "license": "the licence knowledge: list, show, diff",
    "policy": "the organization's policy: init, validate, test, show, explain, forecast",
    "lock": "pin models, licence texts and terms in a file",
    "verify": "what has moved since the lock was written",
    "report": "the procurement report: html, pdf, xlsx, docx, md, json",
    "notices": "the attribution bundle that the licences demand",
    "sbom": "SPDX and CycloneDX documents for models",
    "rank": "the best models that you may actually deploy",
    "scores": "capability figures: show, compare, gap, claims, import",
    "trial": "your own prompts through an open and a closed model, judged blind",
    "explain": "what a rule checks or a licence demands, why, and what to do",
    "completion": "a script that completes commands and options in bash, zsh or fish",
}
USAGE = "usage: weightlaw [-h] [--version] COMMAND ..."


def main(argv: list[str] | None = None) -> int:
    """Run one command line. Returns the exit code: 0, 1 denied, 2 error, 3 nothing checked, 4 review."""
    args = sys.argv[1:] if argv is None else argv
    _light_start()
    try:
        return _dispatch(args)
    except WeightlawError as error:
        print(f"weightlaw: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("weightlaw: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # an error must never look like a finding, nor print a traceback
        if os.environ.get("WEIGHTLAW_DEBUG"):
            raise
        print(
            f"weightlaw: internal error ({type(error).__name__}: {error}); "
            "set WEIGHTLAW_DEBUG=1 to see where, and please report it",
            file=sys.stderr,
        )
        return 2


def _light_start() -> None:
    """Import msgspec without typing_extensions, which it would take if installed and never needs here
    (12 ms of a cold start), and collect garbage rarely: a command is short."""
    gc.set_threshold(100_000)
    if "msgspec" in sys.modules or "typing_extensions" in sys.modules:
        return
    sys.modules["typing_extensions"] = None  # type: ignore[assignment]
    try:
        import msgspec  # noqa: F401
    finally:
        del sys.modules["typing_extensions"]


def _dispatch(args: list[str]) -> int:
    if not args or args[0] in ("-h", "--help", "help"):
        print(help_text())
        return 0 if args else 2
    if args[0] in ("--version", "-V"):
        print(f"weightlaw {VERSION}")
        return 0
    if args[0] not in COMMANDS:
        return _unknown(args[0])
    module = import_module(f"weightlaw.cli.{args[0]}")
    namespace = module.parser().parse_args(args[1:])
    code: int = module.run(namespace)
    sys.stdout.flush()
    return code


def _unknown(word: str) -> int:
    import difflib

    near = difflib.get_close_matches(word, COMMANDS, n=1)
    hint = f"; did you mean {near[0]}?" if near else f"; commands: {', '.join(COMMANDS)}"
    print(f"weightlaw: {ascii(word)[:60]} is no command{hint}", file=sys.stderr)
    return 2


def help_text() -> str:
    lines = [
        USAGE,
        "",
        "May we deploy this open-weight model, like this, at this size, here?",
        "",
        "commands:",
        *(f"  {name:<12}{text}" for name, text in COMMANDS.items()),
        "",
        "exit codes: 0 allowed or conditional; 1 denied; 2 usage or other error;",
        "            3 nothing was checked; 4 review (somebody must decide)",
        "",
        "weightlaw COMMAND --help tells more. Example: weightlaw check llama4 --mau 900M",
    ]
    return "\n".join(lines)


def run() -> None:
    """The console script. What was printed is flushed, and the objects of a finished command are left to the
    system: taking them apart one by one would cost a tenth of a cold check.
    """
    code = main()
    gc.freeze()
    sys.exit(code)


if __name__ == "__main__":
    run()
