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


def equal_split(
    labels: np.ndarray, train_images: int, test_images: int
) -> tuple[np.ndarray, np.ndarray]:
    """Places of training and test images in ``labels``: as many of each class, others unused.

    The images of each class are permuted by NumPy's RandomState, whose numbers are the same in all
    its versions, with the seed (0, label), so that a class is drawn alike whatever else there is.
    The first of them train, those that follow test.

    Args:
        train_images: of each class.
        test_images: of each class; no class may have fewer than both together.
    """
    train, test = [], []
    for label in np.unique(labels):
        random = np.random.RandomState([_SPLIT_SEED, int(label)])
        drawn = random.permutation(np.flatnonzero(labels == label))
        train.append(drawn[:train_images])
        test.append(drawn[train_images : train_images + test_images])
    return np.concatenate(train), np.concatenate(test)
