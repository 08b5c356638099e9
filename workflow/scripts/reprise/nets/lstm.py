"""A language model of LSTM layers.

Hochreiter and Schmidhuber (1997), "Long short-term memory"; as a language model Zaremba, Sutskever
and Vinyals (2014), "Recurrent neural network regularization", which drops out between layers only.
"""

from torch import Tensor, nn

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
