"""Language modelling: perplexity, and a model that knows no later token."""

import math

import pytest
import torch
from torch.nn import functional

from reprise.nets.build import build_model
from reprise.training.evaluation import Tally
from reprise.training.task import make_task

TOKENS = 7


def tally(batches):
    found = Tally(torch.zeros(4, 8, dtype=torch.uint8), make_task("language_modelling", TOKENS))
    for logits, labels in batches:
        found.add(torch.tensor(0.0), logits, labels)
    return found


def made_up(sequences, seed):
    generator = torch.Generator().manual_seed(seed)
    logits = torch.randn(sequences, TOKENS, 5, generator=generator)
    labels = torch.randint(TOKENS, (sequences, 5), dtype=torch.uint8, generator=generator)
    return logits, labels


def test_perplexity_is_the_inverse_geometric_mean_of_the_tokens_probabilities():
    batches = [made_up(4, 0), made_up(2, 1)]
    probabilities = [
        math.exp(logits[row, :, place].log_softmax(0)[labels[row, place].long()])
        for logits, labels in batches
        for row in range(len(labels))
        for place in range(5)
    ]
    expected = math.prod(probabilities) ** (-1 / len(probabilities))
    assert tally(batches).score().perplexity == pytest.approx(expected)


def test_guessing_wavers_between_all_tokens():
    labels = torch.zeros(3, 4, dtype=torch.uint8)
    score = tally([(torch.zeros(3, TOKENS, 4), labels)]).score()
    assert score.perplexity == pytest.approx(TOKENS)


def test_a_perplexity_beyond_all_numbers_is_infinite():
    logits = torch.tensor([0.0, 1e5]).view(1, 2, 1)
    score = tally([(logits, torch.zeros(1, 1, dtype=torch.uint8))]).score()
    assert score.perplexity == math.inf


def test_losses_are_weighed_by_tokens():
    found = Tally(torch.zeros(4, 8, dtype=torch.uint8), make_task("language_modelling", TOKENS))
    for loss, (logits, labels) in ((1.0, made_up(3, 0)), (4.0, made_up(1, 1))):
        found.add(torch.tensor(loss), logits, labels)
    assert found.score().loss == pytest.approx((3 * 1 + 1 * 4) / 4)


def test_the_loss_is_a_mean_over_tokens():
    logits, labels = made_up(4, 2)
    loss = make_task("language_modelling", TOKENS).loss(functional.cross_entropy)
    one_hot = functional.one_hot(labels.long(), TOKENS).transpose(1, 2)
    expected = -(logits.log_softmax(1) * one_hot).sum() / labels.numel()
    assert loss(logits, labels).item() == pytest.approx(expected.item())


@pytest.mark.parametrize(
    "norm", [("none", {}), ("batch", {}), ("group", {"groups": 4})], ids=lambda norm: norm[0]
)
def test_logits_depend_on_no_later_token(norm):
    torch.manual_seed(0)
    arguments = {"embedding": 6, "hidden": 8, "dropout": 0.0}
    model = build_model("lstm", arguments, *norm, (5,), TOKENS).eval()
    tokens = torch.randint(TOKENS, (3, 5))
    changed = tokens.clone()
    changed[:, 3] = (changed[:, 3] + 1) % TOKENS
    before, after = model(tokens), model(changed)
    assert before.shape == (3, TOKENS, 5)
    assert torch.equal(before[:, :, :3], after[:, :, :3])
    assert not torch.isclose(before[:, :, 3:], after[:, :, 3:]).all(1).any()


def test_the_parameters_of_the_published_size():
    """Of each layer 4 (inputs + hidden + 2) hidden; embeddings, and the softmax over 100 words."""
    with torch.device("meta"):
        model = build_model("lstm", {}, "none", {}, (20,), 100)
    layers = 4 * 2048 * ((300 + 2048 + 2) + (2048 + 2048 + 2))
    expected = 100 * 300 + layers + 100 * (2048 + 1)
    assert sum(p.numel() for p in model.parameters()) == expected
