from pathlib import Path

import pytest

from reprise.data.addresses import expanded, file_name, local_path
from reprise.errors import InputError


def test_variables_are_filled_in():
    environment = {"FOLDER": "/data", "SET_2": "mnist"}
    assert expanded("${FOLDER}/${SET_2}/x.gz", "key", environment) == "/data/mnist/x.gz"


def test_dollar_without_braces_stays():
    assert expanded("/data/$FOLDER", "key", {}) == "/data/$FOLDER"


@pytest.mark.parametrize("environment", [{}, {"FOLDER": ""}])
def test_unset_variable_names_variable_and_key(environment):
    with pytest.raises(InputError, match=r"^datasets\.mnist\.files\[0\] .* FOLDER, .* not set"):
        expanded("${FOLDER}/x.gz", "datasets.mnist.files[0]", environment)


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("data/x.gz", Path("data/x.gz")),
        ("/data/x#1?.gz", Path("/data/x#1?.gz")),
        ("file:///data/a%20b.gz", Path("/data/a b.gz")),
        ("file://localhost/data/x.gz", Path("/data/x.gz")),
        ("http://host/x.gz", None),
        ("https://host/x.gz", None),
    ],
)
def test_local_addresses_are_paths(address, path):
    assert local_path(address) == path


@pytest.mark.parametrize("address", ["ftp://host/x", "file://host/x", "http:///x", "http://[x/y"])
def test_other_addresses_are_refused(address):
    with pytest.raises(InputError, match="the address"):
        local_path(address)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://host/folder/x.tar.gz?version=2", "x.tar.gz"),
        ("${FOLDER}/mnist/train images.gz", "train_images.gz"),
        ("x.tar.xz", "x.tar.xz"),
    ],
)
def test_file_name_is_the_last_part(address, name):
    assert file_name(address) == name


@pytest.mark.parametrize("address", ["https://host/", "https://host", "..", "folder/.."])
def test_address_without_a_file_name_is_refused(address):
    with pytest.raises(InputError, match="must end in the name of a file"):
        file_name(address)
