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
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

# Before the modules beside this one, which import the library.
sys.path.insert(0, str(Path(__file__).parents[1] / "workflow" / "scripts"))

import torch
from launch_bound import replayed_against_eager
from planned import ROOT, Place, planned_cell, prepare
from results import written
from side_by_side import side_by_side
from start_up import start_up
from throughput import against_bare_step, against_plain_loop
from time_to_accuracy import time_to_accuracy

from reprise.commits import git_state
from reprise.data.integrity import write_whole
from reprise.studies.cell import BFLOAT16, Cell
from reprise.studies.yaml_files import read_yaml
from reprise.training.jobs.provenance import device_name
from reprise.training.machine.arithmetic import bfloat16_instructions
from reprise.training.machine.process import set_up_process
from reprise.training.recordings.cuda_graphs import CudaGraphs

SIMPLE_CNN = ("kth", "fig5")
SMALL_BATCH = ("yang_huang", "table2")
DEEP = ("mclain", "table4")
NINE_LAYERS = ("shen", "headline")
EIGHTEEN_LAYERS = ("mclain", "table1")
DEEP_BATCHES = (8, 16, 128)
WIDE_BATCHES = (512,)
CELLS_AT_ONCE = {"cpu": (1, 2, 4), "cuda": (1, 2, 4, 8)}


def main() -> None:
    """Run everything that this machine can run, and write the results."""
    options = _options()
    cpu = [Place(*cell, options.configfile) for cell in (SIMPLE_CNN, SMALL_BATCH)]
    gpu_cells = (DEEP, NINE_LAYERS, EIGHTEEN_LAYERS)
    gpu = [Place(*cell, options.configfile, "cuda") for cell in gpu_cells]
    has_gpu = torch.cuda.is_available()
    prepare([*cpu, *(gpu if has_gpu else [])])
    found = {"machine": _machine(options.threads), "start_up": start_up()}
    # Before this process uses threads of its own.
    found["side_by_side"] = side_by_side(CELLS_AT_ONCE["cpu"], cpu[0])
    set_up_process(options.threads)
    amount = {"rounds": options.rounds, "batches": options.batches}
    found["plain_loop"] = against_plain_loop(cpu[0], threads=options.threads, **amount)
    found["bare_step"] = {
        str(place): against_bare_step(*planned_cell(place), **amount) for place in cpu
    }
    found["gpu"] = _on_gpu(*gpu, amount) if has_gpu else None
    write_whole(ROOT / "benchmarks" / "results.json", json.dumps(found, indent=1) + "\n")
    text = written(found)
    write_whole(ROOT / "benchmarks" / "RESULTS.md", text)
    print(text)


def _on_gpu(
    deep: Place, nine_layers: Place, eighteen_layers: Place, amount: Mapping[str, int]
) -> dict[str, Any]:
    nine, nine_data = planned_cell(nine_layers)
    rough = dataclasses.replace(nine, precision=BFLOAT16)
    eighteen, eighteen_data = planned_cell(eighteen_layers)
    eighteen = dataclasses.replace(eighteen, precision=BFLOAT16)
    device = nine_data.train.device
    published = read_yaml(ROOT / "benchmarks" / "published.yaml")
    marks = sorted({float(entry["percent"]) for entry in published})
    deep_cell, deep_data = planned_cell(deep)
    return {
        "cells": {
            "side_by_side": _described(deep, deep_cell),
            "launch_bound": _described(deep, deep_cell),
            "compute_bound": _described(eighteen_layers, eighteen),
            "time_to_accuracy": _described(nine_layers, nine),
        },
        "published": published,
        "side_by_side": side_by_side(CELLS_AT_ONCE["cuda"], deep),
        "launch_bound": replayed_against_eager(
            deep_cell, deep_data, CudaGraphs, batch_sizes=DEEP_BATCHES, **amount
        ),
        "compute_bound": replayed_against_eager(
            eighteen, eighteen_data, CudaGraphs, batch_sizes=WIDE_BATCHES, **amount
        ),
        "time_to_accuracy": {
            "float32": time_to_accuracy(nine, nine_data, marks),
            "bfloat16": time_to_accuracy(rough, nine_data, marks),
            "bfloat16, replayed": time_to_accuracy(rough, nine_data, marks, CudaGraphs(device)),
        },
    }


def _described(place: Place, cell: Cell) -> dict[str, Any]:
    """What a result says of its cell."""
    return {
        "place": str(place),
        "model": cell.model.name,
        "batch_size": cell.batch_size,
        "precision": cell.computed_in,
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
        "bfloat16_instructions": bfloat16_instructions(),
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
