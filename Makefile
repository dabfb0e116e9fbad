# Every target sets up what it needs. All that is asked for is Python 3.11 to 3.13, make and a
# package index.

PYTHON ?= python3
VENV := .venv
LAB := .venv-lab
READY := $(VENV)/ready.stamp
LAB_READY := $(LAB)/ready.stamp
BUILT := _build/built.stamp
BUNDLE := book/_static/vega-bundle.js
INSTALL := -m pip install --quiet --disable-pip-version-check

# Kernels must run in the environment of the build, not in one that the user registered.
export JUPYTER_PATH := $(CURDIR)/$(VENV)/share/jupyter
export IPYTHONDIR := $(CURDIR)/$(VENV)/ipython
unexport PYTHONPATH

SOURCES := $(shell find _config.yml _toc.yml CITATION.cff LICENSE book data notebooks src tools -type f \
	-not -path 'data/derived/*' -not -path '*.egg-info/*' -not -path '*/__pycache__/*' \
	-not -path '*/.ipynb_checkpoints/*' -not -path '$(BUNDLE)' 2>/dev/null)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help ready book pdf release screenshots test test-book lab check format lock clean-pages clean-book clean

help:  ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' Makefile

ready: $(READY)  ## Set up the environment of the project

book:  ## Build the book, every page anew; a warning is an error
	@rm -f $(BUILT)
	@$(MAKE) --no-print-directory $(BUILT)
	@echo "The book is in _build/html; open _build/html/index.html."

pdf: $(BUILT)  ## Print the built book as a PDF anew (needs Chromium)
	$(VENV)/bin/python -m analysis.book.pdf

release: $(BUILT)  ## Gather book, PDF, data, package and checksums in _build/release
	$(VENV)/bin/python tools/make_release.py

screenshots: $(BUILT)  ## Take pictures of every page, at three widths, light and dark, into _build/screenshots
	$(VENV)/bin/python tests/book/screenshots.py _build/screenshots

test: $(READY)  ## Run the tests that need no built book
	$(VENV)/bin/python -m pytest --numprocesses=auto --dist=loadfile --ignore=tests/book

test-book: $(BUILT)  ## Run the tests of the built book; build it first if it is missing or old
	$(VENV)/bin/python -m pytest --numprocesses=auto --dist=loadgroup tests/book

lab: export JUPYTER_PATH := $(CURDIR)/$(LAB)/share/jupyter
lab: export IPYTHONDIR := $(CURDIR)/$(LAB)/ipython
lab: $(LAB_READY)  ## Open the notebooks in JupyterLab
	$(LAB)/bin/python -m jupyterlab --LabApp.default_url=/lab/tree/notebooks $(LAB_ARGS)

check: $(READY)  ## Lint, formatting and types
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/mypy src

format: $(READY)  ## Put code into the project's format
	$(VENV)/bin/ruff check --fix
	$(VENV)/bin/ruff format

lock: $(VENV)/bin/python  ## Write requirements.lock and environment.yml (LOCK_ARGS=--upgrade for newer versions)
	$(VENV)/bin/python $(INSTALL) uv packaging
	$(VENV)/bin/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
		--fork-strategy fewest --extra book --extra exchange --extra pdf --extra test --extra dev --extra scale \
		--custom-compile-command "make lock" $(LOCK_ARGS) --output-file requirements.lock pyproject.toml
	$(VENV)/bin/python tools/write_environment.py

clean-book: clean-pages  ## Remove the built book and all that was written for it
	rm -rf _build $(BUNDLE)
	if [ -d data/derived ]; then find data/derived -type f ! -name .gitkeep ! -name README.md -delete; fi

# What knows by itself whether it is old may stay: the script that draws the charts names the
# versions it was made from, and what notebooks made is kept with checksums of what they read.
clean-pages:  ## Remove the built pages, but not what notebooks made from the same code and data
	if [ -d _build ]; then find _build -mindepth 1 -maxdepth 1 ! -name notebooks -exec rm -rf {} +; fi

clean: clean-book  ## Remove the environments and caches, too
	rm -rf $(VENV) $(LAB) .hypothesis .mypy_cache .pytest_cache .ruff_cache src/*.egg-info
	find book data notebooks src tests tools -type d \
		\( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +

# All pages are written anew. The notebooks run if anything they depend on has changed.
$(BUILT): $(READY) $(SOURCES)
	@$(MAKE) --no-print-directory clean-pages
	$(VENV)/bin/python -m analysis check data
	$(VENV)/bin/python -m analysis.charts $(BUNDLE)
	$(VENV)/bin/jupyter-book build . -W -n --keep-going
	$(VENV)/bin/python -m analysis.book.check
	$(VENV)/bin/python -m analysis.book.pdf
	@touch $@

$(READY): requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing the locked packages into $(VENV); this takes a few minutes."
	$(VENV)/bin/python $(INSTALL) --require-hashes -r requirements.lock
	$(VENV)/bin/python $(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

$(LAB_READY): requirements.lock pyproject.toml | $(LAB)/bin/python
	@echo "Installing the locked packages and JupyterLab into $(LAB); this takes a few minutes."
	$(LAB)/bin/python $(INSTALL) --require-hashes -r requirements.lock
	$(LAB)/bin/python $(INSTALL) --no-build-isolation -e '.[lab]'
	@touch $@

$(VENV)/bin/python $(LAB)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null || { \
		echo "Python 3.11, 3.12 or 3.13 is needed; $(PYTHON) is: $$($(PYTHON) --version 2>&1)" >&2; \
		echo "Name another one, for example: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	$(PYTHON) -m venv $(@:/bin/python=)
