import gzip
import stat
import tarfile
import zipfile

import pytest

from reprise.data.archives import decompressed, members
from reprise.errors import InputError

CONTENTS = {"top/a.bin": bytes(range(256)) * 40, "top/folder/b.bin": b"b", "top/empty": b""}
TAR_NAMES = ["x.tar", "x.tar.gz", "x.tar.bz2", "x.tar.xz"]


def read_all(path) -> dict[str, bytes]:
    return {str(member.path): member.read() for member in members(path)}


@pytest.mark.parametrize("name", TAR_NAMES)
def test_members_of_a_tar(make_tar, name):
    folder = tarfile.TarInfo("top")
    folder.type = tarfile.DIRTYPE
    assert read_all(make_tar(CONTENTS, name, extra=(folder,))) == CONTENTS


def test_members_of_a_zip(make_zip):
    assert read_all(make_zip({"top/": b""} | CONTENTS)) == CONTENTS


def test_sizes_are_known_before_reading(make_tar, make_zip):
    for archive in (make_tar(CONTENTS), make_zip(CONTENTS)):
        sizes = {str(member.path): member.size for member in members(archive)}
        assert sizes == {name: len(content) for name, content in CONTENTS.items()}


def test_the_kind_does_not_depend_on_the_name(make_tar):
    assert read_all(make_tar(CONTENTS, "x.tar.xz").rename(make_tar({}).parent / "x")) == CONTENTS


@pytest.mark.parametrize("name", ["../evil", "top/../../evil", "/evil", "top\\..\\evil"])
def test_path_that_leads_out_is_refused(make_tar, make_zip, tmp_path, name):
    for archive in (make_tar({name: b"evil"}), make_zip({name: b"evil"})):
        with pytest.raises(InputError, match="a path that leads out of the archive"):
            read_all(archive)
    assert not list(tmp_path.parent.rglob("evil"))


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE]
)
def test_link_or_device_in_a_tar_is_refused(make_tar, tmp_path, kind):
    """The old trick: a link that leads out, and then a file behind it."""
    link = tarfile.TarInfo("top/link")
    link.type = kind
    link.linkname = str(tmp_path)
    archive = make_tar({"top/link/evil": b"evil"}, extra=(link,))
    with pytest.raises(InputError, match=r"'top/link', which is not a plain file"):
        read_all(archive)
    assert not list(tmp_path.rglob("evil"))


def test_link_in_a_zip_is_refused(make_zip):
    link = zipfile.ZipInfo("link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with pytest.raises(InputError, match="'link', which is not a plain file"):
        read_all(make_zip({link: b"/etc"}))


@pytest.mark.parametrize("name", TAR_NAMES[1:])
@pytest.mark.parametrize("share", [0.3, 0.95])
def test_tar_cut_short_is_refused(make_tar, name, share):
    archive = make_tar({f"{index}": bytes([index]) * 50_000 for index in range(50)}, name)
    content = archive.read_bytes()
    archive.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(InputError, match="damaged") as raised:
        read_all(archive)
    assert "\n" not in str(raised.value)


def test_plain_tar_cut_short_inside_a_file_is_refused(make_tar):
    archive = make_tar(CONTENTS, "x.tar")
    archive.write_bytes(archive.read_bytes()[:1000])
    with pytest.raises(InputError, match="damaged"):
        read_all(archive)


def test_zip_cut_short_is_refused(make_zip):
    archive = make_zip(CONTENTS)
    archive.write_bytes(archive.read_bytes()[:-10])
    with pytest.raises(InputError, match="tar or zip archive"):
        read_all(archive)


def test_zip_with_changed_bytes_is_refused(make_zip):
    archive = make_zip(CONTENTS)
    content = bytearray(archive.read_bytes())
    content[500] ^= 1
    archive.write_bytes(content)
    with pytest.raises(InputError, match=r"damaged or cut short \(Bad CRC-32"):
        read_all(archive)


def test_other_file_is_refused(tmp_path):
    path = tmp_path / "page.tar.gz"
    path.write_text("<html>404</html>")
    with pytest.raises(InputError, match=r"page\.tar\.gz must be a tar or zip archive"):
        list(members(path))


def test_missing_archive_is_named(tmp_path):
    with pytest.raises(InputError, match=r"absent\.tar is expected and does not exist"):
        list(members(tmp_path / "absent.tar"))


def test_gzip_and_plain_files_give_their_contents(tmp_path):
    for name, content in (("plain", b"contents"), ("packed", gzip.compress(b"contents"))):
        (tmp_path / name).write_bytes(content)
        assert decompressed(tmp_path / name, limit=100) == b"contents"


def test_decompression_ends_after_the_limit(tmp_path):
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(bytes(10**7)))
    assert len(decompressed(path, limit=1000)) == 1001


@pytest.mark.parametrize("cut", [5, -5])
def test_gzip_cut_short_is_refused(tmp_path, cut):
    path = tmp_path / "x.gz"
    path.write_bytes(gzip.compress(bytes(range(256)))[:cut])
    with pytest.raises(InputError, match=r"x\.gz is damaged or cut short"):
        decompressed(path, limit=1000)


def test_a_zip_with_backslashes_holds_folders(make_zip):
    archive = make_zip({"train\\cat\\a.png": b"a"})
    assert read_all(archive) == {"train/cat/a.png": b"a"}


def test_a_tar_with_backslashes_is_told_from_one_that_leads_out(make_tar):
    with pytest.raises(InputError, match="whose backslashes may be meant as slashes"):
        read_all(make_tar({"train\\a.png": b"a"}))


def test_a_drive_leads_out(make_zip):
    with pytest.raises(InputError, match="leads out"):
        read_all(make_zip({"C:\\a.png": b"a"}))
