import gzip
import hashlib
import os
import shutil
import socket
import ssl
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests

from reprise.data.fetching import fetch
from reprise.errors import InputError

CONTENT = b"the right bytes " * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def destination(tmp_path: Path) -> Path:
    return tmp_path / "downloads" / "data.bin"


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Waiting times, which are recorded instead of waited for."""
    recorded: list[float] = []
    monkeypatch.setattr(time, "sleep", recorded.append)
    return recorded


def fetched(urls: list[str], destination: Path, retries: int = 0) -> None:
    fetch(urls, SHA256, destination, progress=False, retries=retries)


def failure(urls: list[str], destination: Path, retries: int = 0) -> str:
    """The message of a fetch that fails, after which the folder holds nothing."""
    with pytest.raises(InputError) as raised:
        fetched(urls, destination, retries)
    assert list(destination.parent.glob("*")) == []
    message = str(raised.value)
    assert "\n" not in message
    return message


def test_right_contents_are_kept(server, destination):
    fetched([server.serve("/data.bin", CONTENT)], destination)
    assert destination.read_bytes() == CONTENT
    assert list(destination.parent.iterdir()) == [destination]


def test_permissions_are_those_of_other_new_files(server, destination, tmp_path):
    fetched([server.serve("/data.bin", CONTENT)], destination)
    (tmp_path / "other").touch()
    assert destination.stat().st_mode == (tmp_path / "other").stat().st_mode


def test_right_contents_are_not_fetched_again(server, destination):
    url = server.serve("/data.bin", CONTENT)
    fetched([url], destination)
    fetched([url], destination)
    assert server.requests == ["/data.bin"]


def test_wrong_contents_at_the_destination_are_replaced(server, destination):
    destination.parent.mkdir()
    destination.write_bytes(b"old")
    fetched([server.serve("/data.bin", CONTENT)], destination)
    assert destination.read_bytes() == CONTENT


def test_wrong_contents_name_both_checksums(server, destination):
    message = failure([server.serve("/data.bin", b"other")], destination, retries=2)
    assert "data.bin" in message
    assert SHA256 in message
    assert hashlib.sha256(b"other").hexdigest() in message
    assert server.requests == ["/data.bin"], "other contents do not get right by trying again"


def test_missing_file_is_not_tried_again(server, destination):
    message = failure([f"{server.address}/data.bin"], destination, retries=2)
    assert f"{server.address}/data.bin answered 404 Not Found" in message
    assert server.requests == ["/data.bin"]


@pytest.mark.parametrize(
    "answer",
    [{"status": 404}, {"status": 500}, b"other", {"content": CONTENT[:99], "length": len(CONTENT)}],
    ids=["missing", "server error", "wrong contents", "broken off"],
)
def test_mirror_is_tried_next(server, destination, answer):
    urls = [server.serve("/first", answer), server.serve("/mirror", CONTENT)]
    fetched(urls, destination)
    assert destination.read_bytes() == CONTENT
    assert server.requests == ["/first", "/mirror"]


def test_all_addresses_that_failed_are_named(server, destination):
    urls = [server.serve("/first", {"status": 403}), server.serve("/mirror", b"other")]
    message = failure(urls, destination)
    assert f"{urls[0]} answered 403" in message
    assert f"{urls[1]} has SHA-256" in message


def test_broken_off_download_is_named(server, destination):
    url = server.serve("/data.bin", {"content": CONTENT[:99], "length": len(CONTENT)})
    assert "broke off before the end of the file" in failure([url], destination)


def test_announced_length_that_is_too_small_is_found(server, destination):
    url = server.serve("/data.bin", {"content": CONTENT, "length": len(CONTENT) - 1})
    assert "has SHA-256" in failure([url], destination)


def test_server_error_is_tried_again_after_a_growing_wait(server, destination, waits):
    busy = {"status": 503}
    fetched([server.serve("/data.bin", busy, busy, CONTENT)], destination, retries=2)
    assert destination.read_bytes() == CONTENT
    assert waits == [0, 1, 2]


def test_other_addresses_come_before_a_second_try(server, destination, waits):
    urls = [server.serve("/first", {"status": 503}), server.serve("/mirror", CONTENT)]
    fetched(urls, destination, retries=2)
    assert server.requests == ["/first", "/mirror"]


def test_only_passing_failures_are_tried_again(server, destination, waits):
    urls = [server.serve("/first", {"status": 404}), server.serve("/mirror", {"status": 503})]
    failure(urls, destination, retries=1)
    assert server.requests == ["/first", "/mirror", "/mirror"]


def test_unreachable_server_is_named(destination):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/data.bin"
        assert f"{url} could not be reached" in failure([url], destination)


def test_an_unknown_name_is_told_from_a_server_that_is_down(destination, waits):
    url = "http://no-such-host.invalid/data.bin"
    assert f"{url} has a name that is not known" in failure([url], destination)


def test_a_dead_proxy_is_named(server, destination, waits, monkeypatch):
    url = server.serve("/data.bin", CONTENT)
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    said = failure([url], destination, retries=1)
    assert f"{url} could not be asked, since the proxy" in said
    assert server.requests == []


@pytest.fixture
def encrypted(tmp_path):
    """The address of a server whose certificate nobody signed."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
         "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out",
         certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"https://localhost:{server.server_address[1]}/data.bin"
        server.shutdown()


