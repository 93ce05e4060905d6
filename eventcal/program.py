"""Identifies the program that renders: another digest may mean other bytes of the same edition."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import Path

RENDERING_LIBRARIES = ("babel", "borax", "hijridate", "pyluach", "python-dateutil", "tzdata")


def program_digest() -> str:
    """Returns a digest of this program's code and texts, and of the versions of the libraries that feeds are made with."""
    folder = Path(__file__).parent
    digest = hashlib.blake2b(digest_size=12)
    for file in sorted(path for path in folder.rglob("*") if path.suffix in (".py", ".po")):
        digest.update(f"{file.relative_to(folder)}\0".encode() + file.read_bytes())
    for name in RENDERING_LIBRARIES:
        digest.update(f"{name} {version(name)}\0".encode())
    return digest.hexdigest()
