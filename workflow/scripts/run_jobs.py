"""Work through a list of jobs on a machine with PyTorch and without Snakemake.

python workflow/scripts/run_jobs.py JOBS --workers N --seconds S (see docs/elsewhere.md)
"""

import sys
import time

# Before what takes seconds to import.
STARTED = time.time()

from reprise.elsewhere.command import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], STARTED))
