"""Reads sources from files and addresses, and writes the texts of a registry's files."""

from __future__ import annotations

from pathlib import Path

from ..errors import EventcalError

MAX_SOURCE_OCTETS = 256 * 1024 * 1024
FETCH_TIMEOUT_SECONDS = 60.0


def read_source(source: str) -> bytes:
    """Returns the bytes of a file or of an http(s) address; webcal: is https:. Raises ImportingError."""
    from ..importing import ImportingError
    from ..urls import split_url

    address = source.replace("webcal://", "https://", 1) if source.startswith("webcal://") else source
    try:
        if split_url(address, "http", "https"):
            return _fetch(address)
        with Path(source).open("rb") as file:
            data = file.read(MAX_SOURCE_OCTETS + 1)
    except OSError as error:
        raise ImportingError(f"{source}: cannot be read: {error.strerror or error}") from error
    if len(data) > MAX_SOURCE_OCTETS:
        raise ImportingError(f"{source}: larger than {MAX_SOURCE_OCTETS // 2**20} MB")
    return data


def _fetch(address: str) -> bytes:
    from urllib.parse import urljoin

    from .. import fetch
    from ..importing import ImportingError

    for _hop in range(5):
        try:
            response = fetch.get(
                address, max_bytes=MAX_SOURCE_OCTETS, allow_private=True, timeout=FETCH_TIMEOUT_SECONDS
            )
        except fetch.FetchError as error:
            raise ImportingError(f"{address}: {error}") from error
        if response.status in (301, 302, 303, 307, 308) and "location" in response.headers:
            address = urljoin(address, response.headers["location"])
            continue
        if response.status != 200:
            raise ImportingError(f"{address}: the server answered {response.status}")
        return response.body
    raise ImportingError(f"{address}: too many redirects")


def write_texts(files: dict[Path, str]) -> None:
    """Writes each text to its file, whole or not at all, with the line ends that the file had.

    A device or a pipe is written to and stays one. Raises EventcalError for a file that cannot be written; those before
    it are written.
    """
    from ..registry.write_event import replace_file

    for path, text in files.items():
        data = text.encode()
        try:
            if path.is_file():
                if b"\r\n" in path.read_bytes():
                    data = data.replace(b"\n", b"\r\n")
                replace_file(path.resolve(), data)
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
        except OSError as error:
            raise EventcalError(f"{path}: cannot be written: {error.strerror or error}") from error
