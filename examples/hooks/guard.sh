#!/usr/bin/env bash
# A hook in Bash: refuses commands that delete, and notes every other. Event on stdin, decision by exit code or JSON.
set -u
event=$(cat)

# Exit code 2 refuses; what is on stderr is the reason.
if grep -qE '"command":("([^"]*[ ;&|])?rm |\["rm")' <<<"$event"; then
  echo "rm is not allowed here" >&2
  exit 2
fi

# Any JSON outcome may be printed instead. Nothing at all means: go on.
if grep -q '"point":"step.before"' <<<"$event"; then
  printf '{ "outcome": "continue", "message": "looked at by %s" }' "$HEDDLE_HOOK"
fi
