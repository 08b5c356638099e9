"""A loop in a process of its own, which takes turns with loops of this one."""

from collections.abc import Callable, Iterator
from contextlib import closing
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, Self

from timing import Loop


class OwnProcess:
    """A loop in a process of its own: what this process sets for itself does not hold there.

    To be entered as a context, which starts the process and ends it.

    Args:
        make: makes the loop there; a function at the top of a module, which can be pickled.
        arguments: of ``make``, which can be pickled too.
    """

    def __init__(self, make: Callable[..., Loop], *arguments: Any) -> None:
        context = get_context("spawn")
        self._connection, self._theirs = context.Pipe()
        served = (self._theirs, make, arguments)
        self._process = context.Process(target=_serve, args=served)

    def __enter__(self) -> Self:
        self._process.start()
        # The process's end is noticed here only if nothing else holds its side.
        self._theirs.close()
        return self

    def __exit__(self, *raised: object) -> None:
        self._connection.close()
        self._process.join()

    def __call__(self, number: int) -> Iterator[int]:
        """One round: the loop goes on there for as long as it is asked to here.

        Raises:
            RuntimeError: the process has ended, which says there why.
        """
        try:
            self._connection.send(number)
            try:
                while True:
                    self._connection.send(True)
                    yield self._connection.recv()
            finally:
                self._connection.send(False)
                self._connection.recv()
        except (EOFError, OSError) as error:
            raise RuntimeError("the process of a loop has ended; it says above why") from error


def _serve(connection: Connection, make: Callable[..., Loop], arguments: tuple[Any, ...]) -> None:
    loop = make(*arguments)
    while (number := _asked(connection)) is not None:
        with closing(loop(number)) as batches:
            while connection.recv():
                connection.send(next(batches))
        connection.send(None)


def _asked(connection: Connection) -> int | None:
    """The number of the round that is asked for; None at the end."""
    try:
        return connection.recv()
    except EOFError:
        return None
