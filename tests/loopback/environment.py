"""Cuts the tests off from this machine's Hugging Face settings. Imported before anything imports huggingface_hub.

The client reads these once: no test may touch the user's cache or token, or tell the real Hub anything.
"""

from __future__ import annotations

import os
import tempfile

UNSET = ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HF_ENDPOINT", "HF_HUB_OFFLINE", "HF_HUB_CACHE")


def isolate() -> str:
    """Set the environment; returns the empty `HF_HOME` of this run."""
    home = tempfile.mkdtemp(prefix="weightlaw-hf-")
    os.environ.update(HF_HOME=home, HF_HUB_DISABLE_TELEMETRY="1", NO_PROXY="127.0.0.1")
    for name in UNSET:
        os.environ.pop(name, None)
    return home


HOME = isolate()
