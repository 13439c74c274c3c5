"""The file of a backup: sealed, whole or refused."""

import io
import os
import random
import re
import tarfile

import pyrage
import pytest
import zstandard

from samphan.runtime.backup import sealing
from samphan.runtime.backup.archive import ArchiveWriter, Contents, is_encrypted, read_archive
from samphan.runtime.backup.sealing import DamagedFile, SealedReader, SealedWriter, WrongPassphrase
from samphan.runtime.home import RuntimeProblem

PASSPHRASE = "ช้างเผือก กลางดอย"
CONTENTS = Contents(
    format=1, samphan="0.1.0", created_at="2026-11-22T03:00:00+00:00", postgres="15.18", home="1f", workspaces=["doi-mok"],
    migrations=[["platform", "0001_initial"]], tables={"customer": ["id", "name"], "empty": ["id"]}, indexes={},
)  # fmt: skip
ROWS = b"".join(f"{n}\tสมชาย {n}\\nบรรทัด\n".encode() for n in range(3000))


@pytest.fixture(autouse=True)
def _light(monkeypatch):
    """A passphrase is weighed with a second and 256 MiB in the product; its strength is scrypt's and not tested here."""
    monkeypatch.setattr(sealing, "WORK_FACTOR", 10)


def sealed(content: bytes, *sizes: int) -> bytes:
    target = io.BytesIO()
    writer = SealedWriter(target, PASSPHRASE)
    rest = content
    for size in sizes:
        writer.write(rest[:size])
        rest = rest[size:]
    writer.write(rest)
    writer.close()
    return target.getvalue()


def write_backup(path, passphrase=None, *, finished=True):
    file = path.parent / "a file.bin"
    file.write_bytes(random.Random(3).randbytes(300_000))
    with path.open("wb") as target:
        archive = ArchiveWriter(target, passphrase)
        archive.add("backup.json", CONTENTS.to_json())
        archive.add_part("customer", ROWS)
        archive.add_part("customer", ROWS)
        archive.tally.begin_table("empty")
        archive.add("sequences.json", b"{}")
        archive.add_file("files/รูป/a file.bin", file)
        if finished:
            return archive.finish()
        archive._tar.fileobj.close()
        return None


def read_all(path, passphrase=None):
    with read_archive(path, passphrase) as archive:
        found = {}
        for entry in archive.entries():
            found[entry.name] = entry.content()
        return archive.contents, found, archive.sums


@pytest.mark.parametrize("length", [0, 1, 65_535, 65_536, 65_537, 131_072, 200_000])
def test_is_what_age_reads(length):
    content = random.Random(length).randbytes(length)
    assert pyrage.passphrase.decrypt(sealed(content, 10, 70_000), PASSPHRASE) == content


def test_reads_what_age_writes():
    content = random.Random(1).randbytes(65_537)
    theirs = io.BufferedReader(SealedReader(io.BytesIO(pyrage.passphrase.encrypt(content, PASSPHRASE)), PASSPHRASE))
    assert theirs.read() == content


def test_refuses_whatever_was_changed_or_cut():
    whole = sealed(os.urandom(200_000))
    header = whole.index(b"---")
    for at in [5, 30, 45, header - 5, header + 10, header + 60, header + 70, 70_000, len(whole) - 1]:
        broken = bytearray(whole)
        broken[at] ^= 1
        with pytest.raises((DamagedFile, WrongPassphrase)):
            io.BufferedReader(SealedReader(io.BytesIO(bytes(broken)), PASSPHRASE)).read()
    start = whole.index(b"\n", header) + 1 + 16
    for length in (10, header, start, start + 500, start + 65_552, start + 2 * 65_552, len(whole) - 1):
        with pytest.raises(DamagedFile):
            io.BufferedReader(SealedReader(io.BytesIO(whole[:length]), PASSPHRASE)).read()
    with pytest.raises(DamagedFile):
        io.BufferedReader(SealedReader(io.BytesIO(whole + b"x"), PASSPHRASE)).read()


