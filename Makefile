# Two commands: `make report` renders a quarter's page, `make test` checks everything.
# They set up what they need in .venv; nothing outside this folder is touched, except that
# `make test` asks the system's package manager for Chromium where it is missing and may be installed.

PYTHON ?= python3
PERIOD ?= 2024-Q1
DATA   ?= data/lao-cai
LANGUAGE ?= vi

BIN := .venv/bin
UV  := 0.13.9
COMPILE := $(BIN)/uv pip compile pyproject.toml --group build --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-package rfc3987-syntax --no-annotate --custom-compile-command "make lock" --quiet

.PHONY: report test test-all bench lock demo docs lab clean

report: .venv/ready
	@$(BIN)/dx report $(PERIOD) --data $(DATA) --lang $(LANGUAGE)

test: .venv/ready-test
	@$(BIN)/python -m tests.browser.install
	@$(BIN)/python -m pytest -n auto --dist loadfile

test-all: .venv/ready-test
	@$(BIN)/python -m tests.browser.install
	@HYPOTHESIS_PROFILE=full $(BIN)/python -m pytest -n auto --dist loadfile --full

# Figures as ratios to what a user would use instead, written to benchmarks/RESULTS.md.
bench: .venv/ready-test
	@$(BIN)/python -m benchmarks.scoring
	@$(BIN)/python -m benchmarks.panel
	@$(BIN)/python -m benchmarks.runs
	@$(BIN)/python -m benchmarks.page
	@$(BIN)/python -m benchmarks.intake

lab: .venv/ready
	@$(BIN)/jupyter lab notebooks

# The made-up province, written again by its seeded script; the data dictionary, from the schemas.
demo: .venv/ready
	@$(BIN)/python data/demo-province/make.py

docs: .venv/ready
	@$(BIN)/python -m dxlib.dictionary docs/data-dictionary.md

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "dx-review needs Python 3.11 or newer: set PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv .venv

.venv/ready: .venv/bin/python requirements.lock pyproject.toml
	@echo "Setting up .venv (a few minutes the first time)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m dxlib.interaction
	@touch $@

.venv/ready-test: .venv/ready requirements-test.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-test.lock
	@touch $@

lock: .venv/bin/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV)
	@$(COMPILE) --output-file requirements.lock
	@$(COMPILE) --extra test --extra bench --extra dask --constraint requirements.lock --output-file requirements-test.lock

clean:
	rm -rf .venv
