# `make` alone lists what there is. Only make and Python 3.11 are presumed; the rest goes into .venv.
.DEFAULT_GOAL := help
.PHONY: help demo test check bench crash nightly screenshots lock format set-up set-up-dev
MAKEFLAGS += --no-print-directory
SHELL := /bin/sh

PYTHON ?=
export PYTHON
unexport PYTHONDONTWRITEBYTECODE  # what was compiled once is not compiled at every start
ARGS ?=
# Two more than processors: tests wait for browsers and databases. Eight at most: they share one PostgreSQL.
WORKERS ?= $(shell n=$$(getconf _NPROCESSORS_ONLN) || n=2; test $$n -lt 7 && echo $$((n + 2)) || echo 8)
BIN := .venv/bin
COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock'

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

demo: set-up ## the bot and a Slack workspace to try it in; ARGS="--play outage" plays a whole incident
	@$(BIN)/anticrisi demo $(ARGS)

test: set-up-dev ## the whole test suite; ARGS="tests/promises -x" for a part
	@$(BIN)/python -m pytest -n $(WORKERS) $(ARGS)

check: set-up-dev ## format, lint, import rules, types, catalogues, then the tests
	@echo "Format"
	@$(BIN)/ruff format --check --quiet .
	@echo "Lint"
	@$(BIN)/ruff check --quiet .
	@$(BIN)/hadolint Dockerfile
	@echo "Import rules"
	@said=$$($(BIN)/lint-imports --no-logo --no-cache 2>&1) || { echo "$$said"; exit 1; }
	@echo "Types"
	@$(BIN)/mypy --no-error-summary
	@echo "Catalogues"
	@$(BIN)/python -m messages.catalogues check
	@echo "Tests"
	@$(MAKE) test

bench: set-up-dev ## the benchmarks, each as a ratio in one run
	@$(BIN)/python -m tests.bench $(ARGS)

crash: set-up-dev ## the kill and fault runs; exit 1 on anything lost or doubled
	@$(BIN)/python -m tests.crash $(ARGS)

nightly: set-up-dev ## 2,000 nights of the ladder instead of 200, each in its own order; then the crash runs
	@ANTICRISI_EXAMPLES=2000 $(BIN)/python -m pytest tests/contracts/test_ladder_machine.py
	@$(BIN)/python -m tests.crash $(ARGS)

screenshots: set-up-dev ## the pictures of the documentation, taken again
	@$(BIN)/python -m tests.screenshots $(ARGS)

format: set-up-dev ## format and fix what can be fixed
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --quiet --fix .

lock: ## both locks again from pyproject.toml; ARGS="--upgrade" for newer versions
	@test -x $(BIN)/uv || tools/install.sh dev
	@$(COMPILE) $(ARGS) --group build -o requirements.lock pyproject.toml
	@$(COMPILE) $(ARGS) --group dev -c requirements.lock -o requirements-dev.lock pyproject.toml
	@echo "requirements.lock and requirements-dev.lock are in step with pyproject.toml"

set-up:
	@tools/install.sh run

set-up-dev:
	@tools/install.sh dev
