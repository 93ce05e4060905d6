"""Renders a site's files: what the application answers to many requests, by one process for each core."""

from __future__ import annotations

import gzip
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from multiprocessing.connection import Connection
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode
from wsgiref.types import WSGIApplication
from wsgiref.util import setup_testing_defaults

from ..errors import EventcalError
from ..feeds import MIN_GZIP_BYTES
from ..web.http import call_wsgi
from ..web.static_urls import SHARE_PICTURE

MIN_REQUESTS: Final = 200
"""Fewer are answered sooner than processes start."""
MAX_PROCESSES: Final = 4
"""Each takes the memory of the application, and one alone writes what they render."""


class Request(NamedTuple):
    """A request for the file *name* of the site."""

    name: str
    path: str
    query: dict[str, str]
    status: int = 200


Files = list[tuple[str, bytes]]
"""Names of files, and their octets."""


def render(app: WSGIApplication, requests: Sequence[Request]) -> Iterator[Files]:
    """Yields the files of each of *requests* in their order: the answer, a compressed copy of it, a page's share picture."""
    process_count = min(len(os.sched_getaffinity(0)), MAX_PROCESSES) if hasattr(os, "sched_getaffinity") else 1
    answer = partial(_answer, app)
    if len(requests) < MIN_REQUESTS or process_count == 1:
        return map(answer, requests)
    return _answer_in_processes(answer, requests, process_count)


def with_compressed(name: str, octets: bytes) -> Files:
    """Returns the file *name*, and beside it a compressed copy for clients that accept gzip."""
    files = [(name, octets)]
    if len(octets) >= MIN_GZIP_BYTES:
        files.append((f"{name}.gz", gzip.compress(octets, 6, mtime=0)))
    return files


def _answer(app: WSGIApplication, request: Request) -> Files:
    octets = _get(app, request)
    files = with_compressed(request.name, octets)
    if request.name.endswith("index.html") and f"/{SHARE_PICTURE}".encode() in octets:
        picture = Request(
            request.name.removesuffix("index.html") + SHARE_PICTURE, f"{request.path}/{SHARE_PICTURE}", request.query
        )
        files.append((picture.name, _get(app, picture)))
    return files


def _get(app: WSGIApplication, request: Request) -> bytes:
    path = request.path.encode().decode("latin-1")
    environ: dict[str, Any] = {"PATH_INFO": path, "QUERY_STRING": urlencode(request.query)}
    setup_testing_defaults(environ)
    answer = call_wsgi(app, environ)
    if answer.status != request.status:
        raise RuntimeError(
            f"{request.path} {request.query}: {answer.status} where {request.status} was to be: {answer.body[:200]!r}"
        )
    return answer.body


def _answer_in_processes(
    answer: Callable[[Request], Files], requests: Sequence[Request], process_count: int
) -> Iterator[Files]:
    """Forks processes: each answers every *process_count*-th of *requests*, and ends when nothing reads its answers any more.

    Raises EventcalError where one of them is killed, and the error of one that fails.
    """
    context = multiprocessing.get_context("fork")
    pipes = [context.Pipe(duplex=False) for _ in range(process_count)]
    processes = [
        context.Process(
            target=_send_answers, args=(pipes, number, answer, requests[number::process_count]), daemon=True
        )
        for number in range(process_count)
    ]
    for process in processes:
        process.start()
    for _, writer in pipes:
        writer.close()
    try:
        for number in range(len(requests)):
            try:
                files = pipes[number % process_count][0].recv()
            except EOFError:
                raise EventcalError(
                    "a process that renders pages was killed, perhaps because memory ran out; the site was not changed"
                ) from None
            if isinstance(files, Exception):
                raise files
            yield files
    finally:
        for reader, _ in pipes:
            reader.close()
        for process in processes:
            process.join()


def _send_answers(
    pipes: Sequence[tuple[Connection, Connection]],
    number: int,
    answer: Callable[[Request], Files],
    requests: Sequence[Request],
) -> None:
    writer = pipes[number][1]
    for reader, other_writer in pipes:
        reader.close()
        if other_writer is not writer:
            other_writer.close()
    try:
        for request in requests:
            writer.send(answer(request))
    except BrokenPipeError:
        return  # the build has ended
    except Exception as error:  # noqa: BLE001  raised again by the process that reads
        writer.send(error)
