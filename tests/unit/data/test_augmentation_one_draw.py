"""One draw for a whole batch against the first image's draw for each image."""

import pytest
import torch

from reprise.data.augmentation import Augmentation
from reprise.errors import InputError

CROP = {"name": "crop", "padding": 2, "padding_mode": "reflect"}


def one_draw(augmentation):
    return Augmentation([("one_draw_a_batch", {"augmentation": augmentation})]).entries[0]


@pytest.mark.parametrize(
    "choice",
    [CROP, "flip", {"name": "cutout", "probability": 1}, {"name": "rotation", "degrees": 9}],
)
def test_every_image_of_a_batch_gets_the_draw_of_the_first(pictures, generator, choice):
    images, shared = pictures(16), one_draw(choice)
    draws = shared.draw(16, generator(3))
    plain = choice if isinstance(choice, dict) else {"name": choice}
    arguments = {key: value for key, value in plain.items() if key != "name"}
    single = Augmentation([(plain["name"], arguments)])
    assert torch.equal(draws, single.draw(16, generator(3))[0])
    for indices in torch.arange(16).split(5):
        expected = [
            single.apply(images[number : number + 1], [draws[indices[:1]]]) for number in indices
        ]
        assert torch.equal(shared.apply(images[indices], draws[indices]), torch.cat(expected))


def test_batches_differ_from_each_other(generator):
    shared = one_draw("flip")
    images = torch.arange(2, dtype=torch.uint8).expand(512, 1, 1, 2)
    draws = shared.draw(512, generator())
    flipped = [
        shared.apply(images[:8], part)[:, 0, 0, 0].unique().tolist() for part in draws.split(8)
    ]
    assert all(len(values) == 1 for values in flipped)
    assert {value for (value,) in flipped} == {0, 1}


def test_an_unknown_augmentation():
    with pytest.raises(InputError, match="unknown augmentation 'flop'; did you mean 'flip'"):
        one_draw("flop")
