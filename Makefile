# `make` alone lists what there is. Needs GNU make and Python 3.11 or newer; all else goes to .venv.

PYTHON ?= python3
PY := .venv/bin/python
# What installs: the environment itself where it works, else the Python that shall make it.
BOOT = $(shell $(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(PY) || echo $(PYTHON))
# `site/` is a source folder, not a package; the root itself comes with `python -m`.
export PYTHONPATH := site
# No .pyc of a tool that runs before .venv exists, and lines appear when they are printed.
export PYTHONUNBUFFERED := 1

.DEFAULT_GOAL := help
.PHONY: help python env env-dev run test test-deep check bench shots vendor requirements

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

python:
	@command -v $(BOOT) >/dev/null || { echo "$(PYTHON) was not found: install Python 3.11 or newer (apt install python3 python3-venv)" >&2; exit 1; }
	@$(BOOT) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is older than 3.11: install a newer one and name it, e.g. make run PYTHON=python3.12" >&2; exit 1; }

env: python
	@$(BOOT) tools/bootstrap.py run

env-dev: python
	@$(BOOT) tools/bootstrap.py dev

run: env ## the platform on http://127.0.0.1:8000 with a demo street (PORT=8001 for another port)
	@$(PY) -m tools.run

test: env-dev ## the whole suite on SQLite, then on PostgreSQL (ARGS="-k word", DB=sqlite|postgres)
	@$(PY) -m tools.test $(if $(DB),--db=$(DB)) -- $(ARGS)

test-deep: env-dev ## the long tests: fuzz, faults, many races
	@$(PY) -m tools.test --deep $(if $(DB),--db=$(DB)) -- $(ARGS)

check: env-dev ## format, lint, types, import contracts, migrations, deployment, every page's HTML
	@$(PY) -m tools.check

bench: env-dev ## speed as ratios to ceilings of the same run, JSON lines (ONLY=name, SHORT=1)
	@$(PY) -m tests.bench $(if $(ONLY),--only $(ONLY)) $(if $(SHORT),--short)

shots: env-dev ## pictures of the main pages at 390 and 1280 px, into build/shots/
	@$(PY) -m tests.shots

vendor: env-dev ## fetch the vendored front-end files again (needs npm; developers only)
	@$(PY) -m tools.vendor

requirements: env-dev ## recompile requirements*.txt from requirements*.in (ARGS=--upgrade)
	@$(PY) -m tools.bootstrap compile $(ARGS)
