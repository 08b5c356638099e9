"""Work through a list of jobs on a machine with PyTorch and without Snakemake.

python workflow/scripts/run_jobs.py JOBS --workers N --seconds S (see docs/elsewhere.md)
"""

import sys
import time

# Before what takes seconds to import.
STARTED = time.time()

# Nothing was installed here that would have looked at the version.
if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit(f"Error: expected Python 3.11 or newer, found {sys.version.split()[0]}: use another")

try:
    from reprise.elsewhere.command import main
except ModuleNotFoundError as error:
    sys.exit(
        f"Error: expected torch, numpy, pandas, pyyaml and safetensors, and {error.name} is not "
        "there: install them with pip"
    )

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], STARTED))
