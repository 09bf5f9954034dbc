# Everything a newcomer needs; `make help` lists it. Needs Python 3.11 or newer, git and make.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.synced

# Compiled modules are kept: without them each process of Prefect begins with seconds of compiling.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help setup demo test check fix faults callbacks mutants bench bench-truth audit sbom browser docs

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

setup: $(STAMP) ## Make the virtual environment from the lock, hashes checked

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; name it with make PYTHON=python3.12"; exit 2; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
	  { echo "Python's venv module is missing; on Debian: apt-get install python3-venv"; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@

demo: $(STAMP) ## Two simulated weeks of a 200-patient clinic, then its report (SERVE=1 keeps the UI up; WEEKS=13 is a sprint)
	@$(BIN)/ptclinic demo $(if $(WEEKS),--weeks $(WEEKS)) $(if $(SERVE),--serve)

# Three at a time on two cores: many tests wait for a server to start.
test: check browser ## Everything that must hold
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

check: $(STAMP) ## Format, lint, types, imports; changes nothing
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/lint-imports --no-logo
	$(BIN)/mypy --no-error-summary

fix: $(STAMP) ## Format, and mend what can be mended by itself
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format --quiet .

INSURED := $(addprefix tests/flows/test_,coverage_is_verified.py claims_leave_and_come_back.py claims_go_over_sftp.py)

faults: $(STAMP) ## Faults at every step of a message's life, in loops; under 25 minutes
	$(BIN)/python -m pytest tests/faults tests/property $(INSURED) -m "" --long-faults \
	  --timeout=1500 -n 3 --dist loadgroup --ignore tests/faults/test_callbacks.py

callbacks: $(STAMP) ## Callbacks by the ten thousand: doubled, forged, with the flow side down; an hour
	$(BIN)/python -m pytest tests/faults/test_callbacks.py -m "" --long-faults --timeout=2400

mutants: $(STAMP) ## Take each gate away in turn; some test must fail
	$(BIN)/python -m tests.mutants

bench: $(STAMP) ## Every speed claim, as ratios in one run, into docs/benchmarks.md
	$(BIN)/python -m bench

bench-truth: $(STAMP) ## Is the report right? 36,000 simulated sprints, into docs/truth.md; under 25 minutes
	$(BIN)/python -m bench.truth --keep

audit: $(STAMP) ## Known vulnerabilities of what the lock names; asks a public service
	@$(BIN)/pip-audit --strict --require-hashes --disable-pip --progress-spinner off -r requirements.lock || \
	  { echo "Not shown to be free of known vulnerabilities: one is named above, or the service was not reached."; exit 1; }

sbom: $(STAMP) ## The bill of materials (CycloneDX), as build/sbom.json
	@mkdir -p build
	$(BIN)/cyclonedx-py requirements --output-reproducible --of JSON -o build/sbom.json requirements.lock 2>/dev/null
	@echo build/sbom.json

docs: $(STAMP) ## Write the generated pages again
	$(BIN)/python -m tests.spec.render
	$(BIN)/ptclinic schema > docs/generated/clinic.schema.json

# A page is judged in a real browser. Without one those tests are skipped by name; CI has it.
browser:
	@command -v chromium >/dev/null || { [ "$${CI:-}" = true ] && [ "$$(id -u)" = 0 ] && \
	  command -v apt-get >/dev/null && apt-get update -qq && apt-get install -y -qq chromium >/dev/null; } || \
	  echo "No chromium: tests of pages are skipped. On Debian: apt-get install chromium"
