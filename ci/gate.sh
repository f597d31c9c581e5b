#!/usr/bin/env bash
# One run of the gate with annotations, a step summary and SARIF. Everything comes through the environment and is
# passed on as one argument each: nothing of it is ever parsed by a shell.
set -euo pipefail
args=(--format github --fail-on "${WEIGHTLAW_FAIL_ON:-review}")
[ -z "${WEIGHTLAW_BASE:-}" ] || args+=("--base=$WEIGHTLAW_BASE")
[ -z "${WEIGHTLAW_POLICY:-}" ] || args+=("--policy=$WEIGHTLAW_POLICY")
[ "${WEIGHTLAW_GATE_OFFLINE:-false}" != true ] || args+=(--offline)
[ -z "${WEIGHTLAW_SARIF:-}" ] || args+=("--also=sarif=$WEIGHTLAW_SARIF")
while IFS= read -r word; do
  [ -z "$word" ] || args+=("$word")
done <<<"${WEIGHTLAW_OPTIONS:-}"
facts=$(mktemp)
args+=("--also=json=$facts" --)
while IFS= read -r path; do
  [ -z "$path" ] || args+=("$path")
done <<<"${WEIGHTLAW_PATHS:-.}"

code=0
weightlaw scan "${args[@]}" || code=$?
verdict=$(sed -n 's/^  "verdict": "\([a-z]*\)",*$/\1/p' "$facts" | head -n 1)
rm -f "$facts"
if [ -n "${GITHUB_OUTPUT:-}" ]; then
  printf 'verdict=%s\n' "$verdict" >>"$GITHUB_OUTPUT"
  case ${WEIGHTLAW_SARIF:-} in
    *$'\n'*) ;; # a name with a line end could set other outputs
    *) printf 'sarif=%s\n' "${WEIGHTLAW_SARIF:-}" >>"$GITHUB_OUTPUT" ;;
  esac
fi
exit "$code"
