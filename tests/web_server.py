"""A web server on this machine, for what is downloaded."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Answer:
    """What the server says to one path; ``length`` is the length that it announces."""

    content: bytes = b""
    status: int = 200
    length: int | str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


class Server:
    """A web server on this machine that answers each path from a list, the last one for ever."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.answers: dict[str, list[Answer]] = {}
        self.requests: list[str] = []

    def serve(self, path: str, *answers: bytes | dict[str, Any]) -> str:
        """Set the answers to a path (contents, or fields of an Answer) and return its address."""
        self.answers[path] = [
            Answer(**answer) if isinstance(answer, dict) else Answer(answer) for answer in answers
        ]
        return f"{self.address}{path}"

    def next_answer(self, path: str) -> Answer:
        self.requests.append(path)
        answers = self.answers.get(path, [Answer(status=404)])
        return answers.pop(0) if len(answers) > 1 else answers[0]


@contextmanager
def serving() -> Iterator[Server]:
    """A server that answers until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = state.next_answer(self.path)
            length = len(answer.content) if answer.length is None else answer.length
            self.send_response(answer.status)
            self.send_header("Content-Length", str(length))
            for key, value in answer.headers.items():
                self.send_header(key, value)
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, *_: Any) -> None:
            pass

    web_server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state = Server(f"http://127.0.0.1:{web_server.server_port}")
    thread = threading.Thread(target=web_server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield state
    web_server.shutdown()
    web_server.server_close()
    thread.join()
