# Impromptu: what a person types. `make` alone lists it.

python := .venv/bin/python
lock := .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links

.DEFAULT_GOAL := help
.PHONY: help run test bench check fix lock

help: ## list the commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' Makefile | expand -t 16

run: ## install what is missing, start the site at http://127.0.0.1:8000
	@bin/setup run
	@exec $(python) manage.py serve

test: ## the same set-up, then the checks and every test
	@bin/setup test
	@exec bin/check tests

bench: ## measure, print a table, write bench/results.json; ONLY=name measures one row
	@bin/setup test
	@exec $(python) -m bench $(ONLY)

check: ## style, types and the direction of imports, without the tests
	@bin/setup test
	@exec bin/check

fix: ## put style right
	@bin/setup test
	@.venv/bin/ruff check --quiet --fix . ; .venv/bin/ruff format .

lock: ## write the three lock files anew
	@bin/setup run
	@$(lock) --upgrade requirements.in --output-file requirements.lock
	@$(lock) --upgrade --constraint requirements.lock requirements-test.in --output-file requirements-test.lock
	@echo uv | $(lock) --upgrade --no-annotate --output-file requirements-setup.lock -
