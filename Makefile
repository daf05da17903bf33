# Two commands: `make demo` talks with the sample shop, `make test` passes the tests. `make help` lists the rest.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
EXTRAS := llm,telegram,redis,mcp,parquet,postgres,train,eval,dev

.PHONY: help demo setup test quick faults doors kills load lint format wheel clean

help:  ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

demo: $(VENV)/.serving  ## set up what serving needs and talk with the sample shop
	@$(BIN)/shopclerk demo

setup: $(VENV)/.everything  ## set up everything: all extras and the development tools

test: $(VENV)/.everything  ## set up everything and pass the tests
	@PYTHONDONTWRITEBYTECODE= OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile $(ARGS)

quick: $(VENV)/.everything  ## the plain tests only, without the slow ones
	@PYTHONDONTWRITEBYTECODE= OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile -m "not slow" $(ARGS)

faults: $(VENV)/.everything  ## break a language model's endpoint in every way and see what customers hear (4 minutes)
	@$(BIN)/python -m eval faults $(ARGS)

doors: $(VENV)/.everything  ## try to get in: 100,000 hostile requests, 10,000 sessions, 20,000 cases of the API, naughty strings (an hour)
	@for trial in hostile sessions strangers api naughty; do $(BIN)/python -m eval $$trial || exit 1; done

kills: $(VENV)/.everything  ## kill the serving process at every moment and see that each message is answered once, in order (half an hour)
	@$(BIN)/python -m eval kills $(ARGS)

load: $(VENV)/.everything  ## how much one machine takes: acknowledgements, turns, a flood, 2,000 pages (ten minutes on two idle cores)
	@$(BIN)/python -m eval load $(ARGS)

lint: $(VENV)/.everything  ## ruff, mypy --strict, import-linter
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

format: $(VENV)/.everything  ## mend the layout
	@$(BIN)/ruff check --fix . && $(BIN)/ruff format .

wheel: $(VENV)/.everything  ## build dist/*.whl
	@$(BIN)/python -m build --wheel --no-isolation

clean:  ## remove the environment and the demo's data
	rm -rf $(VENV) .shopclerk dist build

$(VENV)/.serving: pyproject.toml constraints.txt .ci/setup.sh
	@PYTHON=$(PYTHON) VENV=$(VENV) bash .ci/setup.sh serving

$(VENV)/.everything: pyproject.toml constraints.txt .ci/setup.sh
	@PYTHON=$(PYTHON) VENV=$(VENV) bash .ci/setup.sh everything "$(EXTRAS)"
