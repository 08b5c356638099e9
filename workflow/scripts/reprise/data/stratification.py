"""A split of labelled images into training and test images, where a data set comes with none."""

import numpy as np

_SPLIT_SEED = 0


def stratified_split(
    labels: np.ndarray, train_images: int, test_images: int
) -> tuple[np.ndarray, np.ndarray]:
    """Places of training and test images in ``labels``: random, but the same everywhere.

    Each class has its share of both, exactly where that is a whole number.
    """
    from sklearn.model_selection import train_test_split

    train, test = train_test_split(
        np.arange(len(labels)),
        train_size=train_images,
        test_size=test_images,
        stratify=labels,
        random_state=_SPLIT_SEED,
    )
    return train, test
