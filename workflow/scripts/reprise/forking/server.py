"""The process that imports once and forks for every job.

python -m reprise.forking.server DESCRIPTOR PATH: serves the listening socket of that descriptor
and path until it has been idle for a while.
"""

import contextlib
import fcntl
import gc
import os
import selectors
import signal
import socket
import sys
import traceback
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

from reprise.forking.client import NO_FORK, named
from reprise.forking.messages import receive_with_files, send
from reprise.logs import logged

IDLE_SECONDS = 10.0


class Server:
    """Forks a child for each connection and sends back its exit status.

    A child whose connection closes is ended: whoever asked for it is gone.
    """

    def __init__(self, listening: socket.socket, path: Path) -> None:
        self.listening = listening
        self.path = path
        self.selector = selectors.DefaultSelector()
        self.selector.register(listening, selectors.EVENT_READ, self._accept)

    def serve(self) -> None:
        """Serve until nothing has happened for a while and no child is left."""
        while True:
            events = self.selector.select(IDLE_SECONDS)
            for key, _ in events:
                if key.fileobj in self.selector.get_map():  # no event before it has forgotten this
                    key.data()
            if not events and len(self.selector.get_map()) == 1 and self._ended():
                return

    def _accept(self) -> None:
        connection, _ = self.listening.accept()
        request, files = receive_with_files(connection, 2)
        if request is None:
            connection.close()
            return
        _import_ahead(request)
        gc.freeze()
        try:
            child = os.fork()
        except OSError:
            # No memory or no process is left for it: the job is one of its own then.
            with contextlib.suppress(OSError):
                send(connection, NO_FORK)
            connection.close()
            for descriptor in files:
                os.close(descriptor)
            return
        if child == 0:
            self.selector.close()
            self.listening.close()
            connection.close()
            _run(request, files)
        for descriptor in files:
            os.close(descriptor)
        self._watch(child, connection)

    def _watch(self, child: int, connection: socket.socket) -> None:
        ended = os.pidfd_open(child)

        def report() -> None:
            _, status = os.waitpid(child, 0)
            forget(connection, ended)
            with contextlib.suppress(OSError):
                send(connection, {"status": os.waitstatus_to_exitcode(status)})
            connection.close()
            os.close(ended)

        def abandon() -> None:
            forget(connection)
            # It may have ended at the same moment.
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(ended, signal.SIGTERM)

        def forget(*watched: Any) -> None:
            for item in watched:
                with contextlib.suppress(KeyError):
                    self.selector.unregister(item)

        self.selector.register(ended, selectors.EVENT_READ, report)
        self.selector.register(connection, selectors.EVENT_READ, abandon)

    def _ended(self) -> bool:
        """Close the socket, unless somebody is about to connect."""
        if not self.path.exists():
            return True  # somebody has removed it, and nobody can connect any more
        with Path(f"{self.path}.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            if self.selector.select(0):
                return False
            self.path.unlink(missing_ok=True)
            return True


def _import_ahead(request: dict[str, Any]) -> None:
    """Import what the function needs, so that all later forks have it."""
    for module in (*request["imports"], request["function"].split(":")[0]):
        # The fork imports it again, and says in its log what is wrong.
        with contextlib.suppress(Exception):
            import_module(module)


def _run(request: dict[str, Any], files: list[int]) -> NoReturn:
    """Run the function in this fork, with the folder, environment and terminal of the client."""
    status = 1
    try:
        os.chdir(request["folder"])
        os.environ.clear()
        os.environ.update(request["environment"])
        for descriptor, standard in zip(files, (1, 2), strict=True):
            os.dup2(descriptor, standard)
        with logged(request["log"]):
            named(request["function"])(request["argument"])
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError):
                stream.flush()
        os._exit(status)


def main() -> None:
    """Serve the socket that the command line names."""
    descriptor, path = sys.argv[1:]
    with socket.socket(fileno=int(descriptor)) as listening:
        Server(listening, Path(path)).serve()


if __name__ == "__main__":
    main()
