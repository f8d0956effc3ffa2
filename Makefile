# The only list of commands. Each target installs what it needs first; a stamp makes the second call quick.

PYTHON ?= python3.11
PORT ?= 8000
SCALE ?= medium
VENV := .venv
BIN := $(VENV)/bin
DEMO := demo
# Without compiling: Python does that for what is imported, and most of what is installed never is. It is kept then,
# whatever the environment says: the tests start hundreds of processes.
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help install install-test demo test test-postgres quick lint style format bench chaos docs screenshot lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(VENV)/.installed ## Put the product with its learning and planning libraries into .venv

$(VENV)/.created:
	@command -v $(PYTHON) >/dev/null || { echo "Linshu needs Python 3.11 or newer: apt-get install python3.11 python3.11-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.installed: requirements/demo.lock pyproject.toml | $(VENV)/.created
	@scripts/system_packages.sh libgomp1
	$(PIP) install --no-compile --require-hashes -r requirements/demo.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

install-test: $(VENV)/.installed-test

$(VENV)/.installed-test: requirements/test.lock pyproject.toml | $(VENV)/.installed
	@scripts/system_packages.sh chromium fonts-noto-cjk postgresql
	@scripts/system_packages.sh chromium-headless-shell  # the browser without its windows: lighter, not needed
	$(PIP) install --no-compile --require-hashes -r requirements/test.lock
	@touch $@

demo: install ## Build the simulated company and serve it on http://127.0.0.1:8000
	$(BIN)/linshu demo --scale $(SCALE) --project $(DEMO) --port $(PORT)

lint: style ## Style, types and the direction of imports
	$(BIN)/mypy

style: install-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache

format: install-test ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# In a fresh clone they are read once by one alone: what Python and Hypothesis keep of that, three at once would each make.
test: style ## Everything that must hold before a change is kept, types beside the tests
	@$(BIN)/mypy & types=$$!; [ -d .hypothesis ] || $(BIN)/pytest --collect-only -qq >/dev/null 2>&1; \
	    $(BIN)/pytest -n 3 -m "not bench" --dist loadfile --no-loadscope-reorder --durations=15; tests=$$?; \
	    wait $$types && exit $$tests

test-postgres: install-test ## The same tests with the state on PostgreSQL wherever they use SQLite
	$(BIN)/pytest -n 3 -m "not bench" --dist loadfile --no-loadscope-reorder --durations=15 --state postgresql

quick: install-test ## What one runs all day: no browser, nothing slow
	$(BIN)/ruff check .
	$(BIN)/pytest -n 2 --dist loadfile -m "not slow and not browser"

bench: install-test ## Ours against the plain tool, from the same run; first that each benchmark runs at all
	$(BIN)/pytest -m bench
	@for name in $$(ls benchmarks | sed -n 's/\.py$$//p' | grep -v -e '^_' -e '^report$$'); do \
	    $(BIN)/python -m benchmarks.$$name || exit 1; done

chaos: install-test ## Kill imports, jobs, decisions, messages and events a thousand times, compare, record the result
	scripts/chaos.sh $(BIN)/pytest 1000

docs: install-test ## Write the reference pages from the declarations
	$(BIN)/python -m linshu.app.reference

screenshot: install-test ## Take the picture in the README from the demo
	$(BIN)/python scripts/screenshot.py $(DEMO) $(SCALE)

lock: ## Resolve the dependencies again (needs uv)
	scripts/lock.sh

clean: ## Remove caches and the demo, not .venv
	rm -rf $(DEMO) .mypy_cache .ruff_cache .pytest_cache .hypothesis
