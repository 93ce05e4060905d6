"""Lists the licences of the packages that eventcal installs, and refuses one that is not allowed. Offline.

python -m tools.licences
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from email.message import Message
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).parents[1]
PINS = ("requirements.txt", "requirements-postgres.txt")
ALLOWED = frozenset({
    "MIT", "MIT-0", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "PSF-2.0",
    # the same as trove classifiers name them
    "MIT License", "BSD License", "Apache Software License", "ISC License (ISCL)",
})  # fmt: skip
ALLOWED_FOR = {
    name: frozenset({"LGPL-3.0-only"})  # used as a library, unchanged, and replaceable
    for name in ("psycopg", "psycopg-binary", "psycopg-pool")
}


@dataclass(frozen=True, slots=True)
class PackageLicence:
    """The licence of an installed package, as its metadata state it; "" where they state none."""

    name: str
    licence: str

    @property
    def is_allowed(self) -> bool:
        """Whether all that it demands, or one of what it offers, is allowed (SPDX: AND binds closer than OR)."""
        allowed = ALLOWED | ALLOWED_FOR.get(self.name, frozenset())
        return any(
            all(term.strip("() ") in allowed or term in allowed for term in option.split(" AND "))
            for option in self.licence.split(" OR ")
        )


def licence_of(package: Message) -> str:
    """Returns the SPDX expression, else the classifiers, else a short text of `License` (core metadata 2.4)."""
    classifiers = [text.rpartition(" :: ")[2] for text in package.get_all("Classifier") or [] if "License ::" in text]
    text = str(package.get("License") or "")
    short_text = text if "\n" not in text and len(text) < 40 else ""
    return str(package.get("License-Expression") or " OR ".join(classifiers) or short_text)


def installed_licences(root: Path = ROOT) -> list[PackageLicence]:
    """Returns the licence of every pinned package that is installed, by name."""
    pins = "\n".join((root / name).read_text(encoding="utf-8") for name in PINS)
    licences = []
    for name in sorted(set(re.findall(r"^([A-Za-z0-9_.-]+)==", pins, re.MULTILINE))):
        try:
            licences.append(PackageLicence(name, licence_of(metadata.metadata(name))))
        except metadata.PackageNotFoundError:
            continue  # of an extra or a platform that is not installed here
    return licences


def main() -> int:
    """Prints the list; exit status 1 when a licence is not allowed."""
    licences = installed_licences()
    for package in licences:
        print(f"{package.name:<20} {package.licence or 'none stated'}")
    refused = [package for package in licences if not package.is_allowed]
    for package in refused:
        print(
            f"{package.name}: {package.licence or 'no licence'} is not among ALLOWED in tools/licences.py",
            file=sys.stderr,
        )
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
