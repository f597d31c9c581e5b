#!/usr/bin/env bash
# Installs the weightlaw of this very checkout of the action into an environment of its own, so that the version
# is the one that the caller pinned, and nothing of the caller's environment is touched.
set -euo pipefail
python=${WEIGHTLAW_PYTHON:-python3}
home=${RUNNER_TEMP:-$(mktemp -d)}/weightlaw-env
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11) and "weightlaw needs Python 3.11 or newer")'
"$python" -m venv "$home"
"$home/bin/python" -m pip install --quiet --disable-pip-version-check "$GITHUB_ACTION_PATH"
printf '%s\n' "$home/bin" >>"$GITHUB_PATH"
