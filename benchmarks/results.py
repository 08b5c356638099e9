"""RESULTS.md from what the benchmarks found."""

from collections.abc import Iterable, Mapping
from statistics import median
from typing import Any

from reprise.analysis.error_rates import tables_of_rates

NO_PLAIN_LOOP = "Not run: this machine lacks torchvision or Pillow, which the plain loop needs."
NO_GPU = "Not run: this machine has no NVIDIA GPU."


def written(found: Mapping[str, Any]) -> str:
    """The results as Markdown: every sentence and number from ``found``."""
    parts = [
        "# Benchmarks\n",
        "Made by `make benchmark`, which writes this file and `results.json`.\n",
        _machine(found["machine"]),
        "## Training loop and plain loop\n",
        "Simple CNN (kth/fig5) on CIFAR-10, batch 128, images moved and mirrored. The plain loop "
        "is a DataLoader with transforms of PIL images and eager steps in float32, in a process of "
        "its own with none of a training job's settings but the number of threads; the faster of "
        "none and two loader workers counts. The loops take turns from round to round.\n",
        _plain_loop(found["plain_loop"]),
        "## Training loop and bare step\n",
        "The time of an update divided by that of forward, backward and step alone on normalised "
        "images in memory, in turns from batch to batch.\n",
        _bare_step(found["bare_step"]),
        "## Cells side by side on the CPU\n",
        "Processes with one thread each on the simple CNN, and their images a second together.\n",
        _side_by_side(found["side_by_side"]),
        "## Start of a job\n",
        _start_up(**found["start_up"]),
        "## GPU\n",
        _gpu(found["gpu"]),
        "## Verdicts\n",
        "Made by `make verdicts`: shares of simulated data, the same on every machine. "
        "docs/statistics.md explains the rules.\n",
        f"<!-- verdicts -->\n{tables_of_rates()}<!-- end -->\n",
    ]
    return "\n".join(parts)


def _machine(machine: Mapping[str, Any]) -> str:
    changed = " with local changes" if machine["modified"] else ""
    instructions = " and ".join(machine["bfloat16_instructions"]) or "none"
    return (
        f"{machine['date']}, commit {str(machine['commit'])[:10]}{changed}. {machine['cores']} "
        f"cores ({machine['processor']}; instructions for bfloat16: {instructions}), "
        f"{machine['threads']} threads, GPU: {machine['gpu'] or 'none'}. Python "
        f"{machine['python']}, PyTorch {machine['torch']}.\n"
    )


def _start_up(own: Mapping[str, Any], forked: Mapping[str, Any] | None) -> str:
    in_own = (
        f"A process of its own imports what a training job needs in {own['median']:.2f} s (median "
        f"of {len(own['seconds'])})."
    )
    if forked is None:
        return f"{in_own} This system cannot fork one that has done so.\n"
    return (
        f"{in_own} At the scale `demo` a job is a fork of one that has done so, and "
        f"is there after {forked['median']:.2f} s (median of {len(forked['seconds'])}). "
        "Snakemake's own part comes on top of both.\n"
    )


def _plain_loop(found: Mapping[str, Any] | None) -> str:
    if found is None:
        return NO_PLAIN_LOOP + "\n"
    ratios = found["ratio_to_plain_loop"]
    return _table(
        ("loop", "images/s (median)", "times the plain loop", "least to largest"),
        (
            (name, f"{median(speeds):,.0f}", *_ratio(ratios.get(name)))
            for name, speeds in found["images_per_second"].items()
        ),
    )


def _bare_step(found: Mapping[str, Any]) -> str:
    return _table(
        ("cell", "time of an update to that of a bare step", "least to largest"),
        ((name, *_ratio(of_cell["time_to_bare_step"])) for name, of_cell in found.items()),
    )


def _side_by_side(found: Mapping[str, Any]) -> str:
    return _table(
        ("cells", "images/s", "times one cell"),
        (
            (str(number), f"{speed:,.0f}", f"{found['ratio_to_one'][number]:.2f}")
            for number, speed in found["images_per_second"].items()
        ),
    )


def _gpu(found: Mapping[str, Any] | None) -> str:
    if found is None:
        return NO_GPU + "\n"
    marks = list(next(iter(found["time_to_accuracy"].values()))["seconds"])
    reached = _table(
        ("updates", *(f"seconds to {mark:g} %" for mark in marks), "last test accuracy"),
        (
            (name, *map(_seconds, result["seconds"].values()), f"{result['test_accuracy']:.2f}")
            for name, result in found["time_to_accuracy"].items()
        ),
    )
    cells = found["cells"]
    return (
        f"{_cell(cells['launch_bound'])}, {cells['launch_bound']['precision']}: updates whose "
        "operations are asked for one by one (eager), and replayed as CUDA graphs.\n\n"
        f"{_replayed(found['launch_bound'])}\n"
        f"{_cell(cells['compute_bound'])}, {cells['compute_bound']['precision']}.\n\n"
        f"{_replayed(found['compute_bound'])}\n"
        f"Cells of {_cell(cells['side_by_side'])} at batch {cells['side_by_side']['batch_size']} "
        "side by side, eager.\n\n"
        f"{_side_by_side(found['side_by_side'])}\n"
        f"{_cell(cells['time_to_accuracy'])}, training alone. "
        f"{' '.join(map(_published, found['published']))}\n\n{reached}"
    )


def _cell(cell: Mapping[str, Any]) -> str:
    return f"{cell['model']} of {cell['place']}"


def _published(entry: Mapping[str, Any]) -> str:
    return (
        f"Published: {entry['seconds']} s to {entry['percent']:g} % on a {entry['hardware']} "
        f"({entry['source']})."
    )


def _replayed(found: Mapping[int, Mapping[str, Any]]) -> str:
    return _table(
        ("batch", "eager, images/s", "replayed, images/s", "times eager", "least to largest"),
        (
            (
                str(size),
                *(f"{median(speeds):,.0f}" for speeds in result["images_per_second"].values()),
                *_ratio(result["ratio_to_eager"]),
            )
            for size, result in found.items()
        ),
    )


def _seconds(seconds: float | None) -> str:
    return "not reached" if seconds is None else f"{seconds:.1f}"


def _ratio(found: Mapping[str, float] | None) -> tuple[str, str]:
    if found is None:
        return "", ""
    return f"{found['median']:.2f}", f"{found['least']:.2f} to {found['largest']:.2f}"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
