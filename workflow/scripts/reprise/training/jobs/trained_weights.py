"""Starting weights that a run of our own gives."""

from pathlib import Path

from reprise.data.cell_data import load_resident
from reprise.data.prepared import open_prepared
from reprise.data.weight_files import write_weights
from reprise.errors import InputError
from reprise.studies.cell import Cell
from reprise.training.jobs.steps import chosen_device
from reprise.training.jobs.whole_run import train_printing
from reprise.training.loop import diverged, start_run
from reprise.training.machine.process import set_up_process


def train_weights(cell: Cell, prepared: Path, destination: Path, device: str, threads: int) -> None:
    """Train a cell to its end and write the state of its network.

    Args:
        cell: on the data of ``prepared``.
        device: "auto", "cpu" or "cuda".
        threads: of the CPU.

    Raises:
        InputError: the device is not there, the prepared file is not whole, or the run diverges.
    """
    set_up_process(threads, cell.computed_in)
    chosen = chosen_device(device)
    run = start_run(cell, load_resident(open_prepared(prepared), cell, chosen))
    epochs = train_printing(run)
    if diverged(epochs[-1]):
        raise InputError(
            f"starting weights: expected {cell.folder} to train to its end, but it diverged: give "
            "it a lower learning rate in config/weights.yaml"
        )
    write_weights(run.model.state_dict(), destination)
