#!/bin/sh
# Kills imports at random moments as often as asked, and notes in docs/chaos.md what came of it.
set -eu
pytest=$1
kills=$2
cd "$(dirname "$0")/.."
[ -f docs/chaos.md ] || printf '# Chaos\n\nImports killed at random moments and run again; each must end in the same tables.\n\n| when | commit | kills | result |\n| --- | --- | --- | --- |\n' > docs/chaos.md
result=passed
LINSHU_KILLS=$kills "$pytest" tests/engine/intake/test_crash.py || result=FAILED
printf '| %s | %s | %s | %s |\n' "$(date -u +%F)" "$(git rev-parse --short HEAD)" "$kills" "$result" >> docs/chaos.md
tail -n 1 docs/chaos.md
[ "$result" = passed ]
