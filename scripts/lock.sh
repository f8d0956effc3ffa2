#!/bin/sh
# Resolves every extra together once, then writes one lock per use; plain pip installs them with --require-hashes.
# Needs uv. Run it after changing dependencies in pyproject.toml or requirements/build.in.
set -eu
cd "$(dirname "$0")/.."
compile() {
    uv pip compile pyproject.toml requirements/build.in --universal --generate-hashes --python-version 3.11 \
        --no-emit-index-url --no-header --no-annotate --quiet "$@"
}
compile --all-extras -o requirements/all.lock
plain=$(mktemp)
trap 'rm -f "$plain"' EXIT
uv pip compile pyproject.toml requirements/build.in --all-extras --universal --python-version 3.11 \
    --no-header --no-annotate --quiet -c requirements/all.lock -o "$plain"
compile --extra ml --extra solve -c "$plain" -o requirements/demo.lock
compile --extra ml --extra solve --extra dev -c "$plain" -o requirements/test.lock
