# poi_xl: `make run` brings the workbook up to date, `make test` proves everything.
# Both set up what they need first, on a machine that has only Python 3.11 or newer, git and make.

.DEFAULT_GOAL := help
SHELL := /bin/sh
.DELETE_ON_ERROR:

# Its authors announce what follows mkdocs at every start.
export NO_MKDOCS_2_WARNING := 1

VENV := .venv
BIN := $(VENV)/bin
TOOLS := .herramientas
WORKBOOK ?= workbook/POI_2021.xlsm
# Versions that were tested together; `make CONSTRAINTS= ...` takes the newest allowed ones.
CONSTRAINTS ?= -c tools/constraints.txt
IS_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 /usr/bin/python3; do \
	$$p -c '$(IS_ENOUGH)' 2>/dev/null && { command -v $$p; break; }; done)
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check $(CONSTRAINTS)

.PHONY: help run test check fast fuzz faults sector format bench docs picture setup setup-dev oracles constraints clean distclean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

run: setup ## bring the workbook's summary sheets up to date
	$(BIN)/poi-xl actualizar $(WORKBOOK)

test: setup-dev oracles check ## everything: checks, then every test
	@status=0; $(BIN)/python -m pytest -n auto -rs --durations=10 || status=$$?; \
	sh tools/not_run.sh; exit $$status

fast: setup-dev ## only the tests that need no other program
	$(BIN)/python -m pytest -n auto -m 'not office and not validator and not slow'

fuzz: setup-dev ## 20,000 plans laid out by chance, read and compared; FUZZ="--seed N --cases N"
	$(BIN)/python -m tools.fuzz $(FUZZ)

faults: setup-dev oracles ## commands ended, or failing, at every call that touches files; FAULTS="--step N"
	$(BIN)/python -m tests.hostile.faults $(FAULTS)

sector: setup-dev ## 5,000 files, one in a hundred damaged, consolidated and compared; SECTOR="--files N"
	$(BIN)/python -m tests.consolidating.whole $(SECTOR)

check: setup-dev ## style, types, generated files
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/python -m tools.generated --check

format: setup-dev ## put the style right
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	$(BIN)/python -m tools.generated --write

bench: setup-dev ## every measurement in bench/
	@set -e; for script in $(filter-out bench/common.py,$(wildcard bench/*.py)); do \
		echo "== $$script"; $(BIN)/python "$$script"; \
	done

docs: setup-dev oracles ## the guide, into build/guia; open build/guia/index.html
	$(BIN)/python -m tools.pictures
	$(BIN)/python -m mkdocs build --quiet

picture: setup-dev oracles ## the README's picture, workbook/POI_2021.png, drawn anew
	$(BIN)/python -m tools.pictures --readme

setup: $(VENV)/.ready ## install poi_xl into .venv

setup-dev: $(VENV)/.ready-dev ## the same, with the tools for working on it

oracles: ## LibreOffice, the .NET validator, fonts…; says what could not be had
	@bash tools/system_packages.sh office
	@bash tools/system_packages.sh validator
	@bash tools/system_packages.sh screen
	@bash tools/system_packages.sh strace
	@bash tools/system_packages.sh guide

# Newer Pythons take versions that older ones cannot: this belongs on the oldest, Debian 12's 3.11.2,
# after `make distclean` and `make setup-dev CONSTRAINTS=`.
constraints: setup-dev ## note down the versions that are installed now
	{ echo "# Versions tested together, resolved with $$($(BIN)/python -V); see the Makefile."; \
	$(BIN)/python -m pip freeze --exclude-editable --disable-pip-version-check; } \
	> tools/constraints.txt

clean: ## remove what tests and builds leave behind
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -not -path './$(VENV)/*' -not -path './.git/*' -prune -exec rm -rf {} +

distclean: clean ## the same, and the set-up too
	rm -rf $(VENV) $(TOOLS)

$(BIN)/python:
	@test -n '$(PYTHON)' || { echo 'poi_xl needs Python 3.11 or newer.' >&2; exit 1; }
	sh tools/venv.sh $(PYTHON) $(VENV)

$(VENV)/.ready: $(BIN)/python pyproject.toml tools/constraints.txt
	$(PIP) --editable .
	@touch $@

$(VENV)/.ready-dev: $(BIN)/python pyproject.toml tools/constraints.txt
	$(PIP) --editable '.[dev]'
	@touch $@ $(VENV)/.ready
