"""The softmax over very many tokens, against that over all of them."""

import math

import pytest
import torch
from torch.nn import functional

from reprise.errors import InputError
from reprise.nets.adaptive_softmax import AdaptiveLogits
from reprise.nets.build import build_model, count_parameters
from reprise.optim.losses import cross_entropy, cross_entropy_of_softmax
from reprise.training.evaluation import Tally
from reprise.training.task import make_task

TOKENS, LENGTH, EMBEDDING, HIDDEN = 30, 6, 5, 16


@pytest.fixture
def model():
    def make(classes=TOKENS, name="adaptive_lstm", **arguments):
        torch.manual_seed(0)
        sizes = {"embedding": EMBEDDING, "hidden": HIDDEN, "dropout": 0.0}
        own = {"cutoffs": [5, 12]} if name == "adaptive_lstm" else {}
        return build_model(name, {**sizes, **own, **arguments}, "none", {}, (LENGTH,), classes)

    return make


@pytest.fixture
def batch():
    generator = torch.Generator().manual_seed(3)
    tokens, labels = torch.randint(TOKENS, (2, 4, LENGTH), generator=generator)
    return tokens, labels


def by_hand(logits: AdaptiveLogits, labels) -> torch.Tensor:
    """The mean cross-entropy from the probabilities of all tokens."""
    probabilities = logits.adaptive.log_prob(logits.states.flatten(0, 1)).exp()
    assert probabilities.sum(1).tolist() == pytest.approx([1] * len(probabilities))
    own = probabilities[torch.arange(labels.numel()), labels.flatten()]
    return -own.log().mean()


def test_the_loss_is_that_of_the_probabilities_of_all_tokens(model, batch):
    tokens, labels = batch
    logits = model()(tokens)
    assert logits.shape == (4, TOKENS, LENGTH)
    found = cross_entropy(logits.float(), labels)
    assert found.item() == pytest.approx(by_hand(logits, labels).item(), rel=1e-5)


def test_without_a_tail_it_is_the_plain_softmax(model, batch):
    """A group of a single token has no logits of its own."""
    tokens, labels = batch
    network = model(cutoffs=[TOKENS - 1])
    logits = network(tokens)
    head = network.adaptive.head
    plain = head(logits.states).transpose(1, 2)
    found, expected = cross_entropy(logits, labels), functional.cross_entropy(plain, labels)
    assert found.item() == pytest.approx(expected.item(), rel=1e-6)
    ours, theirs = (
        torch.autograd.grad(loss, head.weight, retain_graph=True)[0] for loss in (found, expected)
    )
    assert torch.allclose(ours, theirs, atol=1e-7)


def test_of_few_tokens_it_is_the_model_lstm(model, batch):
    tokens, _ = batch
    few = model(classes=12)
    plain = model(classes=12, name="lstm")
    assert torch.equal(few(tokens % 12), plain(tokens % 12))
    assert count_parameters(few) == count_parameters(plain)
    assert isinstance(model(classes=13)(tokens % 12), AdaptiveLogits)


def test_rare_tokens_have_few_parameters(model):
    network = model()
    layers = count_parameters(network.lstm)
    # Five tokens and two groups; seven tokens by a quarter of the numbers, 18 by a sixteenth.
    head = (5 + 2) * HIDDEN
    tails = HIDDEN * 4 + 4 * 7 + HIDDEN * 1 + 1 * 18
    assert count_parameters(network) == TOKENS * EMBEDDING + layers + head + tails


def test_perplexity_by_hand(model, batch):
    tokens, labels = batch
    logits = model()(tokens).detach()
    tally = Tally(labels, make_task("language_modelling", TOKENS))
    for part in (slice(0, 3), slice(3, 4)):
        own = AdaptiveLogits(logits.states[part], logits.adaptive)
        stored = labels[part].to(torch.int32)
        tally.add(tally.task.loss(cross_entropy)(own, stored), own, stored)
    expected = by_hand(logits, labels).item()
    assert tally.score().perplexity == pytest.approx(math.exp(expected), rel=1e-5)
    assert tally.score().loss == pytest.approx(expected, rel=1e-5)


def test_what_is_counted_after_an_update_is_of_the_weights_before(model, batch):
    tokens, labels = batch
    network = model()
    logits = network(tokens).float()
    loss = cross_entropy(logits, labels)
    loss.backward()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter -= parameter.grad
    assert cross_entropy(logits.detach(), labels.clone()) == loss.detach()
    others = (labels + 1) % TOKENS
    assert cross_entropy(logits.detach(), others) != loss.detach()


@pytest.mark.parametrize("highest", [5, 12, 30])
def test_groups_without_a_label_have_gradients_of_zero(model, batch, highest):
    tokens, labels = batch
    network = model()
    cross_entropy(network(tokens), labels % highest).backward()
    found = [tail[1].weight.grad for tail in network.adaptive.tail]
    assert [bool(gradient.abs().sum()) for gradient in found] == [highest > 5, highest > 12]


def test_a_model_learns_with_it(model, batch):
    tokens, labels = batch
    network = model()
    optimizer = torch.optim.Adam(network.parameters(), lr=0.02)
    losses = []
    for _ in range(60):
        loss = cross_entropy(network(tokens).float(), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.5 * losses[0]


@pytest.mark.parametrize(
    "refused",
    [
        lambda logits, labels: cross_entropy(logits, labels, smoothing=0.1),
        cross_entropy_of_softmax,
        lambda logits, labels: functional.nll_loss(logits, labels),
    ],
    ids=["smoothing", "softmax", "nll"],
)
def test_other_losses_are_refused(model, batch, refused):
    tokens, labels = batch
    with pytest.raises(InputError, match="expects the loss cross_entropy without smoothing"):
        refused(model()(tokens), labels)


@pytest.mark.parametrize("cutoffs", [[], [0, 5], [5, 5], [7, 5]])
def test_wrong_cut_offs(model, cutoffs):
    with pytest.raises(InputError, match="expects cutoffs to be numbers of tokens that rise"):
        model(cutoffs=cutoffs)
