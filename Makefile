# Needs GNU make and Python 3.11 or newer, nothing else: no git, no compiler, no linker.
# `make help` lists the targets; `make PYTHON=/path/to/python3.12 ...` chooses the interpreter.

PYTHONS := $(or $(PYTHON),python3 python3.13 python3.12 python3.11 python3.14)
SPEC ?= specs/bmass.yaml
OUTPUT ?= out/$(basename $(notdir $(SPEC)))
JOBS ?= 2

VENV := .venv
BIN := $(VENV)/bin
# Wheels only: nothing is compiled while installing.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all:

# A compiler that is only a stub, as on a Mac without its command-line tools, counts as none.
COMPILER := $(shell for c in cc gcc clang; do if $$c --version >/dev/null 2>&1; then echo $$c; break; fi; done)
comma := ,
EXTRAS := plot,root$(if $(COMPILER),,$(comma)compiler)
READY := $(VENV)/.ready$(if $(COMPILER),,-compiler)

.DEFAULT_GOAL := help
.PHONY: help fit test check studies bench clean distclean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' Makefile

fit: $(READY) ## set up, and fit SPEC (specs/bmass.yaml) into OUTPUT (out/bmass)
	$(BIN)/morefit fit $(SPEC) --output $(OUTPUT)

test: $(READY)-test ## set up, and run the tests
	$(BIN)/python -m pytest -n $(JOBS)

check: $(READY)-check ## lint, format, types, layers, length of files
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/file_length.py

studies: $(READY)-test ## the slow statistical studies
	$(BIN)/python -m pytest -n $(JOBS) -m study

bench: $(READY)-test ## the benchmarks: speed and memory against the peers
	$(BIN)/python -m benchmarks

clean: ## remove results, compiled kernels and the tools' caches
	rm -rf out build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find generated_cache -mindepth 1 -maxdepth 1 ! -name .gitkeep ! -name README.md -exec rm -rf {} +
	find morefit_py tests tools -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean ## remove the virtual environment too
	rm -rf $(VENV) .venv-bench

$(BIN)/python:
	@for p in $(PYTHONS); do \
	  if "$$p" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
	    echo "creating $(VENV) with $$p"; exec "$$p" -m venv --clear $(VENV); \
	  fi; \
	done; \
	echo "No Python >= 3.11 with its venv module among: $(PYTHONS)." >&2; \
	echo "Install one (on Debian and Ubuntu python3-venv as well), or name it: make PYTHON=/path/to/python" >&2; \
	exit 1

# pip is upgraded first because dependency groups need pip 25.1. OpenCL is worth having but not
# published for every machine, so its absence stops nothing. Under a umask that lets the group
# write, a clone's cache folder would be refused.
$(READY): $(BIN)/python pyproject.toml
	$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip
	@echo "installing into $(VENV)$(if $(COMPILER),, (no C compiler here: one comes along, 400 MB))"
	$(PIP) --upgrade pip
	$(PIP) --editable '.[$(EXTRAS)]'
	$(PIP) --editable '.[opencl]' || echo "no OpenCL for this machine; going on without it" >&2
	chmod go-w generated_cache
	touch $@

$(READY)-test: $(READY)
	$(PIP) --group test
	touch $@

$(READY)-check: $(READY)-test
	$(PIP) --group dev
	touch $@
