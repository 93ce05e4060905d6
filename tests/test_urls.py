"""Any text that stands for an address is taken or refused in a sentence, wherever it is typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from eventcal import links
from eventcal.cli import cli
from eventcal.errors import SettingsError
from eventcal.settings import load
from eventcal.urls import host_to_ascii, split_url

BROKEN = [
    "https://[::1/x",
    "https://exa mple.org",
    "https://",
    "javascript:x",
    "https://a:port/",
    "https://a:0/",
    "https://a.example/\u202e",
    "x",
    "",
]


@pytest.mark.parametrize("text", BROKEN)
def test_what_is_no_address_has_no_parts(text: str) -> None:
    assert split_url(text, "http", "https") is None
    assert links.proposal_url(text) == ""


@pytest.mark.parametrize("text", [text for text in BROKEN if text])
@pytest.mark.parametrize("name", ["base_url", "smtp_url"])
def test_settings_name_a_broken_address(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(SettingsError, match=f"EVENTCAL_{name.upper()}"):
        load({f"EVENTCAL_{name.upper()}": text}, {"registry": tmp_path / "events.yaml"})


@pytest.mark.parametrize("text", [text for text in BROKEN if text])
def test_channels_and_footers_name_a_broken_address(tmp_path: Path, text: str) -> None:
    (tmp_path / "eventcal.toml").write_text(
        f'[[channels]]\nname = "hook"\ntype = "webhook"\nurl = "{text}"\n[site]\nfooter = {{Imprint = "{text}"}}\n'
    )
    with pytest.raises(SettingsError) as refused:
        load({}, {"registry": tmp_path / "events.yaml"})
    assert "channel 1: url must be an http or https address" in str(refused.value)
    assert "footer: Imprint" in str(refused.value)


@pytest.mark.parametrize("command", [("import",), ("draft",), ("bounce", "--mailbox")])
@pytest.mark.parametrize("text", ["https://[::1/x", "imaps://[::1/x"])
def test_commands_refuse_a_broken_address_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], text: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(cli, [*command, text])
    assert result.exit_code in (1, 2), result.output
    assert "internal error" not in result.output
    assert "fault in eventcal" not in result.output


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("straße.example", "xn--strae-oqa.example"),
        ("пример.рф", "xn--e1afmkfd.xn--p1ai"),
        ("i❤.example", "xn--i-7iq.example"),
        ("my_host", "my_host"),
    ],
)
def test_a_host_is_looked_up_under_the_name_that_browsers_look_up(host: str, expected: str) -> None:
    assert host_to_ascii(host) == expected