@pytest.mark.skipif(shutil.which("openssl") is None, reason="there is no openssl")
def test_a_refused_certificate_is_named(encrypted, destination, waits):
    said = failure([encrypted], destination)
    assert f"{encrypted} has a certificate that was refused (self-signed certificate" in said


def test_a_missing_bundle_of_certificates_is_named(destination, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/bundle.pem")
    said = failure(["https://localhost/data.bin"], destination)
    assert "/nowhere/bundle.pem" in said
    assert "could not be asked" in said
    assert "cannot be written" not in said


def test_malformed_headers_are_named(server, destination):
    url = server.serve("/data.bin", {"content": CONTENT, "length": "many"})
    assert f"{url} failed" in failure([url], destination)


def test_malformed_address_is_named(destination):
    assert "http://host:99999/x failed" in failure(["http://host:99999/x"], destination)


def test_slow_server_is_named(destination, monkeypatch):
    def time_out(*_, **__):
        raise requests.ReadTimeout

    monkeypatch.setattr(requests, "get", time_out)
    assert "did not answer in time" in failure(["http://host/data.bin"], destination)


def test_compressed_file_stays_compressed(server, destination):
    """Some servers send a .gz file as a plain file with an encoding."""
    content = gzip.compress(CONTENT)
    url = server.serve("/data.gz", {"content": content, "headers": {"Content-Encoding": "x-gzip"}})
    fetch([url], hashlib.sha256(content).hexdigest(), destination, progress=False)
    assert destination.read_bytes() == content


def test_progress_is_shown_on_request(server, destination, capsys):
    fetch([server.serve("/data.bin", CONTENT)], SHA256, destination, progress=True)
    assert "100%" in capsys.readouterr().err


@pytest.mark.parametrize("scheme", ["file://", ""])
def test_local_file_is_copied(tmp_path, destination, scheme):
    (tmp_path / "source").write_bytes(CONTENT)
    fetched([f"{scheme}{tmp_path}/source"], destination)
    assert destination.read_bytes() == CONTENT


def test_local_file_may_be_named_relative_to_the_working_folder(tmp_path, destination, monkeypatch):
    (tmp_path / "source").write_bytes(CONTENT)
    monkeypatch.chdir(tmp_path)
    fetched(["source"], destination)
    assert destination.read_bytes() == CONTENT


def test_missing_local_file_is_named(tmp_path, destination):
    path = tmp_path / "absent"
    assert f"{path} cannot be read (No such file or directory)" in failure([str(path)], destination)


def test_wrong_local_file_leaves_nothing(tmp_path, destination):
    (tmp_path / "source").write_bytes(b"other")
    assert "has SHA-256" in failure([str(tmp_path / "source")], destination)


def test_destination_in_a_file_is_named(server, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match=r"file/data\.bin cannot be written"):
        fetched([server.serve("/data.bin", CONTENT)], tmp_path / "file" / "data.bin")


def test_interrupted_download_leaves_nothing(server, destination, monkeypatch):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupt)
    monkeypatch.setattr(Path, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        fetched([server.serve("/data.bin", CONTENT)], destination)
    assert list(destination.parent.iterdir()) == []
