"""The layers of networks: their output shapes and parameters, without a run."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import singledispatch
from typing import Any

import pandas as pd
import torch
from torch import Tensor, nn

from reprise.nets.build import build_model, count_parameters
from reprise.probes.registry import probes
from reprise.studies.artefact_records import RowRecord
from reprise.studies.cell import Cell


@probes.register("layer_table")
def layer_table(rows: Sequence[RowRecord]) -> pd.DataFrame:
    """Every layer of every row's network, for the images and classes of its published data set.

    Returns:
        Tidy rows, those of a network in the order in which an image meets its layers: the axes,
        ``arm``, ``number`` (from 1), ``layer`` (what it is), ``output`` (channels x height x
        width, or units) and ``parameters`` (trainable ones; those of a layer that is met twice
        count once). The last row of a network is its "Total", without number and output. The
        columns of every artefact follow: ``mean`` holds the parameters, and the reported number,
        one of the whole network, stands on its total.
    """
    table = pd.DataFrame([entry for row in rows for entry in _network(row)])
    return table.astype({"number": "Int64", "parameters": "Int64", "mean": "Int64"})


def _network(row: RowRecord) -> Iterator[dict[str, Any]]:
    cell: Cell = row.cell
    shape = row.input
    image_shape = (shape.channels, shape.pixels, shape.pixels)
    # The meta device computes shapes alone, and allocates nothing.
    with torch.device("meta"):
        model = build_model(
            cell.model.name,
            cell.model.arguments,
            cell.norm.name,
            cell.norm.arguments,
            image_shape,
            shape.classes,
        )
        images = torch.empty(cell.batch_size, *image_shape)
    for number, layer in enumerate(_layers(model, images), start=1):
        yield _entry(row, {"number": number, **layer})
    total = {"number": None, "layer": "Total", "output": None}
    yield _entry(row, {**total, "parameters": count_parameters(model)}, row)


def _entry(
    row: RowRecord, layer: Mapping[str, Any], stated: RowRecord | None = None
) -> dict[str, Any]:
    return {
        **row.axes,
        "arm": row.arm,
        **layer,
        "reported": stated and stated.reported,
        "cited": stated and stated.cited,
        "mean": layer["parameters"],
        "std": None,
        "n": 1,
        "status": "finished",
    }


def _layers(model: nn.Module, images: Tensor) -> list[dict[str, Any]]:
    """What the images meet on their way through a model."""
    met: list[dict[str, Any]] = []
    counted: set[nn.Parameter] = set()

    def note(module: nn.Module, inputs: Any, output: Tensor) -> None:
        new = set(module.parameters(recurse=False)) - counted
        counted.update(new)
        met.append(
            {
                "layer": describe(module),
                "output": " x ".join(map(str, output.shape[1:])),
                "parameters": sum(parameter.numel() for parameter in new),
            }
        )

    handles = [
        module.register_forward_hook(note) for module in model.modules() if _is_layer(module)
    ]
    model.eval()(images)
    for handle in handles:
        handle.remove()
    return met


def _is_layer(module: nn.Module) -> bool:
    """Whether a module does something itself."""
    if isinstance(module, nn.Identity):
        return False
    own_parameters = next(module.parameters(recurse=False), None)
    return own_parameters is not None or next(module.children(), None) is None


@singledispatch
def describe(module: nn.Module) -> str:
    """What a layer is, in a few words."""
    return re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", " ", type(module).__name__)


@describe.register
def _(module: nn.Conv2d) -> str:
    words = [f"Convolution {_by(module.kernel_size)}", f"{module.out_channels} channels"]
    if module.groups > 1:
        depthwise = module.groups == module.in_channels
        words.append("depthwise" if depthwise else f"{module.groups} groups")
    if module.stride != (1, 1):
        words.append(f"stride {module.stride[0]}")
    return ", ".join(words)


@describe.register
def _(module: nn.Linear) -> str:
    return f"Fully connected, {module.out_features} units"


@describe.register
def _(module: nn.MaxPool2d) -> str:
    return f"Max pooling {_by(module.kernel_size)}"


@describe.register
def _(module: nn.AdaptiveAvgPool2d) -> str:
    return "Global average pooling" if module.output_size in (1, (1, 1)) else "Average pooling"


@describe.register
def _(module: nn.Dropout) -> str:
    return f"Dropout {module.p:g}"


@describe.register
def _(module: nn.BatchNorm2d) -> str:
    return "Batch norm"


@describe.register
def _(module: nn.GroupNorm) -> str:
    return f"Group norm, {module.num_groups} groups"


def _by(size: int | tuple[int, ...]) -> str:
    height, width = size if isinstance(size, tuple) else (size, size)
    return f"{height}x{width}"
