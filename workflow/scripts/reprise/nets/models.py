"""The registry of models.

An entry is called as ``entry(image_shape, classes, make_norm, **arguments)`` with the shape
(channels, height, width) of an image, and returns a module that maps images (N, channels, height,
width) to logits (N, classes). ``make_norm(channels)`` gives a normalising layer; ``arguments`` come
from YAML. An entry describes itself to the planner:

- ``widths={"argument": a, "multiples": [...]}``: the channels that it normalises are the value of
  its argument ``a`` times each of the multiples; ``None`` where that does not describe them, so
  that the norm itself has to refuse channels that do not suit it when the model is built;
- ``halvings``: how often the sides of the image are halved before the last normalised layer, as an
  integer or as ``{"length_of": a}``, which stands for the length of its argument ``a`` less one;
- ``backbone={"name": b, "changed_by": [...]}``: it may start from weights of the classifier ``b``,
  where none of those arguments of its own is given (see ``reprise.nets.backbones``).
"""

from reprise.registry import Registry

models = Registry("model")

ImageShape = tuple[int, int, int]
