"""A third way to train a cell: the loop of most tutorials. It needs torchvision and Pillow."""

import copy
from collections.abc import Iterator

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms

from reprise.training.loop import Run


class PlainLoop:
    """A ``DataLoader`` with transforms of PIL images one by one, and eager steps in float32.

    What a reader of tutorials writes: images in the layout that torch has by default, SGD as torch
    makes it by default, the loss read after every step.

    Args:
        run: its network is copied.
        workers: worker processes of the loader; 0: the training process loads.
    """

    def __init__(self, run: Run, workers: int) -> None:
        self.model = copy.deepcopy(run.model).to(memory_format=torch.contiguous_format)
        self.optimizer = torch.optim.SGD(
            self.model.parameters(), lr=run.learning_rate, momentum=0.9, nesterov=True
        )
        self.loader = DataLoader(
            _Images(run), batch_size=run.cell.batch_size, shuffle=True, num_workers=workers
        )

    def __call__(self, number: int) -> Iterator[int]:
        """Train on as many batches as are asked for."""
        loss_function, total = nn.CrossEntropyLoss(), 0.0
        self.model.train()
        for images, labels in self.loader:
            self.optimizer.zero_grad()
            loss = loss_function(self.model(images), labels)
            loss.backward()
            self.optimizer.step()
            total += loss.item()
            yield len(labels)


class _Images(Dataset):
    """Training images as PIL images, moved and mirrored at random."""

    def __init__(self, run: Run) -> None:
        train = run.data.train
        pixels = train.images_at(slice(None)).permute(0, 2, 3, 1)
        self.images = np.ascontiguousarray(pixels.numpy())
        self.labels = train.labels.numpy()
        mean, std = (values.flatten().tolist() for values in (run.data.mean, run.data.std))
        self.transform = transforms.Compose(
            [
                transforms.RandomAffine(0, translate=(0.1, 0.1)),
                transforms.RandomHorizontalFlip(),
                transforms.ToTensor(),
                transforms.Normalize(mean, std),
            ]
        )

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        return self.transform(Image.fromarray(self.images[index])), int(self.labels[index])