def test_takes_a_second_and_much_memory_for_each_guess(monkeypatch):
    monkeypatch.undo()
    assert 2**sealing.WORK_FACTOR * 8 * 128 == 256 * 2**20
    # A file that asks for more than this machine has would only stop it.
    greedy = sealed(b"x").replace(b" 10\n", b" 40\n", 1).replace(b" 18\n", b" 40\n", 1)
    with pytest.raises(DamagedFile):
        SealedReader(io.BytesIO(greedy), PASSPHRASE)


@pytest.mark.parametrize("passphrase", [None, PASSPHRASE])
def test_gives_back_what_was_written(tmp_path, passphrase):
    path = tmp_path / "one.samphan"
    written = write_backup(path, passphrase)
    assert is_encrypted(path) is (passphrase is not None)
    contents, found, sums = read_all(path, passphrase)
    assert contents == CONTENTS
    assert found["tables/customer/000001.copy"] + found["tables/customer/000002.copy"] == ROWS * 2
    assert found["files/รูป/a file.bin"] == (tmp_path / "a file.bin").read_bytes()
    assert sums == written
    assert (sums.rows, sums.files) == ({"customer": 6000, "empty": 0}, 1)
    assert (b"\xe0\xb8\xaa\xe0\xb8\xa1\xe0\xb8\x8a\xe0\xb8\xb2\xe0\xb8\xa2" in path.read_bytes()) is False


def test_opens_with_the_usual_tools_alone(tmp_path):
    path = tmp_path / "one.samphan"
    write_backup(path, PASSPHRASE)
    plain = (
        zstandard.ZstdDecompressor()
        .decompressobj()
        .decompress(pyrage.passphrase.decrypt(path.read_bytes(), PASSPHRASE))
    )
    with tarfile.open(fileobj=io.BytesIO(plain)) as tar:
        names = tar.getnames()
        assert names[0] == "backup.json"
        assert names[-1] == "end.json"
        assert tar.extractfile("tables/customer/000001.copy").read() == ROWS


@pytest.mark.parametrize("passphrase", [None, PASSPHRASE])
def test_no_cut_and_no_changed_file_looks_whole(tmp_path, passphrase):
    path, broken = tmp_path / "one.samphan", tmp_path / "broken.samphan"
    write_backup(path, passphrase)
    whole, told = path.read_bytes(), read_all(path, passphrase)
    chance = random.Random(f"{passphrase}")
    for _round in range(60):
        broken.write_bytes(whole[: chance.randrange(len(whole))])
        with pytest.raises(RuntimeProblem, match=r"is damaged|is no backup"):
            read_all(broken, passphrase)
        changed = bytearray(whole)
        changed[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        broken.write_bytes(changed)
        try:
            found = read_all(broken, passphrase)
        except RuntimeProblem as problem:
            assert re.search(r"is damaged|is no backup|does not open", str(problem))
        else:
            # The head of zstandard has bits that change nothing: what the file says is what was written.
            assert found == told


def test_says_what_is_wrong(tmp_path):
    path = tmp_path / "one.samphan"
    with pytest.raises(RuntimeProblem, match="cannot be read: no such file or directory"):
        is_encrypted(path)
    path.write_text("id,name\n")
    with pytest.raises(RuntimeProblem, match="is no backup of Samphan"):
        is_encrypted(path)
    write_backup(path, PASSPHRASE)
    with pytest.raises(RuntimeProblem, match="is encrypted: give its passphrase"):
        read_all(path)
    with pytest.raises(WrongPassphrase, match="does not open this backup"):
        read_all(path, PASSPHRASE + " ")
    newer = CONTENTS.to_json().replace(b'"format": 1', b'"format": 2').replace(b"0.1.0", b"9.0.0")
    with pytest.raises(RuntimeProblem, match=r"made by Samphan 9\.0\.0, which is newer than this one"):
        Contents.from_json(newer)
