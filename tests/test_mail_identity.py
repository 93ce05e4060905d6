"""Who a mail is from and for: addresses, headers, the login by token, and what is refused when eventcal.toml is read."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable
from dataclasses import replace
from email.header import decode_header
from pathlib import Path
from urllib.parse import quote

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from eventcal import mail_address, tokens
from eventcal.channels import MailSettings, Permanent, Retry, Sent, build, relay
from eventcal.channels.email import EmailChannel, EmailOptions
from eventcal.channels.maildir import MaildirChannel
from eventcal.channels.mime import render_address_header, render_mail, render_text_header
from eventcal.channels.relay import token_source
from eventcal.cli import cli
from eventcal.errors import GrammarError, SettingsError
from eventcal.planning.alarms import RECENT_FAILURE, active_alarms
from eventcal.settings import load
from eventcal.store.ledger import health
from eventcal.tokens import TokenError

from .subscriber_world import SubscriberWorld
from .test_channels import MESSAGE, SENDER, Post, parsed, post_office
from .world import utc


def unfolded(header: bytes) -> str:
    return header.decode("ascii").replace("\r\n", "").partition(": ")[2]


def decoded(header: bytes) -> str:
    """As RFC 2047 6.2 has it: white space between two encoded words is not shown."""
    return "".join(
        part.decode(charset or "ascii") if isinstance(part, bytes) else part
        for part, charset in decode_header(unfolded(header))
    )


@pytest.mark.parametrize(
    "subject",
    [
        "Ministry & “Friends”",
        "A long subject of the European Parliament and of the Council and of the commission, Köln",
        "Завтра: Совет глав государств-членов Шанхайской организации сотрудничества, Душанбе",
        "峰会改期至下周" * 12,
        "no =?utf-8?q?trick?= here",
        "x" * 400,
        "plain",
    ],
)
def test_a_subject_is_read_as_it_was_written_without_empty_words_or_double_spaces(subject: str) -> None:
    header = render_text_header("Subject", subject)

    assert decoded(header) == subject
    assert b"??=" not in header.replace(b"?q?=", b"")
    assert b"  " not in header
    assert max(map(len, header.split(b"\r\n"))) <= 78 + 200 * subject.startswith("x")


@given(
    st.lists(st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1), min_size=1, max_size=30)
)
def test_any_subject_is_ascii_and_comes_back(words: list[str]) -> None:
    subject = " ".join(words)
    header = render_text_header("Subject", subject)

    assert header.isascii()
    assert parsed(header + b"\r\n")["Subject"] == subject
    assert max(map(len, header.split(b"\r\n"))) < 998


@pytest.mark.parametrize(
    ("address", "header"),
    [
        ("desk@example.org", "desk@example.org"),
        ("Press desk <desk@example.org>", "Press desk <desk@example.org>"),
        ('"Desk, Berlin" <desk@example.org>', '"Desk, Berlin" <desk@example.org>'),
        ("Jörg <j@example.org>", "=?utf-8?b?SsO2cmc=?= <j@example.org>"),
        ('"=?utf-8?q?trick?=" <j@example.org>', "=?utf-8?b?PT91dGYtOD9xP3RyaWNrPz0=?= <j@example.org>"),
    ],
)
def test_a_name_stands_beside_its_address(address: str, header: str) -> None:
    assert unfolded(render_address_header("To", address).rstrip(b"\r\n")) == header


@pytest.mark.parametrize("address", ["", "Anna <>", '"a b"@example.org', "a@example.org\nBcc: b@example.org"])
def test_what_is_no_address_is_written_into_no_header(address: str) -> None:
    with pytest.raises(ValueError, match="not a mail address"):
        render_address_header("To", address)


@pytest.mark.parametrize(
    ("subject", "header"),
    [
        ("Der Müller kommt heute", "Der =?utf-8?q?M=C3=BCller?= kommt heute"),
        ("Müller und Söhne", "=?utf-8?q?M=C3=BCller_und_S=C3=B6hne?="),
        ("aaaaé", "=?utf-8?b?YWFhYcOp?="),
        ("a\r\nBcc: b@example.net", "=?utf-8?b?YQ0KQmNjOg==?= b@example.net"),
        ("x" * 100, "x" * 100),
    ],
)
def test_only_the_words_beyond_ascii_are_encoded_to_be_read_where_most_of_their_letters_are_plain(
    subject: str, header: str
) -> None:
    assert render_text_header("Subject", subject) == f"Subject: {header}\r\n".encode()


def test_no_line_of_a_folded_header_is_blank() -> None:
    header = render_address_header("To", f'"{"x" * 70}.  {"y" * 80}" <a@example.org>')

    assert all(line.strip() for line in header.removesuffix(b"\r\n").split(b"\r\n"))


def test_the_case_of_a_local_part_is_kept_and_compared_folded() -> None:
    assert mail_address.parse("Anna.UPPER+tag@Example.ORG") == "Anna.UPPER+tag@example.org"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("desk@müller.example", "desk@xn--mller-kva.example"),
        ("Desk <Desk@Example.org>", "Desk <Desk@example.org>"),
        ('"Desk, Berlin" <desk@example.org>', '"Desk, Berlin" <desk@example.org>'),
        ("root@localhost", "root@localhost"),
        ("Root <root@localhost>", "Root <root@localhost>"),
        (" <desk@example.org>", "desk@example.org"),
        ("Jo\u0308rg@müller.example", "Jörg@xn--mller-kva.example"),
        ("用户@例子.example", "用户@xn--fsqu00a.example"),
    ],
)
def test_a_recipient_of_the_settings_is_written_as_it_can_be_sent_to(text: str, address: str) -> None:
    assert mail_address.parse_recipient(text) == address


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("a@example.org, b@example.org", "more than one address"),
        ("Desk, Berlin <desk@example.org>", "put the name in quotes"),
        ("jörg @example.org", "no spaces"),
        ("j\ufffdrg@example.org", "the part before the @"),
        ("nobody", "not a mail address"),
    ],
)
def test_an_address_that_cannot_be_sent_to_is_a_problem_when_the_file_is_read(
    tmp_path: Path, text: str, cause: str
) -> None:
    with pytest.raises(GrammarError, match=cause):
        mail_address.parse_recipient(text)
    (tmp_path / "eventcal.toml").write_text(
        f'mail_from = "a@example.org"\nsmtp_url = "smtp://x.example"\n'
        f'[[channels]]\nname = "desk"\ntype = "email"\nto = ["ok@example.org", "{text}"]\n',
        encoding="utf-8",
    )
    with pytest.raises(SettingsError, match=f"channel 1: to: .*{cause}"):
        load({}, {"registry": tmp_path / "events.yaml"})


@pytest.mark.parametrize("text", ["a@example.org, b@example.org", "A <a@example.org>, B <b@example.org>"])
def test_of_several_addresses_a_list_takes_each_by_itself_and_a_sender_is_one(text: str) -> None:
    with pytest.raises(GrammarError, match="more than one address; write each as a text of its own"):
        mail_address.parse_recipient(text)
    for parse in (mail_address.parse_sender, mail_address.parse):
        with pytest.raises(GrammarError, match="more than one address; write one address, such as"):
            parse(text)


@pytest.mark.parametrize("name", ["mail_from", "mail_bounces"])
def test_a_sender_has_no_letters_beyond_ascii_before_the_at(tmp_path: Path, name: str) -> None:
    (tmp_path / "eventcal.toml").write_text(f'{name} = "jörg+{{id}}@example.org"\n', encoding="utf-8")
    with pytest.raises(
        SettingsError, match=rf"eventcal.toml:1: {name} .* must not have non-ASCII letters before the @"
    ):
        load({}, {"registry": tmp_path / "events.yaml"})


INTERNATIONAL = replace(MESSAGE, address="Jörg Ä <jörg+a@xn--mller-kva.example>")


def test_a_relay_with_smtputf8_gets_letters_beyond_ascii_and_a_domain_in_ascii() -> None:
    post = Post()
    with post_office(post, enable_SMTPUTF8=True) as url:
        channel = EmailChannel(url, SENDER)
        assert isinstance(channel.send(INTERNATIONAL), Sent)
        assert isinstance(channel.send(MESSAGE), Sent)

    international, plain = post.mails
    assert international.rcpt_tos == ["jörg+a@xn--mller-kva.example"]
    assert international.mail_options == ["SMTPUTF8", "BODY=8BITMIME"]
    assert b"To: =?utf-8?b?SsO2cmcgw4Q=?= <j\xc3\xb6rg+a@xn--mller-kva.example>\r\n" in bytes(
        international.content or b""
    )
    assert (plain.rcpt_tos, plain.mail_options) == (["reader@example.net"], [])


def test_a_relay_without_smtputf8_refuses_that_address_for_good_and_no_other() -> None:
    post = Post()
    with post_office(post, enable_SMTPUTF8=False) as url:
        channel = EmailChannel(url, SENDER)
        outcomes = [channel.send(INTERNATIONAL), channel.send(MESSAGE)]

    assert isinstance(outcomes[0], Permanent)
    assert not outcomes[0].is_address_unknown, "the relay is what cannot"
    assert outcomes[0].detail.startswith("no SMTPUTF8 (RFC 6531): ")
    assert isinstance(outcomes[1], Sent)


def test_the_operator_is_told_of_a_sign_up_that_the_relay_cannot_write_to_and_the_visitor_is_not(
    tmp_path: Path,
) -> None:
    now = utc(2021, 9, 1)
    world = SubscriberWorld(tmp_path, now)
    world.publish("- {id: a, title: A, when: 2021-09-20}", now)
    usual = world.request_signup("joerg@example.net")
    with post_office(Post(), enable_SMTPUTF8=False) as url:
        world.channels["email"] = EmailChannel(url, SENDER)
        answer = world.request_signup("jörg@example.net")
        world.tick(now)

    assert (answer.status_code, answer.headers["Location"]) == (usual.status_code, usual.headers["Location"])
    with world.store.read() as conn:
        active = active_alarms(health.alarm_evidence(conn, now - RECENT_FAILURE))
    assert list(active) == ["dead email no SMTPUTF8 (RFC 6531)"]
    assert all("rg@" not in alarm.detail for alarm in active.values())
    assert sorted(state for state, _ in world.states()) == ["dead", "sent"]


def test_a_maildir_keeps_an_address_beyond_ascii(tmp_path: Path) -> None:
    MaildirChannel(tmp_path / "box", SENDER).send(INTERNATIONAL)
    (file,) = (tmp_path / "box" / "new").iterdir()

    assert "<jörg+a@xn--mller-kva.example>".encode() in file.read_bytes()


class DsnPost(Post):
    """A relay that offers delivery status notifications (RFC 3461)."""

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [responses[0], "250-DSN", *responses[1:]]


def test_a_relay_that_offers_dsn_is_asked_for_failures_with_headers_alone_and_our_id(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    def without(parameters: str, command: Callable[[SMTP, str], Awaitable[None]]) -> Callable[..., Awaitable[None]]:
        """Notes the *parameters*, which aiosmtpd does not know, and takes the rest."""

        async def handle(server: SMTP, arg: str) -> None:
            asked.append(arg)
            await command(server, arg.partition(f" {parameters}")[0])

        return handle

    monkeypatch.setattr(SMTP, "smtp_MAIL", without("RET=", SMTP.smtp_MAIL))
    monkeypatch.setattr(SMTP, "smtp_RCPT", without("NOTIFY=", SMTP.smtp_RCPT))
    with post_office(DsnPost(), enable_SMTPUTF8=True) as url:
        for address in ("!a+b=c~@example.net", "!jörg+b~@example.net"):
            assert isinstance(EmailChannel(url, SENDER).send(replace(MESSAGE, address=address, key="k=1 a")), Sent)

    assert asked == [
        "FROM:<calendar@example.org> RET=HDRS ENVID=k+3D1+20a",
        "TO:<!a+b=c~@example.net> NOTIFY=FAILURE ORCPT=rfc822;!a+2Bb+3Dc~@example.net",
        "FROM:<calendar@example.org> SMTPUTF8 BODY=8BITMIME RET=HDRS ENVID=k+3D1+20a",
        r"TO:<!jörg+b~@example.net> NOTIFY=FAILURE ORCPT=utf-8;!j\x{F6}rg\x{2B}b~@example.net",
    ]


def test_a_test_message_proves_that_a_relay_asks_for_a_login_that_is_not_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "events.yaml").write_text(
        "version: 1\ncalendar: {id: t, name: T, timezone: UTC}\nevents: []\n", encoding="utf-8"
    )
    with post_office(Post(), auth_required=True, auth_require_tls=False) as url:
        (tmp_path / "eventcal.toml").write_text(
            f'smtp_url = "{url}"\nmail_from = "{SENDER}"\n'
            '[[channels]]\nname = "desk"\ntype = "email"\nto = ["desk@example.org"]\n',
            encoding="utf-8",
        )
        result = CliRunner().invoke(cli, ["send-test", "desk"])

    assert result.exit_code == 1
    assert "530" in result.output
    assert "asks for a login: write user and password into EVENTCAL_SMTP_URL" in result.output


def test_settings_of_mail_are_checked_when_the_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "eventcal.toml").write_text(
        'mail_bounces = "bounces@example.org"\nbounce_threshold = 0\n'
        '[mail_headers]\n"Feedback-ID" = "ok"\nSubject = "no"\n"Bad Name" = "x"\n"content-TYPE" = "text/plain"\n',
        encoding="utf-8",
    )
    with pytest.raises(SettingsError) as refused:
        load({}, {"registry": tmp_path / "events.yaml"})

    problems = str(refused.value)
    for words in (
        "bounces+{id}@example.org",
        "bounce_threshold 0: write",
        "Subject is written by eventcal",
        "content-TYPE is written by eventcal",
        "'Bad Name'",
    ):
        assert words in problems


def test_two_secrets_of_a_hook_are_a_list(tmp_path: Path) -> None:
    (tmp_path / "eventcal.toml").write_text(
        '[[channels]]\nname = "h"\ntype = "webhook"\nurl = "https://x.org"\nsecret = ["env:NEW", "env:OLD"]\n'
    )
    settings = load({"NEW": "whsec_bmV3", "OLD": "whsec_b2xk"}, {"registry": tmp_path / "events.yaml"})

    assert settings.channels[0].secret == "whsec_bmV3 whsec_b2xk"


@pytest.mark.parametrize(
    ("kind", "secret", "problem"),
    [
        ("webhook", '"two words"', "secret: one secret has no spaces or line breaks; two are a list"),
        ("webhook", '["new", "old one"]', "secret: one secret has no spaces or line breaks; two are a list"),
        ("ntfy", '["tk_new", "tk_old"]', "secret: an ntfy server takes one access token"),
        ("ntfy", '"жетон"', "secret: an ntfy server takes one access token"),
    ],
)
def test_a_secret_that_could_not_be_used_is_a_problem_when_the_file_is_read(
    tmp_path: Path, kind: str, secret: str, problem: str
) -> None:
    table = f'[[channels]]\nname = "h"\ntype = "{kind}"\nurl = "https://x.org/t"\nsecret = {secret}\n'
    (tmp_path / "eventcal.toml").write_text(table, encoding="utf-8")

    with pytest.raises(SettingsError, match=problem):
        load({}, {"registry": tmp_path / "events.yaml"})


def test_a_secret_from_a_file_that_ends_in_a_line_break_is_the_secret(tmp_path: Path) -> None:
    table = '[[channels]]\nname = "h"\ntype = "ntfy"\nurl = "https://x.org/t"\nsecret = "env:TOKEN"\n'
    (tmp_path / "eventcal.toml").write_text(table)

    assert load({"TOKEN": "tk_1\n"}, {"registry": tmp_path / "events.yaml"}).channels[0].secret == "tk_1"


def test_a_mail_says_of_which_list_it_is_what_it_follows_and_that_nobody_need_answer() -> None:
    mail = parsed(
        render_mail(
            replace(MESSAGE, list_id="sco-watch.cal.example.org", list_name="SCO, watch", references="k.0"),
            SENDER,
            (("X-SES-CONFIGURATION-SET", "calendar"),),
        )
    )
    assert mail["List-Id"] == '"SCO, watch" <sco-watch.cal.example.org>'
    assert mail["References"] == "<k.0@example.org>"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["X-SES-CONFIGURATION-SET"] == "calendar"


@pytest.mark.parametrize(
    ("bounces", "bounce_id", "envelope_sender"),
    [
        ("bounces+{id}@example.org", "17-abc", "bounces+17-abc@example.org"),
        ("bounces+{id}@example.org", "", "calendar@example.org"),
        ("", "17-abc", "calendar@example.org"),
    ],
)
def test_the_envelope_sender_carries_the_delivery_and_from_does_not_change(
    bounces: str, bounce_id: str, envelope_sender: str
) -> None:
    post = Post()
    with post_office(post) as url:
        channel = EmailChannel(url, SENDER, EmailOptions(bounces=bounces))
        assert isinstance(channel.send(replace(MESSAGE, bounce_id=bounce_id)), Sent)

    (envelope,) = post.mails
    assert envelope.mail_from == envelope_sender
    assert parsed(envelope.content)["From"] == SENDER


def test_a_bounce_id_is_believed_only_with_our_code_in_any_case() -> None:
    text = tokens.bounce_id(("key",), 17)

    assert text == "17-3kn2af22hdxq"  # as in mails that left long ago
    assert tokens.read_bounce_id(("new", "key"), text.upper()) == 17
    for forged in ("17-aaa", text.replace("17", "18"), "17", "", "x-y", "²-a", "17-ä\udcff", "9" * 5000 + "-a"):
        with pytest.raises(TokenError):
            tokens.read_bounce_id(("key",), forged)


class TokenServer:
    """An authenticator that takes one token."""

    def __init__(self) -> None:
        self.seen: list[bytes] = []

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:
        return await self._check(server, args)

    async def auth_OAUTHBEARER(self, server: SMTP, args: list[str]) -> AuthResult:
        return await self._check(server, args)

    async def _check(self, server: SMTP, args: list[str]) -> AuthResult:
        self.seen.append(base64.b64decode(args[1]))
        if b"auth=Bearer good\x01" in self.seen[-1]:
            return AuthResult(success=True)
        await server.challenge_auth('{"status":"invalid_token"}')
        return AuthResult(success=False, handled=False)


class TokenPost(Post, TokenServer):
    def __init__(self) -> None:
        Post.__init__(self)
        TokenServer.__init__(self)


@pytest.mark.parametrize(
    ("excluded", "response"),
    [
        ("XOAUTH2", b"n,a=u,\x01host=127.0.0.1\x01port=PORT\x01auth=Bearer good\x01\x01"),
        ("OAUTHBEARER", b"user=u\x01auth=Bearer good\x01\x01"),
    ],
)
def test_a_relay_is_logged_in_to_by_token(excluded: str, response: bytes) -> None:
    post = TokenPost()
    options = {"auth_require_tls": False, "auth_exclude_mechanism": [excluded, "LOGIN", "PLAIN"]}
    with post_office(post, **options) as url:
        channel = EmailChannel(url.replace("//", "//u@"), SENDER, EmailOptions(token=lambda: "good"))
        assert isinstance(channel.send(MESSAGE), Sent)
        port = url.partition("127.0.0.1:")[2].partition("?")[0]

    assert post.seen == [response.replace(b"PORT", port.encode())]


@pytest.mark.parametrize(("user", "password"), [("anna", "geheim"), ("josé", "gehéim")])
def test_a_relay_is_logged_in_to_with_a_password_in_any_letters(user: str, password: str) -> None:
    logins: list[LoginPassword] = []

    def authenticate(
        server: SMTP, session: object, envelope: object, mechanism: str, login: LoginPassword
    ) -> AuthResult:
        logins.append(login)
        return AuthResult(success=True)

    with post_office(Post(), auth_require_tls=False, authenticator=authenticate) as url:
        channel = EmailChannel(url.replace("//", f"//{quote(user)}:{quote(password)}@"), SENDER)
        assert isinstance(channel.send(MESSAGE), Sent)

    assert logins == [LoginPassword(user.encode(), password.encode())]


def test_a_token_that_is_refused_or_cannot_be_got_is_the_channels_trouble() -> None:
    def no_token() -> str:
        raise OSError("no token: the file is away")

    def problem(url: str, token: Callable[[], str]) -> str:
        outcome = EmailChannel(url.replace("//", "//u@"), SENDER, EmailOptions(token=token)).send(MESSAGE)
        assert isinstance(outcome, Retry)
        assert outcome.is_destination_down
        return outcome.detail

    post = TokenPost()
    with post_office(post, auth_require_tls=False) as url:
        assert "refuses the login: 535 " in problem(url, lambda: "bad")
        assert "login: no token: the file is away" in problem(url, no_token)
    with post_office(post, auth_require_tls=False, auth_exclude_mechanism=["XOAUTH2", "OAUTHBEARER"]) as url:
        assert "the relay offers neither OAUTHBEARER nor XOAUTH2" in problem(url, lambda: "good")
    assert not post.mails


def test_a_token_comes_from_a_file_or_a_command(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("abc\n")

    assert token_source(f"file:{tmp_path / 'token'}")() == "abc"
    assert token_source("command:printf abc")() == "abc"


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("file:/nowhere/token", "No such file"),
        ("file:/dev/null", "no token: the file in EVENTCAL_SMTP_TOKEN does not contain exactly one word"),
        ("command:ls /nowhere/token", "no token: ls ended with [12]: ls: .*/nowhere/token"),
        ("command:printf 'a b'", "no token: the command in EVENTCAL_SMTP_TOKEN does not contain exactly one word"),
        (r"command:printf '\377'", "no token: the command in EVENTCAL_SMTP_TOKEN does not contain exactly one word"),
        ("command:sleep 60", "no token: sleep took longer than 0.1 s"),
    ],
)
def test_a_source_without_a_token_says_what_it_gave(source: str, problem: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if "sleep" in source:
        monkeypatch.setattr(relay, "COMMAND_TIMEOUT_SECONDS", 0.1)
    with pytest.raises(OSError, match=problem):
        token_source(source)()


@pytest.mark.parametrize("setting", ["abc", "file:", "command:", "command:'", "pipe:get-token"])
def test_a_token_that_is_neither_in_a_file_nor_a_commands_is_refused(setting: str) -> None:
    with pytest.raises(SettingsError, match="EVENTCAL_SMTP_TOKEN: write file:"):
        token_source(setting)


def test_channels_are_built_with_what_every_mail_needs_to_know() -> None:
    from eventcal.channels import ChannelSettings

    mail = MailSettings("smtp://u@x.example", SENDER, "https://cal.example.org", "command:true", "b+{id}@example.org")
    assert isinstance(build([ChannelSettings("desk", "email")], mail)["desk"], EmailChannel)
