# The two commands: `make run` starts everything and plays the sample year, `make test` runs every test. Both set up what
# they need in .venv with pip alone, as root or not, and need no network when everything is there.
.DEFAULT_GOAL := help
.PHONY: help run test lint check-browser check-hledger setup setup-tests pages goldens bench lock
SHELL := /bin/sh
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore

help:
	@sed -n 's/^## //p' Makefile

## make run      install into .venv, start everything, play the sample year, print the address; Ctrl-C stops all of it
run: setup
	@exec $(BIN)/ruche demo

## make test     install, check style and types, run every test on real servers and a real browser
test: setup-tests check-browser check-hledger lint
	$(BIN)/python -m pytest

## make lint     style and types alone
lint: setup-tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

## make pages    write again what is written from the code: services/README.md, deploy/settings.example.env
pages: setup-tests
	$(BIN)/python -m tests.house.command_page
	$(BIN)/python -m deploy.settings_example

## make goldens  write the golden records that are missing; an existing one is never changed
goldens: setup-tests
	$(BIN)/python -m tests.governance.write_goldens
	$(BIN)/python -m tests.ledger.write_goldens

## make bench    measure this machine: append, replay, publish, http, tally, vote (which takes three minutes)
bench: setup
	@for name in append replay publish http tally vote; do $(BIN)/ruche bench $$name || exit 1; done

## make lock     choose the versions anew and write both lock files
lock: setup-tests
	$(call locked,requirements.lock,--extra install)
	$(call locked,requirements-dev.lock,--extra install --extra dev)

setup:
	@$(call installed,requirements.lock)

setup-tests:
	@$(call installed,requirements-dev.lock)

check-browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing Debian's Chromium for the tests that look at pages."; \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; \
	  else \
	    echo "The tests look at pages in Chromium, which is missing. Install it, then run make test again:" >&2; \
	    echo "    sudo apt-get install chromium" >&2; exit 1; \
	  fi; }

check-hledger:
	@command -v hledger >/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing Debian's hledger for the tests of the ledger's exports."; \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends hledger; \
	  else \
	    echo "The tests of the ledger's exports need hledger, which is missing. Install it, then run make test again:" >&2; \
	    echo "    sudo apt-get install hledger" >&2; exit 1; \
	  fi; }

# $(1): the lock to install. Skipped while neither it nor pyproject.toml has changed since it was installed.
define installed
set -eu; stamp=.venv/$(1).installed; wanted="$$(cat $(1) pyproject.toml | cksum) in $$(pwd)"; \
if [ "$$wanted" != "$$(cat $$stamp 2>/dev/null || true)" ] || ! $(BIN)/python -c '' 2>/dev/null; then \
  $(BIN)/python -m pip --version >/dev/null 2>&1 || { $(find_python); echo "Making .venv with $$python."; "$$python" -m venv --clear .venv; }; \
  echo "Installing what $(1) names (once; a minute or two)."; \
  $(BIN)/python -m pip install -qq --require-hashes -r $(1); \
  $(BIN)/python -m pip install -qq --no-deps --no-build-isolation -e .; \
  echo "$$wanted" > $$stamp; \
fi
endef

# The first Python that is new enough and can make virtual environments; Debian packs the second half apart.
define find_python
python=; for name in $${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do \
  "$$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { python=$$name; break; }; \
done; \
[ -n "$$python" ] || { echo "Ruche needs Python 3.11 or newer with venv. On Debian: apt-get install python3 python3-venv" >&2; exit 1; }
endef

# $(1): the lock, $(2): the extras. Exact versions and hashes; no address, no comment that names where they came from.
define locked
$(BIN)/pip-compile --quiet --strip-extras --generate-hashes --allow-unsafe --no-annotate --no-header --no-emit-index-url \
  --no-emit-trusted-host --no-emit-find-links $(2) --output-file $(1).new pyproject.toml
sed '/^#/d; /^-/d; /^$$/d' $(1).new > $(1)
rm $(1).new
endef
