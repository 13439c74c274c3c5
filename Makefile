# Samphan: `make run` starts it, `make test` checks everything. Nothing else has to be installed first.

PYTHON ?= python3
BIN := .venv/bin
HOST ?=
PORT ?=

.DEFAULT_GOAL := help
.PHONY: help run setup test check format pictures bench long scan schema upgrade-fixture wheel clean api crash outages

help:  ## Show what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

run: setup  ## Start Samphan with the demo company at http://localhost:8000
	@$(BIN)/samphan demo
	@$(BIN)/samphan serve $(if $(HOST),--host $(HOST)) $(if $(PORT),--port $(PORT))

setup: .venv/.samphan-installed  ## Environment, dependencies, front-end, translations; quick the second time
	@$(BIN)/python -m samphan.ui.build
	@$(BIN)/python scripts/messages.py compile

PIP := PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --disable-pip-version-check

# pyproject.toml alone decides what is installed; the editable install makes the command .venv/bin/samphan.
.venv/.samphan-installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Samphan needs Python 3.11 or later; this is %d.%d." % sys.version_info[:2] if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing what Samphan stands on (about a minute the first time)"
	@$(PIP) --upgrade pip
	@$(PIP) --editable '.[build,warehouse]'
	@touch $@

.venv/.samphan-tools: pyproject.toml .venv/.samphan-installed
	@echo "Installing what the checks and tests need"
	@$(PIP) --editable '.[dev]'
	@touch $@

test: setup .venv/.samphan-tools  ## Every check and test
	@$(BIN)/python scripts/check.py

check: setup .venv/.samphan-tools  ## The checks without the tests: format, lint, types, templates, floors, translations
	@$(BIN)/python scripts/check.py --only-checks

format: setup .venv/.samphan-tools  ## Write the code in the common form
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

pictures: setup .venv/.samphan-tools  ## Photograph every screen into pictures/
	@$(BIN)/python scripts/pictures.py

bench: setup  ## Measure against the budgets with a million customers; takes long
	@home=$$(mktemp -d); for what in lists record search export import; do \
		$(BIN)/samphan bench $$what --customers $${CUSTOMERS:-1000000} --home $$home --json || exit 1; done

long: setup .venv/.samphan-tools  ## The tests at full size: the whole public order file, kills of worker and database in rounds; a thousand random companies undone
	@$(BIN)/python -m pytest -q -m long

wheel: setup  ## Build dist/samphan-….whl, with its assets and translations; it runs without Node
	@rm -rf build samphan.egg-info
	@$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .
	@rm -rf build samphan.egg-info
	@ls dist/*.whl

schema: setup  ## Record what the migrations say to an empty database, for quick first starts
	@$(BIN)/python scripts/schema.py

upgrade-fixture: setup  ## Keep the demo company as the release RELEASE=0.3.0 has it, for the tests of upgrades
	@$(BIN)/python scripts/upgrade_fixture.py $(RELEASE)

api: setup .venv/.samphan-tools  ## Every operation of the API with many made-up requests: schemathesis over the whole description
	@API_EXAMPLES=$${EXAMPLES:-50} $(BIN)/python -m pytest -q tests/api/test_schema_walk.py

scan: setup  ## Look for holes in a running demo with the scanner wapiti, signed in; about ten minutes
	@test -x .venv-scan/bin/wapiti || { $(PYTHON) -m venv .venv-scan && .venv-scan/bin/python -m pip install --quiet 'wapiti3>=3.2.3,<4'; }
	@$(BIN)/python scripts/scan.py --wapiti .venv-scan/bin/wapiti --minutes $${MINUTES:-9}

crash: setup .venv/.samphan-tools  ## Kill front, worker and database at random moments, ROUNDS times (50); CRASH_SEED repeats a run
	@ROUNDS=$(or $(ROUNDS),50) $(BIN)/python -m pytest -q -s -m long -k kills tests/whole/test_disasters.py

outages: setup .venv/.samphan-tools  ## Take the database away and fill its disk at random moments, ROUNDS times (50); CRASH_SEED repeats a run
	@ROUNDS=$(or $(ROUNDS),50) $(BIN)/python -m pytest -q -s -m long -k outages tests/whole/test_disasters.py

clean:  ## Remove what setup made; the home .samphan stays
	@rm -rf .venv .venv-scan node_modules samphan/ui/static/ui
