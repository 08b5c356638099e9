"""What client and server of forks say to each other: one JSON object, and open files."""

import array
import json
import socket
import struct
from typing import Any

_LENGTH = struct.Struct("!Q")


def send(connection: socket.socket, message: Any, files: tuple[int, ...] = ()) -> None:
    """Send a message, with file descriptors for the other side to duplicate."""
    body = json.dumps(message).encode()
    header = _LENGTH.pack(len(body))
    if files:
        socket.send_fds(connection, [header], list(files))
    else:
        connection.sendall(header)
    connection.sendall(body)


def receive(connection: socket.socket) -> Any:
    """The next message, or None where the other side has closed."""
    message, _ = receive_with_files(connection, 0)
    return message


def receive_with_files(connection: socket.socket, files: int) -> tuple[Any, list[int]]:
    """The next message (None where the other side has closed) and its file descriptors."""
    header, ancillary, *_ = connection.recvmsg(
        _LENGTH.size, socket.CMSG_SPACE(files * array.array("i").itemsize), socket.MSG_WAITALL
    )
    descriptors = array.array("i")
    for _, kind, content in ancillary:
        if kind == socket.SCM_RIGHTS:
            descriptors.frombytes(content)
    body = b""
    if len(header) == _LENGTH.size:
        (length,) = _LENGTH.unpack(header)
        while len(body) < length and (part := connection.recv(min(length - len(body), 2**20))):
            body += part
        if len(body) == length:
            return json.loads(body), list(descriptors)
    return None, list(descriptors)
