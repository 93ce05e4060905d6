"""settings: options, then the environment, then eventcal.toml, then defaults; every fault at once."""

import re
from pathlib import Path

import pytest

from eventcal.errors import SettingsError
from eventcal.settings import describe, load


def write(folder: Path, text: str) -> dict[str, object]:
    (folder / "eventcal.toml").write_text(text, encoding="utf-8")
    return {"registry": folder / "events.yaml"}


def test_without_any_setting_the_readers_channel_prints(tmp_path: Path) -> None:
    settings = load({}, {"registry": tmp_path / "events.yaml"})

    assert [("log", "log")] == [(each.name, each.type) for each in settings.reader_channels]
    assert f"sqlite:///{tmp_path}/.eventcal/eventcal.db" == settings.store_url


def test_an_option_beats_the_environment_which_beats_the_file(tmp_path: Path) -> None:
    options = write(tmp_path, 'host = "file"\nport = 1\nbase_url = "https://file.example/"\n')

    settings = load({"EVENTCAL_PORT": "2", "EVENTCAL_HOST": "environment"}, {**options, "port": 3})

    assert ("environment", 3, "https://file.example") == (settings.host, settings.port, settings.base_url)


def test_a_secret_is_taken_from_the_variable_that_the_file_names(tmp_path: Path) -> None:
    text = '[[channels]]\nname = "desk"\ntype = "webhook"\nurl = "https://example.org"\nsecret = "env:HOOK"\n'

    settings = load({"HOOK": "whsec_abc"}, write(tmp_path, text))

    assert "whsec_abc" == settings.channels[0].secret


def test_every_fault_is_said_at_once_with_its_place(tmp_path: Path) -> None:
    text = 'bas_url = "x"\n[[channels]]\nname = "Desk"\ntype = "webhok"\nkind = 1\n[[channels]]\nname = "b"\ntype = "email"\n'

    with pytest.raises(SettingsError) as caught:
        load({"EVENTCAL_PORT": "many"}, write(tmp_path, text))

    said = str(caught.value).splitlines()
    for words in (
        "unknown setting 'bas_url', did you mean 'base_url'?",
        "channel 1: unknown key 'kind'",
        "channel 1: unknown type 'webhok', did you mean 'webhook'?",
        "channel 1: name must be lower-case",
        "channel 2: a channel of type email needs 'to'",
        "EVENTCAL_PORT 'many': write a number",
    ):
        assert any(words in line for line in said), words


def test_a_chat_service_that_is_taken_for_a_type_is_answered_with_its_body(tmp_path: Path) -> None:
    text = '[[channels]]\nname = "a"\ntype = "mattermost"\nurl = "https://example.org"\n'

    with pytest.raises(SettingsError, match=r'channel 1: for mattermost write type = "webhook" and body = "slack"$'):
        load({}, write(tmp_path, text))


def test_a_variable_that_is_not_set_is_one_fault(tmp_path: Path) -> None:
    text = '[[channels]]\nname = "a"\ntype = "webhook"\nurl = "env:HOOK"\n'

    with pytest.raises(SettingsError) as caught:
        load({}, write(tmp_path, text))
    (line,) = str(caught.value).splitlines()
    assert line.endswith("channel 1: url: the environment has no HOOK; set it, or write the value")


def test_two_channels_of_one_name_are_refused_because_the_name_is_the_identity(tmp_path: Path) -> None:
    text = '[[channels]]\nname = "a"\ntype = "log"\n' * 2

    with pytest.raises(SettingsError, match="two channels are named 'a'"):
        load({}, write(tmp_path, text))


def test_mail_without_a_relay_says_which_settings_are_missing(tmp_path: Path) -> None:
    text = '[[channels]]\nname = "a"\ntype = "email"\nto = ["desk@example.org"]\n'

    with pytest.raises(SettingsError, match="EVENTCAL_SMTP_URL and EVENTCAL_MAIL_FROM"):
        load({}, write(tmp_path, text))


def test_a_file_that_is_not_toml_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"eventcal\.toml: not TOML"):
        load({}, write(tmp_path, "a = = 1"))


def test_an_operators_channel_is_no_readers_channel(tmp_path: Path) -> None:
    settings = load({}, write(tmp_path, '[[channels]]\nname = "a"\ntype = "log"\nfor = "operator"\n'))

    assert ["log"] == [each.name for each in settings.reader_channels]


