"""A fuzzing corpus as text, one input per line: unpack FILE FOLDER makes files of it, pack FOLDER… prints lines."""

import pathlib
import re
import sys

LETTERS = {b"\\": b"\\", b"n": b"\n", b"r": b"\r", b"t": b"\t"}


def unpack(file: str, folder: str) -> None:
    """Writes each line that is not a comment into a file named by the line's number."""
    for number, line in enumerate(pathlib.Path(file).read_bytes().split(b"\n"), 1):
        if line and not line.startswith(b"#"):
            text = re.sub(rb"\\(x..|.)", lambda m: LETTERS.get(m[1]) or bytes.fromhex(m[1][1:].decode()), line)
            pathlib.Path(folder, f"{number:04}").write_bytes(text)


def pack(*folders: str) -> None:
    """Prints each file of the folders as a line, with everything but text escaped."""
    for path in sorted(path for folder in folders for path in pathlib.Path(folder).iterdir()):
        text = path.read_bytes().decode(errors="surrogateescape")
        for letter, character in LETTERS.items():
            text = text.replace(character.decode(), "\\" + letter.decode())
        line = "".join(
            c if c.isprintable() else "".join(f"\\x{byte:02x}" for byte in c.encode(errors="surrogateescape"))
            for c in text
        )
        print(re.sub("^#", r"\\x23", line))


{"unpack": unpack, "pack": pack}[sys.argv[1]](*sys.argv[2:])
