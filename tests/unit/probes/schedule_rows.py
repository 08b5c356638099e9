"""Rows of plan.json with cells whose batch grows."""

from made_up_records import made_up_row

CELL = {
    "dataset": "cifar10",
    "model": "wide_resnet",
    "norm": "batch",
    "optimizer": "sgd",
    "momentum": 0.9,
    "batch_size": 128,
    "epochs": 200,
}
MILESTONES = [60, 120, 160]
DECAYING = {"rates": [0.1, 0.02, 0.004, 0.0008]}
INCREASING = {"rates": [0.1, 0.1, 0.1, 0.032], "sizes": [128, 640, 3200, 5120]}


def row(rates, sizes=None, metric="noise_scale", momentum=0.9, **axes):
    """A row for 50,000 images whose rates, and sizes if any, change at the milestones."""
    growing = {"name": "batch_size_stages", "sizes": sizes, "milestones": MILESTONES}
    cell = {
        **CELL,
        "schedule": {"name": "stages", "values": rates, "milestones": MILESTONES},
        "momentum": momentum,
        **({"batch_size": sizes[0], "batch_size_schedule": growing} if sizes else {}),
    }
    content = {
        "axes": axes,
        "arm": "as run",
        "metric": metric,
        "reported": None,
        "cited": None,
        "train_images": {"published": 50_000, "run": 800},
        "cell": cell,
        "folders": {},
    }
    return made_up_row(content)
