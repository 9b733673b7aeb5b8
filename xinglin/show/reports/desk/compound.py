"""The streams of a compound file (.doc, .wps, .xls and locked .docx): [MS-CFB], read only."""

import struct

FREE, END = 0xFFFFFFFF, 0xFFFFFFFE
ENTRY = 128
STREAM, ROOT = 2, 5


def streams(data: bytes) -> dict[str, bytes]:
    """Name → bytes of every stream; nothing of a file that is damaged beyond its directory."""
    try:
        return _streams(data)
    except (struct.error, IndexError, ValueError, UnicodeDecodeError):
        return {}


def _streams(data: bytes) -> dict[str, bytes]:
    shift, small_shift = struct.unpack_from("<HH", data, 0x1E)
    first_directory, cutoff = struct.unpack_from("<I", data, 0x30)[0], struct.unpack_from("<I", data, 0x38)[0]
    first_small = struct.unpack_from("<I", data, 0x3C)[0]
    if shift not in (9, 12) or small_shift != 6:
        raise ValueError
    size, small_size = 1 << shift, 1 << small_shift
    table = _table(data, size)
    directory = _chain(data, table, first_directory, size, offset=size)
    entries = [directory[at : at + ENTRY] for at in range(0, len(directory) - ENTRY + 1, ENTRY)]
    small_table = _numbers(_chain(data, table, first_small, size, offset=size))
    root = [e for e in entries if e[0x42] == ROOT][0]  # noqa: RUF015  a missing one is an IndexError
    small = _chain(data, table, _start(root), size, offset=size)
    found = {}
    for entry in entries:
        if entry[0x42] == STREAM:
            length = struct.unpack_from("<I", entry, 0x78)[0]
            if length < cutoff:
                words = _chain(small, small_table, _start(entry), small_size, offset=0)
            else:
                words = _chain(data, table, _start(entry), size, offset=size)
            found[_name(entry)] = words[:length]
    return found


def _table(data: bytes, size: int) -> list[int]:
    """Which sector follows which, from the header's list of sectors and its own continuation."""
    listed = list(struct.unpack_from("<109I", data, 0x4C))
    more, left = struct.unpack_from("<II", data, 0x44)
    while left and more < END:
        block = struct.unpack_from(f"<{size // 4}I", data, size * (more + 1))
        listed += block[:-1]
        more, left = block[-1], left - 1
    return _numbers(b"".join(data[size * (s + 1) : size * (s + 2)] for s in listed if s < END))


def _numbers(block: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(block) // 4}I", block[: len(block) // 4 * 4]))


def _chain(data: bytes, table: list[int], sector: int, size: int, *, offset: int) -> bytes:
    parts: list[bytes] = []
    while sector < END and len(parts) * size <= len(data):  # a longer chain runs in a circle
        begin = offset + size * sector
        parts.append(data[begin : begin + size])
        sector = table[sector]
    return b"".join(parts)


def _start(entry: bytes) -> int:
    return int(struct.unpack_from("<I", entry, 0x74)[0])


def _name(entry: bytes) -> str:
    length = struct.unpack_from("<H", entry, 0x40)[0]
    return entry[: max(0, length - 2)].decode("utf-16-le")
