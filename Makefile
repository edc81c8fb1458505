# What a stranger types. `make help` lists it.
PYTHON ?= python3
BIN := .venv/bin
RUN := $(BIN)/consent-service

# Tests start some thousand processes: without bytecode each would compile the whole program anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help serve demo test debian faults frameworks promises fuzz lint wheel bench bigrams families pictures snippet vendor lock newest oldest clean debian-packages

help: ## list these commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

serve: .venv/installed ## set everything up and serve on http://127.0.0.1:8000
	@$(RUN) migrate
	@exec $(RUN) serve

demo: .venv/installed ## two demo sites with three past months, in a throw-away data folder
	@exec $(RUN) demo

test: debian-packages .venv/installed-dev node_modules/installed lint ## lint, types, import contracts and every test
	$(BIN)/pytest -n $$(( $$(nproc) < 2 ? 4 : 6 )) --dist load --maxschedchunk 3

faults: debian-packages .venv/installed-dev node_modules/installed ## the long versions: processes killed under load, databases stopped, disks full, the whole browser, PostgreSQL for all
	$(BIN)/pytest -s --long tests/faults tests/integration/exactly_once
	$(BIN)/pytest -n 2 --long tests/e2e tests/privacy
	$(BIN)/pytest -n 2 --long -m long tests/integration
	$(MAKE) frameworks

frameworks: debian-packages .venv/installed-dev tests/frameworks/node_modules/installed ## the notice on sites that Astro, Next and others build
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/pytest --long tests/frameworks

promises: debian-packages .venv/installed-dev node_modules/installed ## take each protection out in turn, and expect its promise to fail
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m tests.privacy

debian: ## make test in a bare Debian of another release: RELEASE=trixie (root, debootstrap; TARGET=lint for less)
	sh tests/debian $(or $(RELEASE),trixie) $(TARGET)

fuzz: .venv/installed-dev ## a million malformed and half-well-formed hits through the application
	$(BIN)/python -m tests.fuzz

lint: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

wheel: .venv/installed ## build dist/consent_service-*.whl
	@rm -rf dist
	$(BIN)/pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .
	@ls dist

bench: debian-packages .venv/installed-dev node_modules/installed bench/lighthouse/node_modules/installed ## measure everything, into bench/results (an hour; BENCH=--quick for less)
	$(BIN)/python -m bench $(BENCH)

bigrams: .venv/installed-dev ## count the pairs of letters in words anew, by which drawn ids are told from words
	@rm -rf dist/wordfreq
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r bench/wordfreq.lock --target dist/wordfreq
	$(BIN)/python -m bench.bigrams dist/wordfreq

families: .venv/installed-dev ## list the browsers and systems that ua-parser's patterns can name
	$(BIN)/python -m bench.families

pictures: debian-packages .venv/installed-dev node_modules/installed ## take the pictures of notice and dashboard in docs anew
	$(BIN)/python -m tests.e2e.snippet.pictures
	$(BIN)/python -m tests.e2e.pictures

snippet: node_modules/installed ## bundle and minify static/consent.js into consent_service/snippet/built
	PATH="$(CURDIR)/$(BIN):$$PATH" npm run --silent build

vendor: node_modules/installed ## bring uPlot, the map of the world and the countries of time zones into the package
	PATH="$(CURDIR)/$(BIN):$$PATH" npm run --silent vendor

lock: ## pin anew (needs uv): versions and hashes, no download addresses
	uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--custom-compile-command "make lock" --group build pyproject.toml -o requirements.lock
	uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--custom-compile-command "make lock" --group dev pyproject.toml -c requirements.lock -o requirements-dev.lock

newest: RESOLUTION = highest ## the tests with the newest packages that pyproject.toml allows (needs uv; TESTS=folder for a part)
oldest: RESOLUTION = lowest-direct ## the same with the oldest (needs uv)
newest oldest: debian-packages node_modules/installed
	uv venv -q --clear --python "$(PYTHON)" .venv-$@
	uv pip compile -q --resolution $(RESOLUTION) --python .venv-$@/bin/python --group dev pyproject.toml -o .venv-$@/packages
	uv pip install -q --python .venv-$@/bin/python -r .venv-$@/packages
	uv pip install -q --python .venv-$@/bin/python --no-deps --editable .
	.venv-$@/bin/python -m pytest -n 2 $(TESTS)

clean: ## remove what these commands made (not ./data)
	rm -rf .venv .venv-newest .venv-oldest node_modules bench/lighthouse/node_modules tests/frameworks/node_modules dist $(addprefix tests/frameworks/*/,dist .astro .next .svelte-kit .react-router)

.venv/created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "consent-service needs Python 3.11 or newer: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
		{ echo "Python's venv is missing: run 'apt-get install python3-venv', then make again" >&2; exit 1; }
	@$(PYTHON) -m venv .venv && touch $@

.venv/installed: .venv/created requirements.lock pyproject.toml
	@echo "Installing pinned packages into .venv ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/installed-dev: .venv/installed requirements-dev.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

debian-packages:
	@PYTHON="$(PYTHON)" sh tests/debian-packages

bench/lighthouse/node_modules/installed: bench/lighthouse/package-lock.json
	@npm ci --silent --ignore-scripts --prefix bench/lighthouse && touch $@

tests/frameworks/node_modules/installed: .venv/installed-dev tests/frameworks/package-lock.json
	@# Not `npm ci`: a package for Windows alone, which one of these may use, is in no registry, and so in no lock.
	@PATH="$(CURDIR)/$(BIN):$$PATH" npm install --silent --no-save --ignore-scripts --prefix tests/frameworks && touch $@

node_modules/installed: .venv/installed-dev package-lock.json
	@PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --silent --ignore-scripts=false && touch $@
