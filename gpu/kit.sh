#!/bin/sh
# Some minutes on a GPU: tests, times and runs, a phase after the other. gpu/README.md says how.
exec "${PYTHON:-python3}" "$(dirname "$0")/kit/drive.py" "$@"
