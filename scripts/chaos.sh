#!/bin/sh
# Kills imports, and as often jobs (with decisions and messages) and events together, at random moments, and all but imports
# once more at every commit; notes in docs/chaos.md what came of it.
set -eu
pytest=$1
kills=$2
cd "$(dirname "$0")/.."
[ -f docs/chaos.md ] || printf '# Chaos\n\nImports, jobs, decisions, messages and events killed at random moments and begun again: the same tables in the end, nothing lost, nothing done twice unsaid.\n\n| when | commit | kills | result |\n| --- | --- | --- | --- |\n' > docs/chaos.md
result=passed
LINSHU_KILLS=$kills "$pytest" tests/engine/intake/test_crash.py tests/engine/jobs/test_kills.py tests/engine/events/test_kills.py \
    tests/engine/decisions/test_kills_at_commits.py || result=FAILED
printf '| %s | %s | %s | %s |\n' "$(date -u +%F)" "$(git rev-parse --short HEAD)" "$kills" "$result" >> docs/chaos.md
tail -n 1 docs/chaos.md
[ "$result" = passed ]
