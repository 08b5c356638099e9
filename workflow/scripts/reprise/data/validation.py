"""Training images held out for validation."""

import numpy as np

from reprise.errors import InputError


def hold_out(
    rows: np.ndarray, labels: np.ndarray, share: float, where: str
) -> tuple[np.ndarray, np.ndarray]:
    """Split rows into those to train on and those held out, with the same share of every class; of
    examples that have a label for each position, with that share of all.

    The first images of each class are held out, so that the split is the same whenever the rows
    are.

    Args:
        rows: of training images, (N,).
        labels: of all images of the data set, by row; (M,) or (M, ...).
        share: held out of each class, rounded to whole images; above 0, below 1.
        where: what the sentence about an empty class names.

    Raises:
        InputError: a class keeps no image on one of the two sides.
    """
    own_labels = labels[rows] if labels.ndim == 1 else np.zeros(len(rows), np.int64)
    held = np.zeros(len(rows), bool)
    for label in np.unique(own_labels):
        positions = np.flatnonzero(own_labels == label)
        count = round(share * len(positions))
        if not 0 < count < len(positions):
            side = "validation" if count == 0 else "training"
            raise InputError(
                f"{where}: validation_share {share:g} leaves class {label} without {side} images, "
                f"since it has {len(positions)}: choose another share or use more images"
            )
        held[positions[:count]] = True
    return rows[~held], rows[held]
