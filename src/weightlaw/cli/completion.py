"""`weightlaw completion bash|zsh|fish`: a script that completes commands and options."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from importlib import import_module

from weightlaw.cli import options
from weightlaw.cli.main import COMMANDS


def parser() -> argparse.ArgumentParser:
    """The command's options."""
    p = options.new_parser(
        "completion",
        "A script that completes commands and options.",
        'bash: eval "$(weightlaw completion bash)"; zsh: the same with zsh;\n'
        "fish: weightlaw completion fish | source",
    )
    p.add_argument("shell", choices=("bash", "zsh", "fish"))
    return p


def run(args: argparse.Namespace) -> int:
    """Print the script."""
    words = {command: list(_options(command)) for command in COMMANDS}
    text = _fish(words) if args.shell == "fish" else _bash(words, zsh=args.shell == "zsh")
    options.write(text, None)
    return 0


def _options(command: str) -> Iterator[str]:
    """All long options and sub-commands of one command."""
    p: argparse.ArgumentParser = import_module(f"weightlaw.cli.{command}").parser()
    for action in p._actions:
        yield from (o for o in action.option_strings if o.startswith("--"))
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices


def _bash(words: dict[str, list[str]], zsh: bool) -> str:
    cases = "\n".join(f'    {c}) words="{" ".join(o)}" ;;' for c, o in words.items())
    head = "autoload -U +X bashcompinit && bashcompinit\n" if zsh else ""
    return f"""{head}_weightlaw() {{
  local words="{" ".join(words)} --help --version"
  if [ "$COMP_CWORD" -gt 1 ]; then
    case "${{COMP_WORDS[1]}}" in
{cases}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "${{COMP_WORDS[COMP_CWORD]}}"))
}}
complete -o default -F _weightlaw weightlaw
"""


def _fish(words: dict[str, list[str]]) -> str:
    lines = ["complete -c weightlaw -n __fish_use_subcommand -f -a '" + " ".join(words) + "'"]
    for command, names in words.items():
        seen = f"complete -c weightlaw -n '__fish_seen_subcommand_from {command}'"
        lines += [
            f"{seen} -l {n[2:]}" if n.startswith("--") else f"{seen} -f -a {n}" for n in names
        ]
    return "\n".join(lines) + "\n"
