"""Encryption of a stream with a passphrase, in the open format age (https://age-encryption.org/v1).

The key comes from the passphrase by scrypt, which takes 256 MiB of memory for every guess; the content travels in chunks of
64 KiB, each authenticated with its number and whether it is the last, so that nothing can be changed, moved, left out or cut
off unseen. `age --decrypt` opens such a file without Samphan.
"""

import base64
import binascii
import hmac
import io
import os
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from samphan.runtime.home import RuntimeProblem

MAGIC = b"age-encryption.org/v1\n"
LABEL = b"age-encryption.org/v1/scrypt"
CHUNK = 64 * 2**10
TAG = 16
# 2^18 blocks of 1 kB: 256 MiB and about a second for each guess. A file that asks for more than 2^22 would only hurt us.
WORK_FACTOR = 18
HIGHEST_WORK_FACTOR = 22
SHORTEST_PASSPHRASE = 8


class WrongPassphrase(RuntimeProblem):
    """The passphrase does not open the file."""


class DamagedFile(RuntimeProblem):
    """The file is not as it was written: changed, cut off, or never finished."""


class SealedWriter(io.RawIOBase):
    """Encrypts what is written to it; `close` writes the last chunk, without which the file does not open to its end.

    :param target: where the encrypted bytes go; it stays open.
    """

    def __init__(self, target: BinaryIO, passphrase: str) -> None:
        file_key, nonce = os.urandom(16), os.urandom(16)
        target.write(_header(file_key, passphrase) + nonce)
        self._target = target
        self._cipher = ChaCha20Poly1305(_derived(file_key, b"payload", nonce))
        self._number = 0
        self._waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        given = bytes(memoryview(data))  # type: ignore[arg-type]
        self._waiting += given
        # One chunk is always kept back, because the last one is marked and must not be empty.
        whole = max(0, (len(self._waiting) - 1) // CHUNK) * CHUNK
        for start in range(0, whole, CHUNK):
            self._seal(bytes(self._waiting[start : start + CHUNK]), is_last=False)
        del self._waiting[:whole]
        return len(given)

    def close(self) -> None:
        if not self.closed:
            self._seal(bytes(self._waiting), is_last=True)
            self._waiting.clear()
        super().close()

    def _seal(self, chunk: bytes, *, is_last: bool) -> None:
        self._target.write(self._cipher.encrypt(_chunk_nonce(self._number, is_last), chunk, None))
        self._number += 1


class SealedReader(io.RawIOBase):
    """Decrypts what `source` holds; every byte it gives was authenticated.

    :raises WrongPassphrase: at once.
    :raises DamagedFile: at once for the header, and while reading for the rest.
    """

    def __init__(self, source: BinaryIO, passphrase: str) -> None:
        file_key = _opened_header(source, passphrase)
        nonce = _exactly(source, 16)
        self._source = source
        self._cipher = ChaCha20Poly1305(_derived(file_key, b"payload", nonce))
        self._number = 0
        self._next = source.read(CHUNK + TAG)
        self._ready = memoryview(b"")
        self._is_done = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        target = memoryview(buffer)  # type: ignore[arg-type]
        while not self._ready and not self._is_done:
            self._open_next()
        length = min(len(target), len(self._ready))
        target[:length] = self._ready[:length]
        self._ready = self._ready[length:]
        return length

    def _open_next(self) -> None:
        chunk, self._next = self._next, self._source.read(CHUNK + TAG)
        is_last = not self._next
        try:
            plain = self._cipher.decrypt(_chunk_nonce(self._number, is_last), chunk, None)
        except (InvalidTag, ValueError):
            raise DamagedFile("it was changed, or cut off before its end") from None
        self._number += 1
        self._is_done = is_last
        self._ready = memoryview(plain)


def _header(file_key: bytes, passphrase: str) -> bytes:
    salt = os.urandom(16)
    body = ChaCha20Poly1305(_wrapping_key(passphrase, salt, WORK_FACTOR)).encrypt(bytes(12), file_key, None)
    lines = MAGIC + b"-> scrypt " + _encoded(salt) + b" %d\n" % WORK_FACTOR + _encoded(body) + b"\n---"
    return lines + b" " + _encoded(_mac(file_key, lines)) + b"\n"


def _opened_header(source: BinaryIO, passphrase: str) -> bytes:
    try:
        magic, recipient, body, end = (source.readline(200) for _line in range(4))
        arrow, kind, salt, factor = recipient.rstrip(b"\n").split(b" ")
        dashes, mac = end.rstrip(b"\n").split(b" ")
        work_factor = int(factor)
        valid = (magic, arrow, kind, dashes) == (MAGIC, b"->", b"scrypt", b"---") and work_factor <= HIGHEST_WORK_FACTOR
        salt, wrapped, expected = _decoded(salt), _decoded(body.rstrip(b"\n")), _decoded(mac)
    except (ValueError, binascii.Error):
        valid = False
    if not valid:
        raise DamagedFile("its first lines are no longer those of an encrypted backup")
    try:
        file_key = ChaCha20Poly1305(_wrapping_key(passphrase, salt, work_factor)).decrypt(bytes(12), wrapped, None)
    except InvalidTag:
        raise WrongPassphrase("The passphrase does not open this backup.") from None
    if not hmac.compare_digest(_mac(file_key, magic + recipient + body + b"---"), expected):
        raise DamagedFile("its first lines were changed")
    return file_key


def _wrapping_key(passphrase: str, salt: bytes, work_factor: int) -> bytes:
    return Scrypt(salt=LABEL + salt, length=32, n=2**work_factor, r=8, p=1).derive(passphrase.encode())


def _derived(file_key: bytes, info: bytes, salt: bytes | None = None) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=info).derive(file_key)


def _mac(file_key: bytes, lines: bytes) -> bytes:
    return hmac.digest(_derived(file_key, b"header"), lines, "sha256")


def _chunk_nonce(number: int, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\x01" if is_last else b"\x00")


def _encoded(value: bytes) -> bytes:
    return base64.b64encode(value).rstrip(b"=")


def _decoded(value: bytes) -> bytes:
    return base64.b64decode(value + b"=" * (-len(value) % 4), validate=True)


def _exactly(source: BinaryIO, length: int) -> bytes:
    data = source.read(length)
    if len(data) != length:
        raise DamagedFile("it was cut off before its end")
    return data
