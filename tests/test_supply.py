"""What comes from others: licences of packages, digests of images."""

from __future__ import annotations

import re
from email.message import Message
from pathlib import Path

import pytest

from tools import licences, pin_images
from tools.licences import PackageLicence

ROOT = Path(__file__).parents[1]
DIGEST = "sha256:" + "ab" * 32


def test_every_package_that_is_installed_has_a_licence_that_is_allowed() -> None:
    installed = licences.installed_licences()

    assert len(installed) > 30
    assert [package for package in installed if not package.is_allowed] == []


@pytest.mark.parametrize(
    ("name", "licence", "is_allowed"),
    [
        ("a", "MIT", True),
        ("a", "Apache-2.0 OR GPL-3.0-only", True),
        ("a", "Apache-2.0 AND GPL-3.0-only", False),
        ("a", "GPL-3.0-only", False),
        ("a", "LGPL-3.0-only", False),
        ("psycopg", "LGPL-3.0-only", True),
        ("a", "ISC License (ISCL)", True),
        ("a", "", False),
    ],
)
def test_a_licence_is_allowed_by_all_that_it_demands_or_one_that_it_offers(
    name: str, licence: str, is_allowed: bool
) -> None:
    assert PackageLicence(name, licence).is_allowed is is_allowed


def test_an_expression_counts_before_classifiers_and_a_text() -> None:
    package = Message()
    package["License"] = "Copyright\n\nlong text"
    assert licences.licence_of(package) == ""
    package["Classifier"] = "License :: OSI Approved :: MIT License"
    assert licences.licence_of(package) == "MIT License"
    package["License-Expression"] = "BSD-3-Clause"
    assert licences.licence_of(package) == "BSD-3-Clause"


def test_every_image_of_others_gets_a_digest_and_loses_it_again() -> None:
    for name in pin_images.FILES:
        text = (ROOT / name).read_text(encoding="utf-8")
        pinned = pin_images.pin(text, lambda image: DIGEST)
        tags = pin_images.pin(pinned, lambda image: "")

        images = set(re.findall(rf"(\S+)@{DIGEST}", pinned))
        assert images == ({"python:3.13-slim"} if "Dockerfile" in name else {"postgres:17", "nginx:1.28"})
        assert pin_images.pin(pinned, lambda image: DIGEST) == pinned
        assert "@sha256:" not in tags


def test_a_digest_that_cannot_be_looked_up_changes_no_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = [(ROOT / name).read_bytes() for name in pin_images.FILES]
    monkeypatch.setenv("PATH", "")

    assert pin_images.main([]) == 1
    assert "needs Docker with buildx" in capsys.readouterr().err
    assert [(ROOT / name).read_bytes() for name in pin_images.FILES] == before
