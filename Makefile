# Sets up, checks, tests and runs Tiebreak. Needs Python 3.11 or 3.12 and Node 20.19, 22.12 or newer; a second run reuses what is there.
# Made here: .venv, frontend/node_modules, app/static, .make. Data is elsewhere, in TIEBREAK_DATA (default .tiebreak).

SHELL := /bin/sh
.DELETE_ON_ERROR:
.PHONY: help setup demo up test check lint lint-python lint-eslint lint-pages types check-types format bench screenshots lock clean

# Threads of torch that wait must not spin: tests run beside their own servers and workers.
export OMP_WAIT_POLICY = passive

BIN := .venv/bin
# Two test processes, each with servers of its own; the models of the tests are too small for a second thread.
# In the order of tests/conftest.py, which has the long files first.
PYTEST := OMP_NUM_THREADS=1 $(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder
PYTHON_READY := .venv/.ready
NODE_READY := frontend/node_modules/.ready
PAGES := app/static/index.html
PAGE_SOURCES := $(shell find frontend/src frontend/public frontend/index.html frontend/vite.config.ts frontend/tsconfig.json -type f)
SCHEMA := frontend/src/api/schema.d.ts

# The first of these that is a usable Python; `make PYTHON=...` names another.
PYTHONS := python3 python3.12 python3.11
USABLE := import ensurepip, sys; sys.exit(sys.version_info[:2] not in ((3, 11), (3, 12)))
PYTHON = $(shell for p in $(PYTHONS); do if $$p -c '$(USABLE)' >/dev/null 2>&1; then echo $$p; break; fi; done)
NODE_IS_NEW := const [a, b] = process.versions.node.split(".").map(Number); \
  process.exit((a === 20 && b >= 19) || (a === 22 && b >= 12) || a > 22 ? 0 : 1)

help:
	@echo "make demo    set up, run three rounds on a small model, print what was gained, stay up (EXIT=1: end there)"
	@echo "make up      set up and run the service"
	@echo "make test    every check and test; the browser tests where a Chromium is found (CHROMIUM=...)"
	@echo "make check   lint, types, import contracts, unit tests"
	@echo "make bench   our training, sampling and scoring against other libraries', on this machine"
	@echo "make setup format types screenshots lock clean"

setup: $(PYTHON_READY) $(PAGES)

demo: setup
	@$(BIN)/tiebreak demo $(if $(EXIT),--exit)

up: setup
	@$(BIN)/tiebreak up

test: setup lint
	cd frontend && npm test
	@browser="$${CHROMIUM:-$$($(BIN)/python -c 'from app.doctor import find_browser; print(find_browser() or "")')}"; \
	if [ -n "$$browser" ]; then \
	  echo "==> Tests, with the browser $$browser"; CHROMIUM="$$browser" $(PYTEST); \
	elif [ -n "$(REQUIRE_CHROMIUM)" ]; then \
	  echo "No Chromium was found, and REQUIRE_CHROMIUM is set. Install one, or set CHROMIUM to its path." >&2; exit 1; \
	else \
	  echo "==> Tests, WITHOUT those of the browser: no Chromium was found. Install one, or set CHROMIUM."; \
	  $(PYTEST) -m "not e2e"; \
	fi

check: setup lint
	$(PYTEST) -m unit

lint: setup
	@$(MAKE) --no-print-directory --jobs=2 --output-sync lint-python lint-eslint lint-pages

lint-python: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

lint-eslint: setup
	cd frontend && npx eslint .

lint-pages: check-types
	cd frontend && npx tsc && npx prettier --check --cache src tests

types: setup
	@mkdir -p .make
	@$(BIN)/python -m app.openapi > .make/openapi.json
	@cd frontend && npm run --silent types -- ../.make/openapi.json

check-types: setup
	@mkdir -p .make
	@cp $(SCHEMA) .make/schema.d.ts
	@$(MAKE) --no-print-directory types
	@cmp -s $(SCHEMA) .make/schema.d.ts || { echo "$(SCHEMA) was not that of the API; it is now: commit it." >&2; exit 1; }

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup
	@for one in $(basename $(notdir $(wildcard benchmarks/[a-z]*.py))); do \
	  echo "==> $$one"; $(BIN)/python -m benchmarks.$$one || exit 1; \
	done

# The pictures of the documentation, from a service of its own with a filled project. Needs a Chromium.
screenshots: setup
	$(BIN)/python -m tests.e2e.screenshots

# Pins what is missing and keeps the other versions; `make lock UPGRADE=1` takes the newest of everything.
lock: $(PYTHON_READY)
	@mkdir -p .make
	$(BIN)/python -m pip install --quiet --dry-run --ignore-installed $(if $(UPGRADE),,-c requirements.lock) \
	  --report .make/report.json ".[ml,dev]"
	$(BIN)/python .ci/lock.py < .make/report.json > .make/requirements.lock
	@mv .make/requirements.lock requirements.lock

clean:
	rm -rf .venv frontend/node_modules app/static .make .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

$(PYTHON_READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { \
	  echo "Python 3.11 or 3.12 with venv is needed; found: $$(python3 --version 2>&1). On Debian: apt install python3-venv." \
	    "Or name one: make PYTHON=/path/to/python3.12" >&2; exit 1; }
	@echo "==> Python packages, into .venv (minutes, the first time)"
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install --disable-pip-version-check -r requirements.lock
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps -e .
	@touch $@

$(NODE_READY): frontend/package.json frontend/package-lock.json
	@node -e '$(NODE_IS_NEW)' 2>/dev/null || { \
	  echo "Node 20.19, 22.12 or newer is needed; found: $$(node --version 2>/dev/null || echo none)." >&2; exit 1; }
	@echo "==> Front-end packages, into frontend/node_modules"
	@cd frontend && npm ci --no-fund --no-audit
	@touch $@

$(PAGES): $(NODE_READY) $(PAGE_SOURCES)
	@echo "==> Pages, into app/static"
	@cd frontend && npm run --silent build
	@touch $@
