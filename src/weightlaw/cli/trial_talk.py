"""What the actions of `weightlaw trial` say on stderr while they work."""

from __future__ import annotations

import sys

from weightlaw.plaintext import safe


def say(text: str) -> None:
    """One line that drives no terminal, over a line of progress where one stands."""
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")
    encoding = sys.stderr.encoding or "ascii"
    printable = safe(text).encode(encoding, "replace").decode(encoding)
    print(f"weightlaw: {printable}", file=sys.stderr, flush=True)
