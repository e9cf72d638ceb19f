# Two commands do all the set-up: `make run` and `make test`. `make help` lists the rest.

PYTHON ?= python3
PORT ?= 8501
JOBS ?= 3
VENV := .venv
BIN := $(VENV)/bin
RUN_STAMP := $(VENV)/.installed
DEV_STAMP := $(VENV)/.installed-dev
WARM_STAMP := $(VENV)/.warm
CHROMIUM = $$(command -v chromium || command -v chromium-browser || command -v google-chrome)
HAS_FONT = $$(fc-list :lang=zh 2>/dev/null | head -n 1; ls /usr/share/fonts/opentype/noto/*CJK* 2>/dev/null | head -n 1)
HAS_POSTGRES = $$(ls /usr/lib/postgresql/*/bin/initdb 2>/dev/null | head -n 1; command -v initdb)

.DEFAULT_GOAL := help
.PHONY: help run test test-quick test-all test-cluster proxy check lint types imports system docs audit benchmarks clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

run: $(WARM_STAMP) ## install what is missing and start the app on http://127.0.0.1:8501
	@echo "http://127.0.0.1:$(PORT)"
	@$(BIN)/streamlit run app.py --server.address 127.0.0.1 --server.port $(PORT)

test: $(DEV_STAMP) system $(WARM_STAMP) check ## everything that must pass: linters, types, floors, all tests, browser included
	$(BIN)/python -m pytest -n $(JOBS) -m "not heavy"

test-quick: $(DEV_STAMP) $(WARM_STAMP) ## the tests without browser, servers and PDF readers
	@echo "Quick run: browser, server and poppler tests are LEFT OUT; make test runs them."
	$(BIN)/python -m pytest -n $(JOBS) -m "not browser and not server and not poppler and not heavy"

test-all: $(DEV_STAMP) system proxy $(WARM_STAMP) check ## also the runs that take many minutes
	$(BIN)/python -m pytest -n $(JOBS)

test-cluster: $(DEV_STAMP) system proxy $(WARM_STAMP) ## three processes behind nginx with one PostgreSQL: killed, crashed, rolled out (minutes)
	$(BIN)/python -m pytest -n 0 tests/cluster

check: lint types imports ## linters, types and the import contract

lint: $(DEV_STAMP)
	$(BIN)/ruff check .
	$(BIN)/numpydoc lint $$(find recommender -name '*.py' | sort)

types: $(DEV_STAMP)
	$(BIN)/mypy

imports: $(DEV_STAMP)
	$(BIN)/lint-imports

docs: $(DEV_STAMP) ## write the pages and schemas in docs/ that are made from code
	$(BIN)/python -m recommender.web.published

audit: $(BIN)/python ## ask the Python advisory database about the pinned dependencies; needs the network
	@$(BIN)/python -m venv $(VENV)-audit && $(VENV)-audit/bin/pip install --disable-pip-version-check --quiet pip-audit==2.10.1
	$(VENV)-audit/bin/pip-audit --requirement requirements.txt --progress-spinner off

benchmarks: $(WARM_STAMP) ## time of planning, memory, start and throughput of the server
	$(BIN)/python -m benchmarks.plan
	$(BIN)/python -m benchmarks.memory
	$(BIN)/python -m benchmarks.cold_start
	$(BIN)/python -m benchmarks.http

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or later is needed: make PYTHON=/path/to/python3.11 ..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(RUN_STAMP): requirements.txt | $(BIN)/python
	$(BIN)/python -m pip install --disable-pip-version-check --quiet -r requirements.txt
	@touch $@

$(DEV_STAMP): requirements.txt requirements-dev.txt | $(BIN)/python
	$(BIN)/python -m pip install --disable-pip-version-check --quiet -r requirements-dev.txt
	@touch $(RUN_STAMP) $@

# Once after an installation or a change of the compiled code, so that no visitor waits for the compiler.
$(WARM_STAMP): $(RUN_STAMP) $(wildcard recommender/orienteering/*.py recommender/travel/*.py)
	$(BIN)/python -m recommender warm
	@touch $@

# Debian's chromium, a Chinese font, a reader of PDF files and PostgreSQL, installed where this user may; named where not.
system:
	@missing=""; \
	[ -n "$(CHROMIUM)" ] || missing="$$missing chromium"; \
	[ -n "$(HAS_FONT)" ] || missing="$$missing fonts-noto-cjk"; \
	command -v pdftotext >/dev/null || missing="$$missing poppler-utils"; \
	[ -n "$(HAS_POSTGRES)" ] || missing="$$missing postgresql"; \
	[ -z "$$missing" ] && exit 0; \
	echo "Installing for the tests of pages, PDF and database:$$missing"; \
	if [ "$$(id -u)" = 0 ]; then sudo=""; else sudo="sudo -n"; fi; \
	if command -v apt-get >/dev/null; then \
	  $$sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends $$missing; \
	fi; \
	still=""; \
	[ -n "$(CHROMIUM)" ] || still="$$still chromium"; \
	[ -n "$(HAS_FONT)" ] || still="$$still fonts-noto-cjk"; \
	command -v pdftotext >/dev/null || still="$$still poppler-utils"; \
	[ -n "$(HAS_POSTGRES)" ] || still="$$still postgresql"; \
	[ -z "$$still" ] || { echo "The tests of pages, PDF and database need these system packages, which could not be installed here:$$still" >&2; \
	  echo "Install them (Debian: apt-get install$$still) or run make test-quick, which leaves browser, servers and PDF readers out." >&2; exit 1; }

# nginx for the test of several processes, installed where this user may; it is not left running.
proxy:
	@if [ -x /usr/sbin/nginx ] || command -v nginx >/dev/null; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ]; then sudo=""; else sudo="sudo -n"; fi; \
	command -v apt-get >/dev/null && $$sudo apt-get update -qq && \
	  DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends nginx-light; \
	[ -x /usr/sbin/nginx ] || command -v nginx >/dev/null || \
	  { echo "The test of several processes needs nginx (Debian: apt-get install nginx-light)." >&2; exit 1; }

clean: ## remove the environment and caches
	rm -rf $(VENV) $(VENV)-audit .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
