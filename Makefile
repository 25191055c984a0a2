# Every target does its own set-up: the virtual environment is made once and again when the lock changes.
# PYTHON=/path/to/python3.12 chooses the interpreter; ROPA_SHARED is where tests find real inputs (default: ../shared).

SHELL := /bin/bash
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.stamp
LOCK := requirements-dev.lock
AS_OF := data/samples/as_of.txt
PORT ?= 3000
WORKERS ?= 2
PYTEST := $(BIN)/python -m pytest
CODE := ropa_pipeline connectors tests benchmarks data
COMPILE := $(BIN)/uv pip compile --quiet pyproject.toml --upgrade --universal --python-version 3.11 --generate-hashes \
  --no-strip-extras --no-emit-index-url --no-emit-find-links --no-header
export ROPA_HOME := $(CURDIR)
export GX_ANALYTICS_ENABLED := false
export DO_NOT_TRACK := 1

.PHONY: help setup demo test test-slow ui bench samples lint format docs audit sbom lock clean distclean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /\1\t/' | awk -F '\t' '{printf "  make %-10s %s\n", $$1, $$2}'

setup: $(STAMP) ## Make the virtual environment (the other targets do it themselves)

$(STAMP): $(LOCK) pyproject.toml
	@set -e; \
	chosen="$(PYTHON)"; \
	if [ -z "$$chosen" ]; then \
	  for name in python3.13 python3.12 python3.11 python3; do \
	    if command -v $$name >/dev/null 2>&1 && \
	       $$name -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then \
	      chosen=$$name; break; \
	    fi; \
	  done; \
	fi; \
	if [ -z "$$chosen" ]; then \
	  echo "No Python 3.11, 3.12 or 3.13 was found. Install one (Debian 12, Ubuntu 24.04: apt install python3 python3-venv)"; \
	  echo "or name it: make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)"; exit 1; \
	fi; \
	if ! "$$chosen" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then \
	  echo "$$chosen is not Python 3.11, 3.12 or 3.13."; exit 1; \
	fi; \
	if ! "$$chosen" -c 'import ensurepip, venv' 2>/dev/null; then \
	  echo "$$chosen cannot make virtual environments. Debian and Ubuntu: apt install python3-venv"; exit 1; \
	fi; \
	echo "Setting up $(VENV) with $$($$chosen --version); the first time takes a few minutes."; \
	if [ ! -x $(BIN)/python ]; then "$$chosen" -m venv $(VENV); fi; \
	if ! $(BIN)/python -m pip --version >/dev/null 2>&1; then $(BIN)/python -m ensurepip --upgrade >/dev/null; fi; \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(LOCK); \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(STAMP)

demo: $(STAMP) ## Publish the three example controllers from synthetic samples (data/published/)
	@$(BIN)/ropa run --all --as-of "$$(cat $(AS_OF))"
	@echo "Published under data/published/: a DuckDB database and two workbooks per controller. Next: make ui"

ui: $(STAMP) ## Open Dagster on http://127.0.0.1:3000, with the runs made so far (PORT=3001 for another port)
	@$(BIN)/python -c 'from ropa_pipeline.orchestration.runner import prepare_instance; from ropa_pipeline.settings import load_settings; prepare_instance(load_settings())'
	@echo "Dagster: http://127.0.0.1:$(PORT) (it has no login: keep it on this machine; see docs/security.md). Stop with Ctrl+C."
	@DAGSTER_HOME="$(CURDIR)/data/dagster" $(BIN)/dagster dev -w workspace.yaml -h 127.0.0.1 -p $(PORT)

lint: $(STAMP) ## Style and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

test: lint ## The everyday suite: style, types, tests and doctests
	@$(PYTEST) -n $(WORKERS) --dist loadgroup -m "not slow" $(PYTEST_OPTIONS) tests ropa_pipeline connectors

test-slow: $(STAMP) ## Live databases, browser, wheel in an empty folder
	@# loadfile: what a file sets up once (a campaign of kills, a browser, a server) stays in one process
	@$(PYTEST) -n $(WORKERS) --dist loadfile -m slow $(PYTEST_OPTIONS) tests

bench: $(STAMP) ## Measure classifier (ROPA_SHARED/labels), dump reader, row ages (own MariaDB), workbook, demo, many controllers
	@$(BIN)/python -m benchmarks.classification --labels "$${ROPA_SHARED:-../shared}/labels"
	@$(BIN)/python -m benchmarks.dump_reading
	@$(BIN)/python -m benchmarks.retention
	@$(BIN)/python -m benchmarks.workbook
	@$(BIN)/python -m benchmarks.cold_demo
	@$(BIN)/python -m benchmarks.scale

samples: $(STAMP) ## Make data/samples anew; the same program gives the same bytes
	@$(BIN)/python data/generate_samples.py

format: $(STAMP) ## Format the code
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

docs: $(STAMP) ## Write the generated parts of docs/ anew
	@$(BIN)/python docs/generate.py

audit: $(STAMP) ## Known vulnerabilities of the locked dependencies (asks the package index; AUDIT_STRICT=1: no answer fails)
	@$(BIN)/python .ci/audit requirements.lock $(LOCK)

sbom: $(STAMP) ## Software bill of materials of what is installed with the tool: dist/sbom.json (CycloneDX, validated)
	@mkdir -p dist
	@$(BIN)/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml --output-reproducible --validate \
	  --of JSON -o dist/sbom.json 2>/dev/null || { echo "no valid bill of materials could be made"; exit 1; }
	@echo "dist/sbom.json: $$(grep -c '"bom-ref"' dist/sbom.json) entries"

lock: $(STAMP) ## Resolve dependencies anew, with hashes, for Python 3.11 to 3.13
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@$(COMPILE) -o requirements.lock >/dev/null
	@# deploy/: the scale extra, and the build tool, so that an installation takes nothing without its hash
	@echo "hatchling>=1.27" | $(COMPILE) - --extra scale -o requirements-scale.lock >/dev/null
	@# hatchling needs "editables" for an editable install, and asks for it only when it is too late for a lock
	@echo "editables>=0.5" | $(COMPILE) - --extra dev -o $(LOCK) >/dev/null

clean: ## Remove what runs and tools made, except inbox, history and releases
	@rm -rf data/build data/scratch data/dagster build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -not -path './$(VENV)/*' -prune -exec rm -rf {} +

distclean: clean ## Also remove the virtual environment
	@rm -rf $(VENV)
