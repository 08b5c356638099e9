"""Files of weights that networks start from: how they are made and read.

They hold tensors by the names of our own networks, in safetensors, which holds no code.
"""

import pickle
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from reprise.data.integrity import replacing
from reprise.errors import InputError
from reprise.studies.run_folders import weights_path

# How many batches torch's batch norm has seen; nothing here asks.
NOT_KEPT = "num_batches_tracked"


def convert_weights(file: Path, destination: Path) -> None:
    """Write the tensors of a file of PyTorch, of which nothing is executed.

    Raises:
        InputError: it holds anything but tensors by name.
    """
    try:
        state = torch.load(file, map_location="cpu", weights_only=True)
        tensors = {str(name): tensor.contiguous() for name, tensor in state.items()}
    except (OSError, EOFError, RuntimeError, AttributeError, pickle.PickleError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(
            f"{file}: expected tensors by name, as torch.save writes them, found another file "
            f"({reason}): name the right one in config/weights.yaml"
        ) from None
    write_weights(tensors, destination)


def write_weights(state: Mapping[str, Tensor], destination: Path) -> None:
    """Write the weights of a network, whole or not at all.

    Raises:
        OSError: the file cannot be written.
    """
    kept = {name: t.cpu().contiguous() for name, t in state.items() if not name.endswith(NOT_KEPT)}
    with replacing(destination) as partial:
        save_file(kept, partial)
        partial.chmod(0o644)


def read_weights(stem: str) -> dict[str, Tensor]:
    """The tensors of starting weights, by what a cell calls them.

    Raises:
        InputError: the file is not there or damaged.
    """
    path = Path(weights_path(stem))
    try:
        return load_file(path)
    except (OSError, SafetensorError) as error:
        raise InputError(
            f"{path}: expected starting weights, which are made before the runs that need them, "
            f"found none that can be read ({error}): run again, or copy them from where they are"
        ) from None
