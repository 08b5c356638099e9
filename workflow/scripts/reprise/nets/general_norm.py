"""Normalisation over blocks of any of the four axes of a mini-batch."""

from collections.abc import Sequence
from math import prod

import torch
from torch import Tensor, nn
from torch.nn import functional

from reprise.errors import InputError
from reprise.nets.norms import norms

AXES = ("batch", "channels", "height", "width")

# Orders of the eight axes (parts along N, within N, parts along C, within C, ...) in which the
# parts, that is the blocks, come second or last.
BLOCKS_SECOND = (1, 0, 2, 4, 6, 3, 5, 7)
BLOCKS_LAST = (1, 3, 5, 7, 0, 2, 4, 6)


@norms.register("general", divides={"groups": ["batch", "channels", "height", "width"]})
class GeneralNorm2d(nn.Module):
    """General normalisation: one mean and one variance per block of a 4-d mini-batch.

    An input (N, C, H, W) is cut into ``groups`` = (gN, gC, gH, gW) equal parts along its axes.
    With the mean m and the biased variance v of the block in which an element x of channel c
    lies, the output is ``weight[c] * (x - m) / sqrt(v + eps) + bias[c]``.

    A first entry of 1 pools the whole mini-batch: (1, C, 1, 1) is batch normalisation without
    running averages, (1, 1, 1, 1) has one mean and one variance for the whole tensor.

    Args:
        channels: C.
        groups: numbers of parts along the batch, the channels, the height and the width.
        running_averages: normalise at test time by exponential averages of the blocks'
            statistics, as batch normalisation does, not by the statistics of the test mini-batch.
            The mini-batch has to be one part (gN = 1).
        per_example: every example is a part (gN = N; ``groups`` starts with 1): (1, 1, 1, 1) is
            layer normalisation, (1, G, 1, 1) group and (1, C, 1, 1) instance normalisation.
        eps: added to the variance.
        momentum: weight of the newest mini-batch in the running averages.

    Attributes:
        uses_batch_statistics_at_test: whether the output for an image at test time depends on the
            other images of its mini-batch, so that test mini-batches need the size of training.

    Raises:
        InputError: groups that do not divide the channels or (when called) another axis; options
            that exclude each other; running averages of blocks of a single value.
    """

    uses_batch_statistics_at_test = True

    def __init__(
        self,
        channels: int,
        *,
        groups: Sequence[int],
        running_averages: bool = False,
        per_example: bool = False,
        eps: float = 1e-5,
        momentum: float = 0.1,
    ) -> None:
        super().__init__()
        self.groups = _checked_groups(groups, channels, running_averages, per_example)
        self.per_example = per_example
        self.eps = eps
        self.momentum = momentum
        self.uses_batch_statistics_at_test = not (running_averages or per_example)
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))
        blocks = prod(self.groups)
        self.register_buffer("running_mean", torch.zeros(blocks) if running_averages else None)
        self.register_buffer("running_var", torch.ones(blocks) if running_averages else None)

    def extra_repr(self) -> str:
        averages = self.running_mean is not None
        return f"groups={self.groups}, per_example={self.per_example}, running_averages={averages}"

    def forward(self, images: Tensor) -> Tensor:
        """Maps (N, C, H, W) to the same shape."""
        parts = self._parts(images.shape)
        if parts == (1, images.shape[1], 1, 1) and images.numel() > images.shape[1]:
            return self._batch_norm(images, self.weight, self.bias)
        weight, bias = (
            parameter.to(images.dtype).view(1, -1, 1, 1) for parameter in (self.weight, self.bias)
        )
        return torch.addcmul(bias, self._standardise(images, parts), weight)

    def _parts(self, shape: torch.Size) -> tuple[int, ...]:
        parts = (shape[0] if self.per_example else self.groups[0], *self.groups[1:])
        for position, (axis, part, size) in enumerate(zip(AXES, parts, shape, strict=True)):
            if size % part:
                raise InputError(
                    f"norm 'general' expects groups[{position}] to divide the {axis} of every "
                    f"mini-batch, but it is {part} and the {axis} is {size}: choose a divisor"
                    f"{' or leave out the last mini-batch' if axis == 'batch' else ''}"
                )
        return parts

    def _standardise(self, images: Tensor, parts: tuple[int, ...]) -> Tensor:
        """Subtracts its block's mean from each element and divides by the standard deviation."""
        blocks = prod(parts)
        if images.numel() == blocks and self._uses_batch_statistics():
            return self._standardise_single_values(images)
        # A block becomes a channel of torch's batch normalisation, whose kernels have the least
        # memory traffic for these statistics and their gradient. For contiguous images in one
        # part along N, H and W the arrangement is a view.
        last = _few_blocks_on_gpu(images, blocks)
        order = BLOCKS_LAST if last else BLOCKS_SECOND
        split = [
            size
            for part, whole in zip(parts, images.shape, strict=True)
            for size in (part, whole // part)
        ]
        arranged = images.view(split).permute(order)
        standardised = self._batch_norm(
            arranged.reshape((-1, blocks) if last else (arranged.shape[0], blocks, -1))
        )
        back = [order.index(axis) for axis in range(len(order))]
        return _joined(standardised.view(arranged.shape).permute(back), images)

    def _standardise_single_values(self, images: Tensor) -> Tensor:
        """Blocks of one value: no value deviates from its own mean."""
        if self.running_mean is not None:
            raise InputError(
                "norm 'general' expects blocks of more than one value for running averages, but "
                f"groups {list(self.groups)} cut an input of shape {list(images.shape)} into "
                "single values: choose fewer groups or larger mini-batches"
            )
        return images - images

    def _uses_batch_statistics(self) -> bool:
        return self.training or self.running_mean is None

    def _batch_norm(
        self, values: Tensor, weight: Tensor | None = None, bias: Tensor | None = None
    ) -> Tensor:
        return functional.batch_norm(
            values,
            self.running_mean,
            self.running_var,
            weight,
            bias,
            training=self._uses_batch_statistics(),
            momentum=self.momentum,
            eps=self.eps,
        )


def _joined(split: Tensor, images: Tensor) -> Tensor:
    """The eight axes as the four of ``images``, in the same order in memory."""
    if images.is_contiguous() or not images.is_contiguous(memory_format=torch.channels_last):
        return split.reshape(images.shape)
    batch, channels, height, width = images.shape
    channels_last = split.permute(0, 1, 4, 5, 6, 7, 2, 3).reshape(batch, height, width, channels)
    return channels_last.contiguous().permute(0, 3, 1, 2)


def _few_blocks_on_gpu(images: Tensor, blocks: int) -> bool:
    """Whether a GPU would be idle with a multiprocessor per block.

    Its kernels for blocks in the last axis divide each block among the multiprocessors.
    """
    if not images.is_cuda:
        return False
    return blocks < torch.cuda.get_device_properties(images.device).multi_processor_count


def _checked_groups(
    groups: Sequence[int], channels: int, running_averages: bool, per_example: bool
) -> tuple[int, ...]:
    found = f"norm 'general' with groups {list(groups)}"
    if len(groups) != len(AXES) or min(groups) < 1:
        raise InputError(
            f"{found} expects four positive numbers: give one each for {', '.join(AXES)}"
        )
    if channels % groups[1]:
        raise InputError(
            f"{found} expects groups[1] to divide the channels, but the layer has {channels}: "
            f"choose a divisor of {channels}"
        )
    if per_example and running_averages:
        raise InputError(f"{found} has per_example and running_averages: leave one of them out")
    if (per_example or running_averages) and groups[0] != 1:
        raise InputError(
            f"{found} expects groups[0] to be 1 with per_example or running_averages: set it to 1"
        )
    return tuple(groups)