def test_who_sends_nothing_needs_no_secret_of_a_channel_but_the_database_it_reads(tmp_path: Path) -> None:
    text = 'smtp_url = "env:RELAY"\ndatabase_url = "env:STORE"\n[[channels]]\nname = "a"\ntype = "webhook"\nurl = "env:HOOK"\n'
    options = write(tmp_path, text)

    assert (
        "sqlite:///s" == load({"STORE": "sqlite:///s"}, options, only_names=("registry", "database_url")).database_url
    )
    with pytest.raises(SettingsError, match="the environment has no STORE"):
        load({}, options, only_names=("registry", "database_url"))


def test_a_filter_that_is_none_is_said_where_it_stands(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"channel 1: filter: .*tga"):
        load({}, write(tmp_path, '[[channels]]\nname = "a"\ntype = "log"\nfilter = "tga=summit"\n'))


def test_every_setting_is_described_with_its_origin_and_without_its_secrets(tmp_path: Path) -> None:
    (tmp_path / "eventcal.toml").write_text(
        'smtp_url = "env:RELAY"\nmail_from = "calendar@example.org"\n[[channels]]\nname = "desk"\ntype = "webhook"\n'
        'filter = "tag=summit"\nfor = "operator"\n'
        'url = "https://user:pass@hooks.example.org/T000/secret"\nsecret = "whsec_abc"\n'
    )
    environ = {
        "RELAY": "smtp://user:hidden@mail.example.org:587",
        "EVENTCAL_OPERATOR_TOKEN": "token-of-the-operator",
        "EVENTCAL_DATABASE_URL": "postgresql://eventcal:hidden@db.example.org/eventcal",
    }
    settings = load(environ, {"registry": tmp_path / "events.yaml", "port": 8001})

    rows = {name: (value, origin) for name, value, origin in describe(settings)}

    config = str(tmp_path / "eventcal.toml")
    assert rows["port"] == ("8001", "option --port")
    assert rows["operator_token"] == ("********", "EVENTCAL_OPERATOR_TOKEN")
    assert rows["smtp_url"] == ("smtp://user:********@mail.example.org:587", f"{config}, env:RELAY")
    assert rows["database_url"][0] == "postgresql://eventcal:********@db.example.org/eventcal"
    assert rows["host"] == ("127.0.0.1", "")
    assert rows["channel desk"][1] == config
    assert "https://user:********@hooks.example.org/..." in rows["channel desk"][0]
    assert "filter tag=summit, for operator" in rows["channel desk"][0]
    assert not any(secret in str(rows) for secret in ("hidden", "token-of", "whsec_abc", "T000"))


@pytest.mark.parametrize(
    ("kind", "url", "shown"),
    [
        ("apprise", "tgram://123456:AAAsecret/chat", "tgram://..."),
        ("apprise", "pover://user@secret", "pover://..."),
        ("webhook", "https://hooks.example.org:444?token=secret", "https://hooks.example.org:444/..."),
        ("ntfy", "https://ntfy.example.org/secret", "https://ntfy.example.org/..."),
    ],
)
def test_of_a_channels_address_no_more_is_shown_than_its_host(tmp_path: Path, kind: str, url: str, shown: str) -> None:
    settings = load({}, write(tmp_path, f'[[channels]]\nname = "a"\ntype = "{kind}"\nurl = "{url}"\n'))

    rows = {name: value for name, value, _ in describe(settings)}

    assert f"url {shown}" in rows["channel a"]
    assert "secret" not in rows["channel a"].lower()


