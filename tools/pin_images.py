"""Writes the digests of the container images into deploy/, so that a build uses the bytes that were tested.

    python -m tools.pin_images           asks the registries, through Docker, for the images that deploy/ names
    python -m tools.pin_images --tags    takes the digests out again

A tag stays before its digest (python:3.13-slim@sha256:...): Docker goes by the digest, people by the tag.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
FILES = ("deploy/Dockerfile", "deploy/compose.yaml")
# `eventcal` is what the Dockerfile builds: it has no tag
_IMAGE = re.compile(r"^((?:FROM|\s+image:) )([a-z0-9./-]+:[\w.-]+)(@sha256:[0-9a-f]{64})?", re.MULTILINE)
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


class PinError(Exception):
    """A digest that could not be looked up."""


def pin(text: str, look_up: Callable[[str], str]) -> str:
    """Returns *text* with the digest that *look_up* gives for each image's tag; "" takes it out."""
    return _IMAGE.sub(lambda match: match[1] + match[2] + (f"@{digest}" if (digest := look_up(match[2])) else ""), text)


def look_up_digest(image: str) -> str:
    """Asks the image's registry for the digest of its index, which covers all platforms. Raises PinError."""
    command = ["docker", "buildx", "imagetools", "inspect", image, "--format", "{{.Manifest.Digest}}"]
    try:
        ran = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PinError(f"{image}: {error}; this needs Docker with buildx, and the network") from error
    digest = ran.stdout.strip()
    if ran.returncode or not _DIGEST.fullmatch(digest):
        raise PinError(f"{image}: docker says: {ran.stderr.strip() or digest}")
    return digest


def main(arguments: list[str]) -> int:
    """Rewrites the files, all or none."""
    look_up = (lambda image: "") if arguments == ["--tags"] else look_up_digest
    try:
        texts = {name: pin((ROOT / name).read_text(encoding="utf-8"), look_up) for name in FILES}
    except PinError as error:
        print(f"make digests: {error}", file=sys.stderr)
        return 1
    for name, text in texts.items():
        (ROOT / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
