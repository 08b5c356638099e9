"""MgNet, a convolutional network in the form of a multigrid cycle.

He and Xu (2019), "MgNet: A unified framework of multigrid and convolutional neural network",
Science China Mathematics 62, 1331-1354 (arXiv:1901.10415).
"""

from collections.abc import Sequence

from torch import Tensor, nn
from torch.nn import functional

from reprise.errors import InputError
from reprise.nets.models import ImageShape, models
from reprise.nets.norms import NormMaker


@models.register(
    "mgnet",
    widths={"argument": "channels", "multiples": [1]},
    halvings={"length_of": "iterations"},
)
class MgNet(nn.Module):
    """MgNet (He and Xu, 2019): smoothing on each grid, restriction to the next coarser one.

    With features u, data f and sigma = ReLU after normalisation, each grid does::

        u <- u + sigma(B * sigma(f - A * u))        smoothing, once per iteration
        u' = sigma(Pi *_2 u)                        restriction, with A' of the coarser grid
        f' = sigma(R *_2 (f - A * u)) + A' * u'

    where *_2 is a convolution of stride 2. On the finest grid u = 0 and f = sigma(stem * image);
    a linear layer maps the mean of the last u over the image to the logits. Every convolution is
    3x3 with padding 1 and without bias, and no normalisation is shared. Weights start as torch
    initialises them by default (uniform, He's with a = sqrt(5)), as in the authors' public code.

    Args:
        image_shape: channels, height and width of an image.
        classes: number of logits.
        make_norm: makes a normalising layer for a number of channels.
        channels: channels of u and of f, on every grid.
        iterations: smoothing iterations on each grid, from the finest to the coarsest.
        shared_b: one B for all iterations on a grid (B^l), or one for each (B^{l,i}).

    Raises:
        InputError: no grid, or a grid without an iteration.
    """

    def __init__(
        self,
        image_shape: ImageShape,
        classes: int,
        make_norm: NormMaker,
        *,
        channels: int = 64,
        iterations: Sequence[int] = (2, 2, 2, 2),
        shared_b: bool = True,
    ) -> None:
        super().__init__()
        if not iterations or min(iterations) < 1:
            raise InputError(
                "model 'mgnet' expects at least one iteration on each of its grids, but iterations "
                f"is {list(iterations)}: leave out the grids that have none"
            )
        self.stem = _convolution(image_shape[0], channels)
        self.stem_norm = make_norm(channels)
        self.grids = nn.ModuleList(
            Grid(channels, count, make_norm, shared_b=shared_b) for count in iterations
        )
        self.restrictions = nn.ModuleList(Restriction(channels, make_norm) for _ in iterations[1:])
        self.head = nn.Linear(channels, classes)

    def forward(self, images: Tensor) -> Tensor:
        """Maps images (N, *image_shape) to logits (N, classes)."""
        data = functional.relu(self.stem_norm(self.stem(images)))
        features = self.grids[0](None, data, data)
        for grid, restriction, coarser in zip(
            self.grids[:-1], self.restrictions, self.grids[1:], strict=True
        ):
            features, residual = restriction(features, grid.residual(features, data))
            data = residual + coarser.data_mapping(features)
            features = coarser(features, residual, data)
        return self.head(features.mean((2, 3)))


class Grid(nn.Module):
    """The smoothing iterations on one grid: u <- u + sigma(B * sigma(f - A * u))."""

    def __init__(
        self, channels: int, iterations: int, make_norm: NormMaker, *, shared_b: bool
    ) -> None:
        super().__init__()
        self.data_mapping = _convolution(channels, channels)  # A
        self.extractors = nn.ModuleList(  # B
            _convolution(channels, channels) for _ in range(1 if shared_b else iterations)
        )
        self.residual_norms = nn.ModuleList(make_norm(channels) for _ in range(iterations))
        self.extractor_norms = nn.ModuleList(make_norm(channels) for _ in range(iterations))

    def forward(self, features: Tensor | None, residual: Tensor, data: Tensor) -> Tensor:
        """The smoothed u, of the shape (N, channels, H, W) that all three arguments have.

        Args:
            features: u, or None for u = 0, to which A need not be applied.
            residual: f - A * u of these features, known without applying A: it is f where u = 0
                and sigma(R *_2 ...) after a restriction.
            data: f.
        """
        for iteration in range(len(self.residual_norms)):
            if iteration > 0:
                residual = self.residual(features, data)
            correction = self._correction(iteration, residual)
            features = correction if features is None else features + correction
        return features

    def residual(self, features: Tensor, data: Tensor) -> Tensor:
        """f - A * u."""
        return data - self.data_mapping(features)

    def _correction(self, iteration: int, residual: Tensor) -> Tensor:
        extractor = self.extractors[iteration % len(self.extractors)]
        positive = functional.relu(self.residual_norms[iteration](residual))
        return functional.relu(self.extractor_norms[iteration](extractor(positive)))


class Restriction(nn.Module):
    """The way to the next coarser grid: sigma(Pi *_2 u) and sigma(R *_2 (f - A * u))."""

    def __init__(self, channels: int, make_norm: NormMaker) -> None:
        super().__init__()
        self.interpolation = _convolution(channels, channels, stride=2)  # Pi
        self.interpolation_norm = make_norm(channels)
        self.restriction = _convolution(channels, channels, stride=2)  # R
        self.restriction_norm = make_norm(channels)

    def forward(self, features: Tensor, residual: Tensor) -> tuple[Tensor, Tensor]:
        """Maps u and f - A * u, (N, channels, H, W), to (N, channels, ceil(H/2), ceil(W/2))."""
        features = self.interpolation_norm(self.interpolation(features))
        residual = self.restriction_norm(self.restriction(residual))
        return functional.relu(features), functional.relu(residual)


def _convolution(inputs: int, outputs: int, stride: int = 1) -> nn.Conv2d:
    return nn.Conv2d(inputs, outputs, kernel_size=3, stride=stride, padding=1, bias=False)
