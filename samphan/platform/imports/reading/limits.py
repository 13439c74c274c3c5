"""How much of a file is read before it is called too much."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one import file; every one protects the machine, not the user's data.

    :param file_bytes: size on disk.
    :param unpacked_bytes: size after unpacking (gzip, or all parts of a workbook together).
    :param ratio: unpacked to packed size of a gzip file, or of one part of a workbook, that is larger than
        `ratio_from_bytes`; a real sheet packs 10 to 60 times, deflate can reach 1,032.
    :param cell_chars: a longer cell rejects its row.
    :param line_chars: a longer physical line of a CSV refuses the file.
    :param record_chars: a quote that is open for longer counts as never closed.
    :param broken_quotes: rows with a quote that is never closed before the whole file is refused.
    :param memory_bytes: address space of the process that opens workbooks.
    :param cpu_seconds: processor time of that process.
    """

    file_bytes: int = 1 << 30
    unpacked_bytes: int = 4 << 30
    ratio: int = 250
    ratio_from_bytes: int = 16 << 20
    zip_parts: int = 10_000
    cell_chars: int = 100_000
    columns: int = 1_000
    line_chars: int = 64_000_000
    record_chars: int = 16_000_000
    broken_quotes: int = 1_000
    memory_bytes: int = 4 << 30
    cpu_seconds: int = 900


DEFAULT_LIMITS = Limits()
