"""One update: gradients of a batch, and the step that they lead to."""

from torch import Tensor

from reprise.training.machine.arithmetic import computing
from reprise.training.run import Run, Update


def do_update(run: Run, images: Tensor, labels: Tensor) -> Update:
    """Update the model on one batch, at the learning rate and momentum that the run has.

    Args:
        run: that is trained.
        images: augmented, as they are stored (see ``reprise.training.task``).
        labels: theirs.
    """
    if run.recorded is not None:
        loss, logits = run.recorded(images, labels)
        if run.before_step is not None:
            run.before_step(run.data.normalise(images), labels)
    elif run.before_step is not None:
        inputs = run.data.normalise(images)
        loss, logits = _gradients(run, inputs, labels)
        run.before_step(inputs, labels)
    else:
        loss, logits = batch_gradients(run, images, labels)
    run.optimizer.step()
    run.updates += 1
    return Update(loss, logits, labels)


def batch_gradients(run: Run, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Leaves the gradients of a batch at the parameters; its mean loss and its logits."""
    return _gradients(run, run.data.normalise(images), labels)


def _gradients(run: Run, inputs: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Leaves the gradients of a normalised batch at the parameters; its loss and logits."""
    loss, logits = loss_and_logits(run, inputs, labels)
    run.optimizer.zero_grad(set_to_none=True)
    loss.backward()
    return loss.detach(), logits.detach()


def loss_and_logits(run: Run, inputs: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """The mean loss of a normalised batch, and its logits in float32."""
    with computing(run.cell, inputs.device):
        logits = run.model(inputs)
    logits = logits.float()
    return run.loss(logits, labels), logits


def logits_of(run: Run, images: Tensor) -> Tensor:
    """The logits of images as they are stored, in float32."""
    # Entered anew by each batch: what is cast inside must be a part of a recording.
    with computing(run.cell, images.device):
        return run.model(run.data.normalise(images)).float()
