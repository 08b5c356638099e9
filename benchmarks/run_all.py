"""All benchmarks in one go: benchmarks/results.json and benchmarks/RESULTS.md.

    make benchmark
    make benchmark CONFIGFILE=config/examples/local-mirror.yaml

Every figure is a ratio of things that were timed in turns in one run on one machine. What needs an
NVIDIA GPU is run where there is one.
"""

import argparse
import dataclasses
import json
import os
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch
from planned import ROOT, Place, planned_cell, prepare
from results import written
from side_by_side import side_by_side
from start_up import start_up
from throughput import against_bare_step, against_plain_loop
from time_to_accuracy import time_to_accuracy

from reprise.data.integrity import write_whole
from reprise.training.arithmetic import has_bfloat16, set_arithmetic
from reprise.training.provenance import device_name, git_state

SIMPLE_CNN = ("kth", "fig5")
SMALL_BATCH = ("yang_huang", "table2")
DEEP = ("mclain", "table4")
NINE_LAYERS = ("shen", "headline")
CELLS_AT_ONCE = {"cpu": (1, 2, 4), "cuda": (1, 2, 4, 8)}


def main() -> None:
    """Run everything that this machine can run, and write the results."""
    options = _options()
    cpu = [Place(*cell, options.configfile) for cell in (SIMPLE_CNN, SMALL_BATCH)]
    gpu = [Place(*cell, options.configfile, "cuda") for cell in (DEEP, NINE_LAYERS)]
    has_gpu = torch.cuda.is_available()
    prepare([*cpu, *(gpu if has_gpu else [])])
    found = {"machine": _machine(options.threads), "start_up": start_up()}
    # Before this process uses threads of its own.
    found["side_by_side"] = side_by_side(CELLS_AT_ONCE["cpu"], cpu[0])
    set_arithmetic(options.threads)
    amount = {"rounds": options.rounds, "batches": options.batches}
    found["plain_loop"] = against_plain_loop(*planned_cell(cpu[0]), **amount)
    found["bare_step"] = {
        str(place): against_bare_step(*planned_cell(place), **amount) for place in cpu
    }
    found["gpu"] = _on_gpu(*gpu) if has_gpu else None
    write_whole(ROOT / "benchmarks" / "results.json", json.dumps(found, indent=1) + "\n")
    text = written(found)
    write_whole(ROOT / "benchmarks" / "RESULTS.md", text)
    print(text)


def _on_gpu(deep: Place, nine_layers: Place) -> dict[str, Any]:
    cell, data = planned_cell(nine_layers)
    return {
        "side_by_side": side_by_side(CELLS_AT_ONCE["cuda"], deep),
        "time_to_accuracy": {
            precision: time_to_accuracy(dataclasses.replace(cell, precision=precision), data, 92.0)
            for precision in ("float32", "bfloat16")
        },
    }


def _machine(threads: int) -> dict[str, Any]:
    cpu = torch.device("cpu")
    has_gpu = torch.cuda.is_available()
    return {
        **git_state(ROOT),
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "processor": device_name(cpu),
        "cores": os.cpu_count(),
        "threads": threads,
        "bfloat16_instructions": has_bfloat16(cpu),
        "gpu": device_name(torch.device("cuda")) if has_gpu else None,
        "python": platform.python_version(),
        "torch": torch.__version__,
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--configfile", type=Path, help="your own copies of data sets")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--batches", type=int, default=40, help="batches a round")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    return parser.parse_args()


if __name__ == "__main__":
    main()
