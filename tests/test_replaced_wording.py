"""Replaced wording stays away: no page, mail, message, help text or document says again what an editor replaced."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from eventcal import feeds, messages, registry, words
from eventcal.cli import cli
from eventcal.edition_problems import build_first_edition
from eventcal.filters import Filter
from eventcal.history import Edition
from eventcal.leads import WallClock
from eventcal.occurrences import between

ROOT = Path(__file__).parents[1]
NOW = datetime(2021, 8, 25, 4, tzinfo=UTC)

# Each one was a text for people. Markers in feed titles ("[Sep 2021, day not known]") and the values of JSON, webhooks
# and the registry (`loosened`, `on day known`) are a contract and stay.
REPLACED = tuple(
    sentence
    for line in """
    What is next
    Everything from today on
    Nothing from this day on
    Nothing in this month
    It was about %(what)s
    (day not known)
    reported, day not known
    day not announced
    the day is not announced
    goes on: %(title)s
    Show everything
    Nothing to come matches
    Nothing is planned from today on
    Nothing is found by these words
    Also mentioned by
    another word narrows the search
    Was planned for
    Where this date comes from
    it will move to the right day
    by mail or web hook
    web hook
    moved, firmed or called off
    Nothing has changed yet
    day now known
    day no longer known
    Add the address once
    your calendar follows every change by itself
    with the present filter
    Apple, Thunderbird and others
    Download as a file
    Address of the feed
    How soon a change arrives
    Left out: no date
    long over: {
    far ahead: {
    A code that opens this
    Show it on your own page
    where the calendar shall stand
    Calendar last changed
    Hours are those of
    Each event’s own hours
    All hours in my own
    There is no such page
    Something broke
    written down for the people who run
    This does not work
    The calendar is not ready yet
    came from where you are
    Reminders by mail
    Remind me by mail
    Of everything in this calendar
    Of everything instead
    Mail address
    Write one mail address
    Something is missing or cannot be used
    What shall come
    What the calendar suggests
    My own choice
    one kind of news
    whose hour is known
    Tell me of an event
    when it is called off
    you are told in any case
    How shall it come
    each at its own time
    together, every morning
    What is urgent never waits
    Ask for reminders
    One mail comes with a link
    Look into your mailbox
    A mail is on its way
    folder for unwanted mail
    Do you want these reminders
    Yes, remind me
    If it was not you who asked
    You will be reminded
    from the next mail on
    The reminders come again
    All links in earlier mails
    These reminders have ended
    Let them come again
    let them come again
    What else comes to this address
    Leave, or take it with you
    End all mails to this address
    Everything that is kept about me
    Somebody else has one of my mails
    Whoever holds a mail of yours
    Make all links new
    Delete everything about me
    at once and for good
    No more of these mails
    asked to be reminded of
    asked us to remind you of
    Or would fewer do
    Change what you get
    It has ended
    No more mails will come
    It was good for 48 hours
    Perhaps it was cut off
    Links were made new since
    sends no mails to visitors
    Do you want reminders from
    Please confirm: reminders
    Somebody, we hope you
    Somebody, perhaps you
    Nothing comes unless you say yes
    Look at it and say yes
    You have reminders from
    Look at what you get
    what is tagged
    what is found by
    what matches your own words
    The first possible day is
    the last possible one is
    This reminder comes late
    Day announced,
    Date less certain
    Takes place after all
    No longer in the calendar
    there is nothing to do
    The registry was not accepted
    Over: the registry
    Messages could not be delivered
    Nothing needs you
    Something needs you
    An edition is held
    the last good edition stands
    No pass came by
    Nobody sends
    perhaps twice
    Destinations that do not answer
    Every try failed
    as long as it is worth saying
    Sending goes on
    Accept it, and tell everybody
    there is a store to look at
    the name does not matter
    the registry says nothing new
    may be given again
    The last day, which counts
    links that the present key signed
    one item a line
    subscribers, one a line
    recipients are refused alike
    for want of memory
    stands before the @
    stands after the @
    try again in some seconds
    is no name of a host
    letters that no header carries
    to see what it comes to
    its hour is gone
    itself counted
    what touches it stays whole
    needs an hour, and when has none
    a length goes with an hour
    holds what no later build may fall behind
    if that is meant, `eventcal publish
    it needs an hour, and none is known
    is said when it happens
    nobody would be told
    nobody was taken over
    nothing was made yet
    nobody is told through
    names no channel
    When it is not plain
    until they say yes
    take them along
    before it matters
    and no feed can hurry
    nobody was told that
    is gone; they are sent again
    asking again
    what came of delivery
    has no time zone any more
    somebody has to look
    comes packed to
    octet for octet
    goes on from, is gone on from
    Nothing starts anew
    is not made up for
    a phone is spared it
    until it has lost its use
    says how that was tried
    """.strip().splitlines()
    for sentence in [line.strip()]
)


def find_replaced(text: str) -> list[str]:
    """Returns the replaced wordings that occur in *text*, whatever its line breaks and markup."""
    plain = " ".join(re.sub(r"<[^>]*>", " ", text).split())
    return [sentence for sentence in REPLACED if sentence in plain]


def sources() -> Iterator[Path]:
    """Yields every file that holds texts for people, the catalogues included."""
    for pattern in ("eventcal/**/*.py", "eventcal/web/**/*.html", "eventcal/web/**/*.js", "eventcal/locale/**/*.po"):
        yield from ROOT.glob(pattern)
    yield from ROOT.glob("*.md")
    yield from ROOT.glob("docs/**/*.md")
    yield from (ROOT / name for name in ("Makefile", "events.yaml"))
    yield from (path for path in ROOT.glob("deploy/*") if path.is_file())


@pytest.mark.parametrize("path", sorted(sources()), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_source_has_a_replaced_text(path: Path) -> None:
    assert [] == find_replaced(path.read_text(encoding="utf-8"))


def commands(group: click.Group, *names: str) -> Iterator[list[str]]:
    yield [*names, "--help"]
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, *names, name)
        else:
            yield [*names, name, "--help"]


@pytest.mark.parametrize("arguments", list(commands(cli)), ids=" ".join)
def test_no_help_text_has_a_replaced_sentence(arguments: list[str]) -> None:
    shown = CliRunner().invoke(cli, arguments)

    assert (0, []) == (shown.exit_code, find_replaced(shown.output))


@pytest.fixture(scope="module")
def seed() -> Edition:
    return build_first_edition(registry.read(ROOT / "events.yaml").require_valid(), NOW)


def test_no_reminder_or_confirmation_has_a_replaced_sentence(seed: Edition) -> None:
    texts, context = [], messages.MessageContext(seed.calendar, NOW)
    for version in seed.versions:
        for occurrence in between([version.event], NOW.date().replace(month=6), NOW.date().replace(month=12)):
            message = messages.reminder_message(context, occurrence, version, WallClock(7), due_at=NOW, is_late=True)
            texts += [message.subject, message.text, message.html]
    query = Filter(tags=("summit",))
    for message in (
        messages.confirmation_message(context, query, str, link_expires_at=NOW),
        messages.already_subscribed_message(context, query, str),
    ):
        texts += [message.subject, message.text]
    texts.append(messages.channel_test_message(context, "desk").text)

    assert len(texts) > 10
    assert [] == [found for text in texts for found in find_replaced(text)]


def test_no_feed_has_a_replaced_sentence(seed: Edition) -> None:
    for path in ("/calendar.ics", "/upcoming.atom", "/changes.atom", "/events.json"):
        body = feeds.render_whole(path, seed, NOW, Filter(), "").decode()

        assert [] == find_replaced(body.replace("\r\n ", ""))


def test_the_search_looks_through_line_breaks_and_markup() -> None:
    assert ["What is next"] == find_replaced("<p>What <b>is</b>\n next</p>")
    assert words.get_translations("en").gettext("Unsubscribe?") == "Unsubscribe?"
