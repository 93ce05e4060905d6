"""What a mail says and brings along: cancellations first, links, calendar files in the reader's language."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from eventcal import words
from eventcal.channels import ChannelSettings
from eventcal.channels.mime import render_mail
from eventcal.deliveries import ics_builder
from eventcal.deliveries.render_context import drop_feed_marks
from eventcal.events import Source, Status
from eventcal.messages import UNSUBSCRIBE_PLACEHOLDER, RichText
from eventcal.messages.body import Body, to_html, to_text

from .test_channels import MESSAGE, SENDER, parsed
from .world import World, utc

NOW = utc(2021, 9, 1)
EVENTS = """
- {id: a, title: {en: Alpha, ru: Альфа}, when: 2021-09-20 10:00, reminders: [2 weeks before, on change]}
- {id: b, title: {en: Beta, ru: Бета}, when: 2021-09-21 10:00, reminders: [2 weeks before, on change]}
- {id: c, title: {en: Gamma, ru: Гамма}, when: 2021-09-22 10:00, reminders: [2 weeks before, on change]}
- {id: d, title: {en: Delta, ru: Дельта}, when: 2021-09-22 11:00, reminders: [2 weeks before]}
"""
LANGUAGE = "UPDATE subscription SET language = 'ru'"


@pytest.fixture
def world(tmp_path: Path) -> World:
    here = World(tmp_path, [ChannelSettings("desk", "log"), ChannelSettings("other", "log")])
    here.publish(EVENTS, NOW)
    edition = here.edition
    here.render_context = replace(
        here.render_context, build_ics=ics_builder(edition, "https://cal.example.org", lambda: NOW)
    )
    return here


def change_three(world: World) -> None:
    world.run(NOW, utc(2021, 9, 9))
    changed = EVENTS.replace("2021-09-20 10:00", "2021-09-20 11:00").replace("2021-09-21 10:00", "2021-09-21 11:00")
    changed = changed.replace("2021-09-22 10:00,", "2021-09-22 10:00, status: cancelled,")
    world.publish(changed, utc(2021, 9, 9))
    world.run(utc(2021, 9, 9), utc(2021, 9, 9) + timedelta(minutes=10))


def test_a_cancellation_comes_first_and_the_subject_counts_the_rest(world: World) -> None:
    change_three(world)
    message = world.recorder.received[-1]

    assert message.subject == "Cancelled, Wed 22 Sep, 10:00: Gamma, and 2 more"
    assert message.text.startswith("Cancelled, Wed 22 Sep, 10:00: Gamma\n")


def test_a_notice_of_several_changes_brings_each_event_and_follows_its_reminder(world: World) -> None:
    change_three(world)
    latest_reminder, message = world.recorder.received[2], world.recorder.received[-1]

    mail = parsed(render_mail(message, SENDER))
    attached = [part.get_content() for part in mail.iter_attachments()]
    assert [part.get_filename() for part in mail.iter_attachments()] == ["event.ics", "event-2.ics", "event-3.ics"]
    assert sorted(name for file in attached for name in ("Alpha", "Beta", "Gamma") if name in file) == [
        "Alpha",
        "Beta",
        "Gamma",
    ]
    assert mail["References"] == f"<{latest_reminder.key}@example.org>"


def test_the_attached_event_is_in_the_readers_language_without_the_marks_of_a_feed(world: World) -> None:
    with world.store.write() as conn:
        conn.exec_driver_sql(LANGUAGE)
    world.run(NOW, utc(2021, 9, 7))
    file = world.recorder.received[0].ics.decode()

    assert "SUMMARY;LANGUAGE=ru:Альфа" in file
    for name in ("NAME", "X-WR-CALNAME", "REFRESH-INTERVAL", "X-PUBLISHED-TTL", "SOURCE", "METHOD"):
        assert f"\r\n{name}" not in file
    assert file.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
    assert file.endswith("END:VCALENDAR\r\n")


def test_the_removal_of_an_event_is_told_in_the_readers_language(world: World) -> None:
    with world.store.write() as conn:
        conn.exec_driver_sql(LANGUAGE)
    world.run(NOW, utc(2021, 9, 9))
    world.publish("\n".join(line for line in EVENTS.splitlines() if "Gamma" not in line), utc(2021, 9, 9))
    world.run(utc(2021, 9, 9), utc(2021, 9, 9) + timedelta(minutes=10))

    assert world.recorder.subjects[-1].endswith(": Гамма")


def test_marks_that_are_folded_are_dropped_whole_and_descriptions_of_events_stay() -> None:
    feed = (
        b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nNAME:a\r\n b\r\nX-KEEP:1\r\nBEGIN:VEVENT\r\nDESCRIPTION:x\r\nEND:VEVENT\r\n"
        b"END:VCALENDAR\r\n"
    )
    assert drop_feed_marks(feed) == feed.replace(b"NAME:a\r\n b\r\n", b"")


def test_addresses_in_notes_are_links_and_nothing_runs_out_of_the_window() -> None:
    notes = "`https://example.org/code` [Named](https://example.org/n) See https://example.org/a?b=1&c=2."
    html = to_html(Body(language="en", title="T", notes=notes))

    assert '<a href="https://example.org/a?b=1&amp;c=2" rel="nofollow noopener noreferrer">' in html
    assert "https://example.org/a?b=1&amp;c=2</a>.</p>" in html
    assert "<code>https://example.org/code</code>" in html
    assert html.count("<a ") == 2
    assert "overflow-wrap:anywhere" in html


def test_words_of_another_direction_have_it_in_a_mail() -> None:
    body = Body(language="ar", title="Summit", notes="Hall A.", sources=(Source(quote="On Monday."),))
    html = to_html(body)

    assert "<h1><bdi>Summit</bdi></h1>" in html
    assert '<div dir="auto"><p>Hall A.</p>' in html
    assert '<blockquote dir="auto">' in html


def test_a_chinese_mail_has_fullwidth_colons_without_a_space() -> None:
    body = Body(language="zh", title="峰会", footer="日历", footer_links=(("退订", "https://example.org/u"),))

    assert "\n退订：https://example.org/u\n" in to_text(body)
    assert words.format_status_prefix(Status.CANCELLED, "zh", has_date=True) == "已取消："
    assert words.format_status_prefix(Status.CANCELLED, "en", has_date=True) == "Cancelled: "


def test_each_recipient_has_links_of_their_own_in_text_and_html() -> None:
    body = Body(language="en", title="Alpha", action_link=("Stop", UNSUBSCRIBE_PLACEHOLDER))
    shared = replace(MESSAGE, text=f"Stop: {UNSUBSCRIBE_PLACEHOLDER} or go on.\n", rich=RichText((body,)))
    for name in ("anna", "boris"):
        link = f"https://cal.example.org/unsubscribe/{name}{'.x' * 60}"
        mail = parsed(render_mail(replace(shared, replacements=((UNSUBSCRIBE_PLACEHOLDER, link),)), SENDER))

        text, html = mail.get_body(("plain",)), mail.get_body(("html",))
        assert text is not None and text.get_content().splitlines() == [f"Stop: {link} or go on."]
        assert html is not None and f'"{link}">Stop</a>' in html.get_content()


@pytest.mark.parametrize(("text", "encoding"), [("Tomorrow.\n", "7bit"), ("", "7bit"), ("Завтра. " * 9, "base64")])
def test_a_text_without_links_has_the_shortest_encoding_and_its_last_line_an_end(text: str, encoding: str) -> None:
    mail = render_mail(replace(MESSAGE, text=text, rich=RichText(), ics=b""), SENDER)

    assert parsed(mail)["Content-Transfer-Encoding"] == encoding
    assert mail.endswith(b"\r\n")


def test_two_copies_with_attachments_are_the_same_bytes() -> None:
    message = replace(MESSAGE, more_ics=(b"BEGIN:VCALENDAR\r\nX:2\r\nEND:VCALENDAR\r\n",))
    assert render_mail(message, SENDER) == render_mail(message, SENDER)
