# Bihuan 闭环. Needs Python 3.11 or newer and make; everything else comes from requirements/*.lock.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup run demo docs test test-rules test-lives test-unit test-browser check bench soak cluster containers mutate notices lock clean

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
WORKERS ?= 2
UPGRADE ?=

help: ## Show the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: $(READY) ## Create .venv and install what the lock names (skipped while nothing changed)

$(READY): requirements/dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo 'Python 3.11 or newer is needed: make setup PYTHON=python3.11' >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

run: setup ## Start everything on this machine and print where to go
	@$(BIN)/bihuan run

demo: setup ## The same, with a year of the samples already lived (in var/demo)
	@$(BIN)/bihuan demo

# One part that fails keeps no other from running.
test: setup ## Run all tests
	@failed=; for part in test-rules test-lives test-unit test-browser; do \
	  $(MAKE) --no-print-directory $$part || failed="$$failed $$part"; \
	done; \
	[ -z "$$failed" ] || { echo "Failed:$$failed" >&2; exit 1; }

# Every branch of domain/ is reached by the tests of the rules themselves.
test-rules: setup
	$(BIN)/pytest tests/domain -n $(WORKERS) --cov

# The same random lives for longer: so long that every command occurs in them.
test-lives: setup
	RANDOM_DAYS=100000 $(BIN)/pytest tests/domain/test_random_lives.py

# One worker more than elsewhere: much here waits for a server, a process or the clock. Files are
# begun in the order of tests/conftest.py.
test-unit: setup
	$(BIN)/pytest -m 'not browser' --ignore=tests/domain --ignore=tests/cluster \
	  -n $$(($(WORKERS) + 1)) --dist loadfile --no-loadscope-reorder

# Playwright's synchronous driver leaves an event loop running, hence a process of its own.
# Without a browser these tests are left out by a person's choice, never in CI.
test-browser: setup
	@if [ -z "$${CI:-}" ] && ! command -v chromium >/dev/null; then \
	  echo 'Browser tests left out: no chromium here (Debian: apt-get install chromium).'; \
	else \
	  $(BIN)/pytest -m browser; \
	fi

check: setup ## Format, lint, types and import directions
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

bench: setup ## Measure the figures of the design, as ratios
	$(BIN)/python -m bench

soak: setup ## A million days of random lives; two hundred kills each of worker and server; twenty drills; hostile inputs
	RANDOM_DAYS=1000000 $(BIN)/pytest --timeout 1800 tests/domain/test_random_lives.py
	KILLS=200 $(BIN)/pytest --log-cli-level=INFO tests/journeys/test_kills.py
	DRILLS=20 $(BIN)/pytest tests/journeys/test_drills_of_restores.py
	FUZZ=200 $(BIN)/pytest --timeout 3600 tests/api/test_fuzz.py

# Left out in words, with exit code 0, where Go, its modules or nginx are not to be had.
cluster: setup ## Live a life in the production shape: Temporal on PostgreSQL, nginx, kills, a restore
	$(BIN)/pytest tests/cluster

containers: ## Build the production image and look at it (left out in words where there is no podman)
	@.ci/containers

docs: setup ## Write the pages of docs/ that are made from the code
	$(BIN)/python -m command_line.role_table > docs/who-may-do-what.md

mutate: setup ## Change deadlines, scoring and agenda in every small way; print how much the tests notice
	rm -rf mutants
	-$(BIN)/mutmut run
	$(BIN)/mutmut results
	$(BIN)/mutmut export-cicd-stats
	@$(BIN)/python -c "import json; s = json.load(open('mutants/mutmut-cicd-stats.json')); \
	  found = s['killed'] + s['timeout']; \
	  print(f\"{found} of {s['total']} mutants found: {found / s['total']:.1%}\")"

notices: setup ## Write THIRD-PARTY-NOTICES.txt anew after the lock has changed
	@$(BIN)/python requirements/notices.py

lock: setup ## Write the locks anew from requirements/*.in (UPGRADE=--upgrade for newer versions)
	for set in run dev; do \
	  UV_CUSTOM_COMPILE_COMMAND='make lock' $(BIN)/uv pip compile --quiet $(UPGRADE) \
	    --universal --python-version 3.11 --generate-hashes \
	    --no-strip-extras --no-emit-index-url --no-emit-find-links \
	    requirements/$$set.in -o requirements/$$set.lock; \
	done

clean: ## Remove caches and build leftovers; data in var/ and the .venv stay
	rm -rf build dist htmlcov mutants .coverage .coverage.* .hypothesis \
	  .import_linter_cache .mypy_cache .pytest_cache .ruff_cache *.egg-info
	find . -path ./.venv -prune -o -name __pycache__ -type d -print0 | xargs -0 rm -rf
