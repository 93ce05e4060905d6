"""What services take: length, shape and emphasis of a message, with the link last and whole."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from eventcal.channels import Permanent, Retry, Sent
from eventcal.channels.apprise import AppriseChannel
from eventcal.channels.ntfy import MAX_JSON_BYTES, MESSAGE_BYTES, NtfyChannel
from eventcal.channels.shorten import shorten, size_in_bytes, size_in_json, size_in_utf16
from eventcal.channels.webhook import DISCORD_MAX_CHARS, SLACK_MAX_CHARS, WebhookChannel, find_shape
from eventcal.errors import SettingsError
from eventcal.events import Source, SourceGrade
from eventcal.messages import Message, RichText
from eventcal.messages.body import Body, to_html, to_markdown, to_text

from .test_channels import Hook, collector
from .test_channels_apprise import Service, serving

LINK = "https://cal.example.org/events/summit-2021"
RUSSIAN = "Саммит переносится на следующую неделю. " * 200
CHINESE = "峰会改期至下周。" * 600
MESSAGE = Message(
    key="k.0",
    kind="reminder",
    address="",
    subject="Завтра: Саммит",
    text=f"{RUSSIAN}\n\n{LINK}\n\n-- \nSCO watch\n",
    url=LINK,
)


@pytest.mark.parametrize("text", [RUSSIAN, CHINESE], ids=["Russian", "Chinese"])
def test_a_long_text_is_cut_at_a_sentence_and_its_link_stays_whole_and_last(text: str) -> None:
    short = shorten(f"{text}\n\n{LINK}\n\n-- \nSCO watch\n", LINK, 4000, size_in_bytes)

    assert 3500 < len(short.encode()) <= 4000
    start, _, last = short.rpartition("\n\n")
    assert last == LINK
    assert start.endswith((". …", "。 …"))
    assert text.startswith(start.removesuffix(" …"))


def test_a_text_that_fits_is_left_as_it_is_without_its_signature() -> None:
    assert shorten(f"Tomorrow.\n\n{LINK}\n\n-- \nSCO watch\n", LINK, 4000, size_in_bytes) == f"Tomorrow.\n\n{LINK}"


@pytest.mark.parametrize(
    ("text", "link", "limit", "short"),
    [
        ("abc", "", 3, "abc"),
        ("abcd efgh", "", 8, "abcd …"),
        ("abcd efgh", "", 9, "abcd efgh"),
        ("aaaa bbbb cccc", "", 13, "aaaa bbbb …"),
        ("aaaaa bbb cccc", "", 13, "aaaaa …"),  # the end of a word, or of a sentence, in its second half
        ("Aaa. bbbb cccc", "", 13, "Aaa. bbbb …"),
        ("Aaaa. bbb cccc", "", 13, "Aaaa. …"),
        ("abc\n\nLLLLL", "LLLLL", 10, "abc\n\nLLLLL"),
        ("abcdef", "LLLLL", 12, "a …\n\nLLLLL"),
        ("abcdef", "LLLLL", 11, "…\n\nLLLLL"),
        ("abcdef", "LLLLL", 10, "abcdef"),  # no room for a word beside it
    ],
)
def test_a_text_and_its_link_fill_the_limit_or_the_link_is_left_out(
    text: str, link: str, limit: int, short: str
) -> None:
    assert shorten(text, link, limit, size_in_bytes) == short


def test_a_size_is_that_of_the_text_as_it_is_sent() -> None:
    text = 'ж"\n𝄞'

    assert (size_in_bytes(text), size_in_json(text), size_in_utf16(text)) == (8, 12, 5)


def test_a_list_of_german_dates_is_cut_between_its_lines() -> None:
    line = "Do., 3. Dez., 02:00: Sitzung"
    for limit in range(4 * len(line), 6 * len(line)):
        assert set(shorten(f"{line}\n" * 9, "", limit, size_in_bytes).removesuffix(" …").splitlines()) == {line}


@pytest.mark.parametrize(
    ("first", "rest", "closing"),
    [("```", "", "```\n"), ("~~~~", "", "~~~~\n"), ("1. ```", "   ", ""), ("> ```", "> ", "")],
)
def test_a_link_after_a_code_block_that_is_cut_or_never_closed_is_none_of_its_lines(
    first: str, rest: str, closing: str
) -> None:
    notes = f"{first} text\n" + f"{rest}line\n" * 20
    whole = to_markdown(Body("en", "Summit", notes=notes, page_url=LINK))

    for text, limit in [(whole, 4000), *((f"{notes}{closing}\n{LINK}", limit) for limit in range(80, 180))]:
        short = shorten(text, LINK, limit, size_in_bytes)
        assert size_in_bytes(short) <= limit
        assert [token.type for token in MarkdownIt().parse(short)][-3:] == [
            "paragraph_open",
            "inline",
            "paragraph_close",
        ]
        assert short.endswith(f"\n{LINK}")


@given(st.text(max_size=400) | st.text("`~\n a", max_size=400), st.integers(60, 300))
def test_no_text_comes_out_longer_than_the_limit(text: str, limit: int) -> None:
    assert size_in_bytes(shorten(text, LINK, limit, size_in_bytes)) <= limit


@pytest.mark.parametrize("cluster", ["e\u0301", "👩🏽\u200d🚀", "नि"])
def test_no_letter_is_cut_from_its_marks(cluster: str) -> None:
    for limit in range(20, 60):
        text = shorten("x" + cluster * 100, "", limit, size_in_bytes).removesuffix(" …")
        assert text == "x" + cluster * ((len(text) - 1) // len(cluster))


def ntfy_fields(message: Message, status: int = 200) -> dict[str, object]:
    hook = Hook(status)
    with collector(hook) as url:
        NtfyChannel(url.partition("/hook")[0] + "/summits", allow_private=True).send(message)
    ((_, body),) = hook.got
    assert len(body) <= MAX_JSON_BYTES
    fields = json.loads(body)
    assert isinstance(fields, dict)
    return fields


@pytest.mark.parametrize("text", [RUSSIAN, CHINESE, '"\\' * 5000], ids=["Russian", "Chinese", "quotation marks"])
def test_ntfy_gets_no_more_bytes_than_it_takes(text: str) -> None:
    fields = ntfy_fields(replace(MESSAGE, text=f"{text}\n\n{LINK}\n"))

    assert MESSAGE_BYTES[2] < size_in_bytes(str(fields["message"])) <= MESSAGE_BYTES[0]
    assert str(fields["message"]).endswith(f"\n\n{LINK}")
    assert fields["click"] == LINK


def test_ntfy_gets_markdown_tags_and_a_priority_that_rises_for_what_is_urgent() -> None:
    usual = ntfy_fields(replace(MESSAGE, rich=RichText((Body("en", "Summit"),)), tags=("sco", "summit")))
    urgent = ntfy_fields(replace(MESSAGE, kind="change", is_urgent=True))

    assert (usual["markdown"], usual["message"]) == (True, f"**Summit**\n\n{LINK}")
    assert (usual["priority"], usual["tags"]) == (3, ["calendar", "sco", "summit"])
    assert urgent["priority"] == 4


def test_what_shows_the_subject_above_the_text_gets_it_once() -> None:
    body = Body("en", "Moved to 18 Sep: Summit", old_text="Was: 16 Sep")
    message = replace(MESSAGE, subject=body.title, text=f"{body.title}\nWas: 16 Sep\n", rich=RichText((body,)))

    assert ntfy_fields(message)["message"] == f"~~Was: 16 Sep~~\n\n{LINK}"
    assert message.text_below_subject == "Was: 16 Sep\n"
    assert (
        ntfy_fields(replace(message, subject="Summit"))["message"] == f"**{body.title}**  \n~~Was: 16 Sep~~\n\n{LINK}"
    )
    title_alone = replace(MESSAGE, subject="Summit", text="Summit\n", rich=RichText((Body("en", "Summit"),)))
    assert title_alone.text_below_subject == "Summit\n"


def test_ntfy_gets_as_many_tags_as_leave_room_for_the_text() -> None:
    tags = tuple(f"{number}{'会' * 60}" for number in range(50))  # ntfy_fields measures the whole
    fields = ntfy_fields(replace(MESSAGE, tags=tags, text='"' * 5000))

    assert fields["tags"] == ["calendar", *tags[:5]]


@pytest.mark.parametrize(
    ("status", "expected"), [(413, Permanent("413")), (400, Permanent("400")), (403, Retry("403"))]
)
def test_ntfy_refuses_a_message_by_400_and_413_alone(status: int, expected: object) -> None:
    with collector(Hook(status)) as url:
        channel = NtfyChannel(url.partition("/hook")[0] + "/summits", allow_private=True)
        assert channel.send(MESSAGE) == expected


def test_apprise_gets_as_much_as_the_service_takes() -> None:
    with serving(Service()) as service:
        channel = AppriseChannel(f"json://127.0.0.1:{service.port}/", "chat")
        channel._service[0].body_maxlen = 300
        assert isinstance(channel.send(MESSAGE), Sent)

    text = str(service.got[0]["message"]).strip()
    assert size_in_utf16(text) <= 300
    assert text.endswith(LINK)


@pytest.mark.parametrize(("title_limit", "body_limit"), [(60, 300), (0, 300), (0, 160)])
def test_apprise_gets_no_longer_a_title_than_the_service_takes(title_limit: int, body_limit: int) -> None:
    with serving(Service()) as service:
        channel = AppriseChannel(f"json://127.0.0.1:{service.port}/", "chat")
        channel._service[0].title_maxlen, channel._service[0].body_maxlen = title_limit, body_limit
        assert isinstance(channel.send(replace(MESSAGE, subject="Встреча " * 40)), Sent)

    assert size_in_utf16(str(service.got[0]["title"])) <= title_limit
    assert "Встреча" in f"{service.got[0]['title']}{service.got[0]['message']}"
    assert size_in_utf16(str(service.got[0]["message"]).strip()) <= body_limit


def post_shaped(body: str, message: Message = MESSAGE) -> dict[str, object]:
    hook = Hook()
    with collector(hook) as url:
        assert isinstance(WebhookChannel(url, allow_private=True, body=body).send(message), Sent)
    fields = json.loads(hook.got[0][1])
    assert isinstance(fields, dict)
    return fields


def test_discord_gets_content_of_its_length_that_mentions_nobody() -> None:
    fields = post_shaped("discord", replace(MESSAGE, text=f"@everyone {RUSSIAN}\n\n{LINK}\n"))

    assert size_in_utf16(str(fields["content"])) <= DISCORD_MAX_CHARS
    assert str(fields["content"]).endswith(LINK)
    assert fields["allowed_mentions"] == {"parse": []}


def test_slack_gets_text_in_which_nothing_is_a_command() -> None:
    fields = post_shaped("slack", replace(MESSAGE, text=f"<!channel> A & B. {RUSSIAN}\n\n{LINK}\n"))

    assert str(fields["text"]).startswith("&lt;!channel&gt; A &amp; B.")
    assert len(str(fields["text"])) < SLACK_MAX_CHARS + 100
    assert str(fields["text"]).endswith(LINK)


def test_teams_gets_an_adaptive_card_with_a_button() -> None:
    fields = post_shaped("teams", replace(MESSAGE, language="ru"))

    (attachment,) = fields["attachments"]  # type: ignore[misc]
    card = attachment["content"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert card["body"][0]["inlines"][0]["text"] == MESSAGE.subject
    assert card["actions"] == [{"type": "Action.OpenUrl", "title": "Показать", "url": LINK}]


def test_a_title_is_no_markup_in_teams() -> None:
    body = Body(language="en", title="2 * 3, [here](https://a.example)", old_text="Tuesday", facts=("1. December",))
    fields = post_shaped("teams", replace(MESSAGE, subject=body.title, rich=RichText((body,))))

    title, text = fields["attachments"][0]["content"]["body"]  # type: ignore[index]
    assert (title["type"], title["inlines"][0]["text"]) == ("RichTextBlock", body.title)  # no Markdown there
    assert text["wrap"]
    assert text["text"] == f"Tuesday\n\n1\\. December\n\n{LINK}"


@pytest.mark.parametrize("line", ["a\n", '"\\'], ids=["short lines", "quotation marks"])
def test_a_card_that_grows_in_json_stays_within_what_teams_takes(line: str) -> None:
    fields = post_shaped("teams", replace(MESSAGE, rich=RichText((Body("en", "Summit", notes=line * 20_000),))))

    assert 19_000 < size_in_bytes(json.dumps(fields, ensure_ascii=False)) < 28 * 1024


@pytest.mark.parametrize("text", ["@room", "(@Everyone)", "<!channel>", "<@U123>", "<#C123>"])
def test_matrix_and_what_apprise_knows_are_not_called_to_a_message(text: str) -> None:
    message = replace(MESSAGE, subject=f"Summit {text}", text=f"Come, {text}. Ask ask@channel.example\n")
    with serving(Service()) as service:
        AppriseChannel(f"json://127.0.0.1:{service.port}/", "chat").send(message)

    (got,) = service.got
    for field in (got["title"], got["message"], post_shaped("matrix", message)["text"]):
        assert text not in str(field)
        assert text in str(field).replace("\u2060", "")
    assert "ask@channel.example" in str(got["message"])


@pytest.mark.parametrize(
    ("shape", "field"), [("matrix", "text"), ("discord", "content"), ('{"text": "{markdown}"}', "text")]
)
def test_services_that_show_markdown_get_it(shape: str, field: str) -> None:
    fields = post_shaped(shape, replace(MESSAGE, rich=RichText((Body("en", "Summit", page_url=LINK),))))

    assert str(fields[field]).rstrip() == f"**Summit**\n\n{LINK}"


def test_a_template_shapes_any_other_body_and_no_text_leaves_its_place() -> None:
    fields = post_shaped('{"title": "{subject}", "more": ["{url}", 1]}', replace(MESSAGE, subject='A "quoted" {text}'))

    assert fields == {"title": 'A "quoted" {text}', "more": [LINK, 1]}


@pytest.mark.parametrize("shape", ["slack", '{"text": "{text}", "title": "{subject}", "more": "{markdown}"}'])
def test_nobody_is_called_by_what_mattermost_takes(shape: str) -> None:
    message = replace(MESSAGE, subject="@here", text="Come, @channel and @all.\n")

    values = post_shaped(shape, message).values()

    assert not any(call in value for value in values for call in ("@here", "@channel", "@all"))


@pytest.mark.parametrize("body", ["discrod", '{"text": {subject}}', '{"text": "{titel}"}', '{"text": "\\u007btitel}"}'])
def test_a_body_that_is_no_shape_is_refused(body: str) -> None:
    with pytest.raises(SettingsError, match="body: "):
        find_shape(body)


def test_markdown_shows_typed_marks_in_facts_and_keeps_those_of_notes() -> None:
    body = Body(
        language="en", title="2 * 3", facts=("[Dushanbe]", "Q&A on &copy;"), notes="Bring **badges**.", page_url=LINK
    )

    assert to_markdown(body) == f"**2 \\* 3**  \n\\[Dushanbe\\]  \nQ&A on \\&copy;\n\nBring **badges**.\n\n{LINK}\n"


@pytest.mark.parametrize(
    ("fact", "markdown"),
    [
        ("Online: https://meet.example/~a/b_c#d_e", "Online: https://meet.example/~a/b_c#d_e"),
        ("mailto:press_desk@example.org", "mailto:press_desk@example.org"),
        ("https://a.example/_b_", r"https://a.example/\_b\_"),
        ("https://a.example/b~~c~~", r"https://a.example/b\~\~c\~\~"),
        ("https://a.example/?b=1&copy;2", r"https://a.example/?b=1\&copy;2"),
        ("https://a.example/[b](https://c.example)", r"https://a.example/\[b\](https://c.example)"),
    ],
)
def test_markdown_shows_an_address_as_it_is_and_leaves_in_it_what_is_no_mark(fact: str, markdown: str) -> None:
    text = to_markdown(Body("en", "Summit", facts=(fact,)))

    assert text == f"**Summit**  \n{markdown}\n"
    assert unescape(re.sub("<[^>]+>", "", MarkdownIt().render(text))).strip() == f"Summit\n{fact}"


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        (
            Source(title="Decision", url="https://e.example/d_x", quote="On  Monday."),
            ["Source: Decision", "“On Monday.”", "https://e.example/d_x"],
        ),
        (Source(url="https://e.example/d_x"), ["Source: https://e.example/d_x"]),
        (Source(key="senate"), ["Source: senate"]),
        (Source(title="A", grade=SourceGrade.OFFICIAL, published="2026-05-12"), ["Source: A (official, 12 May 2026)"]),
        (Source(title="A", published="2026-05"), ["Source: A (May 2026)"]),
        (Source(title="A", grade=SourceGrade.REPORTED), ["Source: A (reported)"]),
    ],
)
def test_a_source_is_written_with_what_is_known_of_it_and_its_address_once(source: Source, lines: list[str]) -> None:
    body = Body("en", "Summit", sources=(source,))

    assert to_text(body) == "\n".join(["Summit", "", *lines, ""])
    assert to_markdown(body) == "**Summit**\n\n" + "  \n".join(lines) + "\n"


def test_a_source_in_html_is_a_link_by_its_name_with_its_quote() -> None:
    source = Source(title="Decision", url="https://e.example/d", quote="On  Monday.", grade=SourceGrade.OFFICIAL)
    html = to_html(Body("en", "Summit", sources=(source, Source(key="senate"))))

    assert html.endswith(
        '\n<p>Source: <a href="https://e.example/d">Decision</a> (official)</p>'
        '<blockquote dir="auto">“On Monday.”</blockquote>\n<p>Source: senate</p>\n</body></html>\n'
    )


def test_a_body_shows_what_changed_what_to_do_and_how_to_end_it() -> None:
    body = Body(
        language="en", title="Summit", old_text="Monday", new_text="Tuesday", action_link=("Go", "https://e.example/go"),
        footer="Calendar", footer_reason="You signed up.", footer_links=(("Stop", "https://e.example/u"),),
    )  # fmt: skip

    assert to_text(body) == (
        "Summit\nMonday\nTuesday\n\nGo\nhttps://e.example/go\n\n"
        "-- \nCalendar\nYou signed up.\nStop: https://e.example/u\n"
    )
    assert to_markdown(body) == "**Summit**  \n~~Monday~~  \n**Tuesday**\n"
    assert to_html(body).endswith(
        "\n<h1><bdi>Summit</bdi></h1>\n<p><s>Monday</s></p>\n<p><strong>Tuesday</strong></p>\n"
        '<p><a class="do" href="https://e.example/go">Go</a></p>\n'
        '<footer>Calendar<br>You signed up.<br><a href="https://e.example/u">Stop</a></footer>\n</body></html>\n'
    )
    assert to_text(replace(body, footer_reason="", action_link=None)).endswith(
        "Tuesday\n\n-- \nCalendar\nStop: https://e.example/u\n"
    )
    assert to_html(Body("en", "Summit", footer="Calendar")).endswith(
        "\n<h1><bdi>Summit</bdi></h1>\n<footer>Calendar</footer>\n</body></html>\n"
    )


def test_markdown_makes_no_list_and_no_heading_of_facts() -> None:
    facts = ("1. Dezember", "- Halle 2", "+ Stream", "===", "16.–17. September", "-5 °C")
    body = Body(language="de", title="A", facts=facts)

    assert to_markdown(body) == (
        "**A**  \n1\\. Dezember  \n\\- Halle 2  \n\\+ Stream  \n\\===  \n16.–17. September  \n-5 °C\n"
    )
