"""`[site]`: the look that an installation gives its pages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from eventcal import settings
from eventcal.errors import SettingsError
from eventcal.settings import Settings
from eventcal.settings.site_table import SiteSettings
from eventcal.web.app import create_app
from tests.sample import NOW, SEED, snapshot

LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>'
SITE_TABLE = """\
[site]
logo = "logo.svg"
css = "own.css"
accent = "Teal"
week_start = "sunday"
footer = {Imprint = "https://example.org/imprint", Mail = "mailto:desk@example.org"}
"""


@pytest.fixture
def site(tmp_path: Path) -> SiteSettings:
    (tmp_path / "logo.svg").write_text(LOGO, encoding="utf-8")
    (tmp_path / "own.css").write_text(":root { --accent: red; }", encoding="utf-8")
    return load(tmp_path, SITE_TABLE).site


def load(folder: Path, text: str) -> Settings:
    (folder / "eventcal.toml").write_text(text, encoding="utf-8")
    return settings.load({}, {"registry": folder / "events.yaml"})


def test_the_table_is_read_with_its_files_below_the_configuration(site: SiteSettings, tmp_path: Path) -> None:
    links = (("Imprint", "https://example.org/imprint"), ("Mail", "mailto:desk@example.org"))
    assert site == SiteSettings(tmp_path / "logo.svg", tmp_path / "own.css", "teal", links, 6)
    rows = {name: value for name, value, _ in settings.describe(load(tmp_path, SITE_TABLE))}
    assert (rows["site accent"], rows["site week_start"]) == ("teal", "sunday")


def test_every_wrong_key_is_answered_with_its_remedy(tmp_path: Path) -> None:
    (tmp_path / "big.css").write_bytes(b" " * (512 * 1024 + 1))
    text = """\
[site]
logo = "logo.exe"
css = "big.css"
accent = "teel"
week_start = "someday"
footer = {Imprint = "javascript:alert(1)"}
colour = "red"
"""
    with pytest.raises(SettingsError) as error:
        load(tmp_path, text)
    for words in (
        "unknown key 'colour'",
        "ends in .svg",
        "512 KB",
        "did you mean 'teal'",
        "such as monday",
        "https, http",
    ):
        assert words in str(error.value)
    with pytest.raises(SettingsError, match="relative to the folder"):
        load(tmp_path, '[site]\nlogo = "none.svg"\n')
    with pytest.raises(SettingsError, match="site is a table"):
        load(tmp_path, 'site = "teal"\n')


def test_every_page_has_the_logo_style_and_links_of_the_site(site: SiteSettings) -> None:
    app = create_app(lambda: snapshot(*SEED), Settings(site=site), clock=lambda: NOW)
    client = app.test_client()
    for path in ("/", "/month/2021-09", "/year/2021", "/events/summit-2021", "/nope"):
        html = client.get(path).get_data(as_text=True)
        assert '<img class="logo" src="/static/logo.svg?v=' in html
        assert html.index("eventcal.css") < html.index("color-teal.css") < html.index("site.css")
        assert '<a href="https://example.org/imprint">Imprint</a>' in html
    assert client.get("/static/logo.svg").get_data(as_text=True) == LOGO
    assert client.get("/static/site.css").mimetype == "text/css"
    month = client.get("/month/2021-09").get_data(as_text=True)
    assert month.index('aria-hidden="true">Sun</span>') < month.index('aria-hidden="true">Mon</span>')
    assert month.index("Sunday, 29 August 2021") < month.index("Monday, 30 August 2021")


def test_a_file_that_went_away_is_said_in_one_line(site: SiteSettings) -> None:
    gone = replace(site, logo=site.logo.with_name("gone.svg") if site.logo else None)
    with pytest.raises(SettingsError, match=r"gone\.svg: cannot be read"):
        create_app(lambda: snapshot(*SEED), Settings(site=gone), clock=lambda: NOW)


def test_without_the_table_nothing_of_it_is_there() -> None:
    html = (
        create_app(lambda: snapshot(*SEED), Settings(), clock=lambda: NOW).test_client().get("/").get_data(as_text=True)
    )
    assert not any(part in html for part in ("site.css", 'class="logo"', 'class="imprint"'))
