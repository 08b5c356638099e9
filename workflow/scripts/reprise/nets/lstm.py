"""Language models of LSTM layers.

Hochreiter and Schmidhuber (1997), "Long short-term memory"; as a language model Zaremba, Sutskever
and Vinyals (2014), "Recurrent neural network regularization", which drops out between layers only.
"""

from collections.abc import Sequence

from torch import Tensor, nn

from reprise.errors import InputError
from reprise.nets.adaptive_softmax import AdaptiveLogits
from reprise.nets.checks import check_dropout, check_positive
from reprise.nets.models import ImageShape, models
from reprise.nets.norms import NormMaker

NAME = "lstm"


# The norm has as many channels as the last layer.
@models.register(
    "lstm", widths={"argument": "hidden", "multiples": [1]}, halvings=0, task="language_modelling"
)
class LstmLanguageModel(nn.Module):
    """Maps tokens (N, L) to the logits (N, classes, L) of the tokens that follow them.

    A sequence begins with a state of zeros. The norm acts on the outputs of the last layer, at each
    place for itself, since a later token may not be known at an earlier one.

    Args:
        image_shape: (L,), the length of a sequence.
        classes: tokens known.
        make_norm: makes a normalising layer for a number of channels.
        embedding: numbers that stand for a token.
        hidden: of each layer.
        layers: one after the other.
        dropout: probability that an input of a layer, or an output of the last, is dropped.

    Raises:
        InputError: a size below 1, or a probability out of range.
    """

    def __init__(
        self,
        image_shape: ImageShape,
        classes: int,
        make_norm: NormMaker,
        *,
        embedding: int = 300,
        hidden: int = 2048,
        layers: int = 2,
        dropout: float = 0.1,
    ) -> None:
        for key, number in (("embedding", embedding), ("hidden", hidden), ("layers", layers)):
            check_positive(NAME, key, number)
        check_dropout(NAME, dropout)
        super().__init__()
        self.embedding = nn.Embedding(classes, embedding)
        between = dropout if layers > 1 else 0.0
        self.lstm = nn.LSTM(embedding, hidden, layers, dropout=between, batch_first=True)
        self.norm = make_norm(hidden)
        self.dropout = nn.Dropout(dropout)
        self.decoder = nn.Linear(hidden, classes)

    def forward(self, tokens: Tensor) -> Tensor:
        states, _ = self.lstm(self.dropout(self.embedding(tokens)))
        places = self.norm(states.flatten(0, 1)[:, :, None, None]).flatten(1)
        logits = self.decoder(self.dropout(places.view_as(states)))
        return logits.transpose(1, 2)


# It is a model of its own, since the code of the one above is behind runs that there are.
@models.register(
    "adaptive_lstm",
    widths={"argument": "hidden", "multiples": [1]},
    halvings=0,
    task="language_modelling",
)
class AdaptiveLstm(LstmLanguageModel):
    """The model ``lstm`` with an adaptive softmax over more tokens than the last cut-off; over
    fewer it is the same model.

    Maps tokens (N, L) to ``AdaptiveLogits``, which stand for logits (N, classes, L).

    Args:
        image_shape, classes, make_norm, embedding, hidden, layers, dropout: as of ``lstm``. Tokens
            have to be in the order of how often they come.
        cutoffs: the tokens up to the first have logits of their own, those between two of them are
            a group, and those from the last one on. The numbers are those of RAdam's authors for
            One Billion Word (LiyuanLucasLiu/RAdam, language-model). The rarer a group, the fewer
            numbers stand for a state in it: a quarter from one to the next, as by Grave and others.

    Raises:
        InputError: as of ``lstm``, or cut-offs that do not rise from 1 on.
    """

    def __init__(
        self,
        image_shape: ImageShape,
        classes: int,
        make_norm: NormMaker,
        *,
        embedding: int = 300,
        hidden: int = 2048,
        layers: int = 2,
        dropout: float = 0.1,
        cutoffs: Sequence[int] = (4000, 40000, 200000),
    ) -> None:
        if not cutoffs or list(cutoffs) != sorted({number for number in cutoffs if number > 0}):
            raise InputError(
                "model 'adaptive_lstm' expects cutoffs to be numbers of tokens that rise from 1 "
                f"on, but they are {list(cutoffs)}: correct them"
            )
        is_adaptive = classes > cutoffs[-1]
        super().__init__(
            image_shape,
            # A layer that gives logits of all tokens would take gigabytes, to no purpose.
            1 if is_adaptive else classes,
            make_norm,
            embedding=embedding,
            hidden=hidden,
            layers=layers,
            dropout=dropout,
        )
        self.adaptive: nn.AdaptiveLogSoftmaxWithLoss | None = None
        if is_adaptive:
            self.embedding = nn.Embedding(classes, embedding)
            self.decoder = nn.Identity()
            self.adaptive = nn.AdaptiveLogSoftmaxWithLoss(hidden, classes, list(cutoffs))

    def forward(self, tokens: Tensor) -> Tensor | AdaptiveLogits:
        states = super().forward(tokens)
        if self.adaptive is None:
            return states
        return AdaptiveLogits(states.transpose(1, 2), self.adaptive)