@pytest.mark.parametrize(
    ("name", "url", "shown"),
    [
        ("database_url", "postgresql://u:se/cret@db.example.org/cal", "postgresql://u:********@db.example.org/cal"),
        ("database_url", "postgresql://u@corp:secret@db/cal", "postgresql://u@corp:********@db/cal"),
        ("database_url", "postgresql://db/cal?user=u&password=secret", "postgresql://db/cal?user=u&password=********"),
        ("database_url", "postgresql://db:5432/cal?host=/run/db", "postgresql://db:5432/cal?host=/run/db"),
        ("proxy", "http://u:p@secret@proxy:3128", "http://u:********@proxy:3128"),
        (
            "smtp_url",
            "smtp://u@mail.example.org:587?ehlo=a.example.org",
            "smtp://u@mail.example.org:587?ehlo=a.example.org",
        ),
    ],
)
def test_a_password_in_an_address_is_masked_however_it_is_written(
    tmp_path: Path, name: str, url: str, shown: str
) -> None:
    settings = load({f"EVENTCAL_{name.upper()}": url}, {"registry": tmp_path / "events.yaml"})

    assert {row[0]: row[1] for row in describe(settings)}[name] == shown


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("log", "digest = 5"),
        ("log", "filter = ['tag=press']"),
        ("log", "body = true"),
        ("webhook", "url = 5"),
        ("webhook", "url = []"),
        ("maildir", "path = []"),
        ("email", "to = 'desk@example.org'"),
        ("email", "to = ''"),
    ],
)
def test_a_channel_s_value_of_the_wrong_kind_is_one_problem(tmp_path: Path, kind: str, line: str) -> None:
    mail = "smtp_url = 'smtp://localhost'\nmail_from = 'desk@example.org'\n"
    (tmp_path / "eventcal.toml").write_text(f"{mail}[[channels]]\nname = 'a'\ntype = '{kind}'\n{line}\n")

    with pytest.raises(SettingsError) as refused:
        load({"EVENTCAL_REGISTRY": str(tmp_path / "events.yaml")})

    [problem] = str(refused.value).splitlines()
    assert f"{line.split()[0]} must be " in problem


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("operator_token = true", "operator_token must be text, in quotes"),
        ("secret_key = []", "secret_key must be text, in quotes"),
        ('host = ["::1"]', "host must be text, in quotes"),
        ('smtp_url = "smtp://relay.example?starttls=maybe"', "eventcal.toml:1: smtp_url: write smtp://"),
        ('smtp_url = "smtp://relay.example?rate=fast"', "eventcal.toml:1: smtp_url: write smtp://"),
        ('smtp_url = "smtp://relay.example:0"', "eventcal.toml:1: smtp_url: write smtp://"),
        ('smtp_token = "secret-token"', "eventcal.toml:1: smtp_token: write file:/run/token"),
        (
            'smtp_url = "smtp://u:pw@relay.example"\nsmtp_token = "file:/run/token"',
            "eventcal.toml:1: smtp_url has a password, but the login uses EVENTCAL_SMTP_TOKEN: remove one of them",
        ),
        ('smtp_url = "smtp://:pw@relay.example"', "eventcal.toml:1: smtp_url has a password without a user: write "),
        ('secret_key = "env:ODD"', "ODD is not UTF-8"),
        ("smtp_url = 'smtp://relay.example/inbox'", "eventcal.toml:1: smtp_url: write smtp://"),
        ("smtp_url = 'smtp://relay..example'", "eventcal.toml:1: smtp_url: write smtp://"),
        (
            'smtp_url = "smtp://h"\nsmtp_token = "command:a"',
            "eventcal.toml:1: smtp_url names no user for EVENTCAL_SMTP_",
        ),
        (
            "mail_from = 'a@e.org'\n[[channels]]\nname = 'desk'\ntype = 'email'\nto = ['b@e.org']",
            "channel 'desk' of type email needs EVENTCAL_SMTP_URL",
        ),
        ("smtp_token = 'command:a'\n\nport = '٣'", "eventcal.toml:3: port '٣': write a number from 1 to 65535"),
        ("port = nan", "eventcal.toml:1: port nan: write a number from 1 to 65535"),
        (
            "host = 'http://localhost'",
            "eventcal.toml:1: host 'http://localhost': write an address or a name of this machine",
        ),
        ('host = "x\\u202Ey"', "eventcal.toml:1: host "),
        (
            "database_url = 'mysql://u:hidden@h/d'",
            "eventcal.toml:1: database_url: write sqlite:///path/to/file or postgres",
        ),
        ("database_url = 'sqlite://'", "eventcal.toml:1: database_url: write sqlite:///path/to/file or postgres"),
        (
            "database_url = 'postgresql://h:x/d'",
            "eventcal.toml:1: database_url: write sqlite:///path/to/file or postgres",
        ),
        ("database_url = 'postgresql://u:p@s@h/cal'", "host/name; in a password, write @ as %40"),
        ("database_url = 'postgresql://u:p@h:65536'", "eventcal.toml:1: database_url: write sqlite:///path/to/"),
        (
            "database_url = 'postgresql://[::1/d'",
            "eventcal.toml:1: database_url: write sqlite:///path/to/file or postgres",
        ),
        (
            "database_url = 'sqlite:///:memory:'",
            "eventcal.toml:1: database_url: write sqlite:///path/to/file or postgres",
        ),
        ('base_url = "https://h\\n/"', "eventcal.toml:1: base_url has a line break or another control character"),
        (
            "base_url = 'https://u:hidden@h/'",
            "eventcal.toml:1: base_url 'https://u:********@h': write the site's address",
        ),
        ("base_url = 'https://h/?q=1'", "write the site's address"),
        ("base_url = 'https://h/a#b'", "write the site's address"),
        ("base_url = 'https://h\\x/'", "write the site's address"),
        ("base_url = 'https://.h/'", "write the site's address"),
        (
            "bounce_mailbox = 'imaps://u@h/'\nmail_bounces = '{id}@e.org'",
            "eventcal.toml:1: bounce_mailbox: write imaps://",
        ),
        ("bounce_mailbox = 'imaps://:p@h/'\nmail_bounces = 'b+{id}@e.org'", "eventcal.toml:1: bounce_mailbox: write "),
        ("mail_bounces = 'b+{id}+{id}@e.org'", "eventcal.toml:1: mail_bounces 'b+{id}+{id}@e.org': write an address"),
        ("mail_bounces = 'b@{id}.e.org'", "eventcal.toml:1: mail_bounces 'b@{id}.e.org': write an address"),
        ("mail_headers = 'X-A: b'", "write mail_headers as a table of texts"),
        ("mail_headers = {X-A = 5}", "write mail_headers as a table of texts"),
        ("mail_headers = {X-A = ''}", "mail_headers: 'X-A' is not a header of printable ASCII"),
        (
            "[[channels]]\n[[channels]]\nname = 'a'\ntype = 'log'\ntpye = 1",
            "eventcal.toml:2: channel 2: unknown key 'tpye'",
        ),
        (
            "[[channels]]\nname = 'a'\ntype = 'maildir'\npath = \"a\\u0000b\"",
            "eventcal.toml:1: channel 1: path has a line",
        ),
        ('[site]\nfooter = {"a\\nb" = "https://e.org"}', "eventcal.toml:1: site: footer: the text of the link to "),
        ("smtp_url = 'smtp://u:hidden#1@h'", "; in a password, write / ? # % as %2F %3F %23 %25"),
        ("bounce_mailbox = 'imaps://u:hidden/1@h/INBOX'", "; in a password, write / ? # % as %2F %3F %23 %25"),
        ("proxy = 'http://u:hidden?1@h:3128'", "; in a password, write / ? # % as %2F %3F %23 %25"),
        ("bounce_threshold = 4000", "eventcal.toml:1: bounce_threshold 4000: write a number of days from 1 to 3650"),
        ("prot = 1", "eventcal.toml:1: unknown setting 'prot', did you mean 'port'?"),
    ],
)
def test_a_value_that_could_not_be_used_is_a_problem_when_the_file_is_read(
    tmp_path: Path, text: str, problem: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        load({"ODD": "\udcff"}, write(tmp_path, text + "\n"))

    assert problem in str(caught.value)
    assert "hidden" not in str(caught.value)


def test_a_mail_with_all_that_can_be_set_is_sent_as_it_is_set(tmp_path: Path) -> None:
    text = (
        "smtp_url = 'smtp://u@h.example'\nsmtp_token = 'command:token'\nmail_from = 'Desk <desk@B\u00fccher.example>'\n"
        "mail_bounces = 'b+{id}@e.example'\nbounce_mailbox = 'imaps://u:p@h.example'\nmail_headers = {X-A = 'b'}\n"
        "[[channels]]\nname = 'desk'\ntype = 'email'\nto = ['b@e.example']\n"
    )
    settings = load({}, write(tmp_path, text))

    assert settings.mail_from == "Desk <desk@xn--bcher-kva.example>"
    assert (settings.mail_bounces, settings.mail_headers) == ("b+{id}@e.example", (("X-A", "b"),))


def test_a_setting_that_could_not_be_read_is_not_called_missing_as_well(tmp_path: Path) -> None:
    text = (
        "smtp_url = 'env:RELAY'\nmail_from = 5\nmail_bounces = 'env:BOUNCES'\nbounce_mailbox = 'imaps://u:p@h/INBOX'\n"
        "[[channels]]\nname = 'desk'\ntype = 'email'\nto = ['b@e.org']\n"
    )
    with pytest.raises(SettingsError) as caught:
        load({}, write(tmp_path, text))

    assert re.findall(r"toml:(\d): (\w+)", str(caught.value)) == [
        ("1", "smtp_url"), ("2", "mail_from"), ("3", "mail_bounces"),
    ]  # fmt: skip
    assert "needs" not in str(caught.value)


def test_the_sites_address_is_taken_in_the_form_that_links_have(tmp_path: Path) -> None:
    def base_url(text: str) -> str:
        return load({"EVENTCAL_BASE_URL": text, "EVENTCAL_REGISTRY": str(tmp_path / "events.yaml")}).base_url

    assert base_url("HTTPS://Bücher.Example:8443/Cal/") == "https://xn--bcher-kva.example:8443/Cal"
    assert base_url("http://[::1]:8000/") == "http://[::1]:8000"
    assert base_url("http://my_host") == "http://my_host"


@pytest.mark.parametrize(
    ("channel", "problem"),
    [
        ('type = "webhook"\nurl = "https://example.org/"\nto = ["a@example.org"]', "to is for channels of type email"),
        ('type = "log"\nurl = "https://example.org/"', "url is for channels of type webhook or ntfy or apprise"),
        (
            'type = "apprise"\nurl = "json://x"\nallow_private = true',
            "allow_private is for channels of type webhook or ntfy",
        ),
    ],
)
def test_a_key_that_a_channel_would_ignore_is_refused(tmp_path: Path, channel: str, problem: str) -> None:
    with pytest.raises(SettingsError, match=f"channel 1: {problem}"):
        load({}, write(tmp_path, f'[[channels]]\nname = "a"\n{channel}\n'))


def test_a_variable_that_is_no_setting_is_named_with_the_one_that_may_be_meant(tmp_path: Path) -> None:
    text = 'smtp_url = "env:EVENTCAL_RELAY"\n[[channels]]\nname = "a"\ntype = "webhook"\nurl = "https://example.org/"\n'
    options = write(tmp_path, text + 'secret = ["env:EVENTCAL_NEW", "env:EVENTCAL_OLD"]\n')
    values = {
        "EVENTCAL_RELAY": "smtp://mail.example.org",
        "EVENTCAL_NEW": "a",
        "EVENTCAL_OLD": "b",
        "EVENTCAL_PORT": "1",
    }
    environ = values | {"EVENTCAL_BASEURL": "x", "eventcal_port": "2", "EVENTCAL_Q": "", "EVENTCAL_TEST_PG": "x"}

    assert load(environ, options).warnings == (
        "EVENTCAL_BASEURL is no setting and is ignored, did you mean EVENTCAL_BASE_URL?",
        "EVENTCAL_Q is no setting and is ignored; `eventcal config` lists the settings",
        "eventcal_port is no setting and is ignored, did you mean EVENTCAL_PORT?",
    )


def test_figures_for_an_operator_who_has_no_token_are_warned_of_where_they_are_set(tmp_path: Path) -> None:
    refused = " 'operator' refuses everybody, for there is no operator_token: set one, or write off"
    in_file = write(tmp_path, 'metrics = "operator"\n')

    assert load({"EVENTCAL_METRICS": "operator"}).warnings == (f"EVENTCAL_METRICS{refused}",)
    assert load({}, in_file).warnings == (f"{tmp_path / 'eventcal.toml'}:1: metrics{refused}",)
    assert load({"EVENTCAL_OPERATOR_TOKEN": "secret"}, in_file).warnings == ()
    assert load({}, in_file, ("registry",)).warnings == ()


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://", "postgresql:///cal?host=/run/db", "postgresql://db", "postgresql://db:5432", "postgresql://db:/cal",
        "postgresql+psycopg://u:se/c:ret@[::1]:5432/cal?user=x", "postgresql://u@corp:secret@db/cal", "sqlite:///a:b.db",
    ],
)  # fmt: skip
def test_an_address_of_a_database_is_taken_as_it_is(url: str) -> None:
    assert load({"EVENTCAL_DATABASE_URL": url}).database_url == url
