#!/usr/bin/env bash
# Sets up $VENV with pinned packages: `.ci/setup.sh serving` or `.ci/setup.sh everything EXTRA,EXTRA`. uv where it can be, else pip.
# torch comes in a step of its own, as the CPU build: from the folder PIP_FIND_LINKS names where that has it,
# else by uv's own choice of a CPU build, else as pip finds it.
set -euo pipefail
what=$1 extras=${2:-}
python=${PYTHON:-python3} venv=${VENV:-.venv}
say() { printf '\033[1m%s\033[0m\n' "$*" >&2; }

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
  { echo "shopclerk needs Python 3.11 or later; $python is $("$python" -V 2>&1). Try: make PYTHON=python3.12 …" >&2; exit 1; }

started=$SECONDS
if [ ! -x "$venv/bin/python" ]; then
  say "1/3 Making the virtual environment $venv"
  "$python" -m venv "$venv"
fi
python=$venv/bin/python

uv=$(command -v uv || true)
if [ -z "$uv" ]; then
  "$python" -m uv --version >/dev/null 2>&1 || "$python" -m pip install -q --disable-pip-version-check -c constraints.txt uv 2>/dev/null || true
  [ -x "$venv/bin/uv" ] && uv=$venv/bin/uv
fi
install() {
  if [ -n "$uv" ] && "$uv" pip install --python "$python" ${PIP_FIND_LINKS:+--find-links "$PIP_FIND_LINKS"} -c constraints.txt "$@"; then
    return
  fi
  [ -z "$uv" ] || say "uv could not; trying with pip"
  "$python" -m pip install --disable-pip-version-check -c constraints.txt "$@"
}

if [ "$what" = serving ]; then
  say "2/3 Installing what serving needs"
  install -e .
else
  say "2/3 Installing the CPU build of torch"
  if ! "$python" -c 'import torch' 2>/dev/null; then
    if [ -n "$uv" ] && [ -z "${PIP_FIND_LINKS:-}" ]; then
      "$uv" pip install --python "$python" --torch-backend cpu -c constraints.txt torch 2>/dev/null ||
        "$python" -m pip install --disable-pip-version-check -c constraints.txt torch
    else
      install torch==2.13.0
    fi
  fi
  say "3/3 Installing shopclerk with [$extras] and the development tools"
  install -e ".[$extras]"
  touch "$venv/.everything"
fi
# Python would do it at the first run, but not where PYTHONDONTWRITEBYTECODE is set or nothing may be written: a start then takes nearly twice as long.
"$python" - <<'COMPILE'
import compileall, importlib.util, pathlib, sys
names = """annotated_doc annotated_types babel charset_normalizer chromadb click defusedxml dotenv fastapi filelock numpy onnxruntime pydantic
pydantic_settings rich rjieba shellingham sqlite3 starlette structlog tokenizers typer typing_extensions typing_inspection uvicorn yaml
bot retrieval knowledge_base""".split()
for name in names:
    found = importlib.util.find_spec(name)
    if found and found.submodule_search_locations:
        for folder in found.submodule_search_locations:
            compileall.compile_dir(folder, quiet=2, workers=0)
    elif found and found.origin and found.origin.endswith(".py"):
        compileall.compile_file(found.origin, quiet=2)
COMPILE
touch "$venv/.serving"
say "Ready in $((SECONDS - started)) s."
