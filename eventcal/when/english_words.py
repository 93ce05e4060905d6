"""The English names of weekdays, months and numbers, by which dates, rules and articles are read."""

ENGLISH_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
NUMBER_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
NUMBERS = {"a": 1, "an": 1} | {word: number for number, word in enumerate(NUMBER_WORDS, start=1)}
ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1}
"""Places in a month, as rules count them (RFC 5545 3.3.10)."""


def weekday_number(name: str) -> int:
    """Returns the number, 0 for Monday, of a weekday, of whose name three letters count."""
    return [day[:3] for day in ENGLISH_WEEKDAYS].index(name[:3].title())


def month_number(name: str) -> int:
    """Returns the number, from 1, of a month, of whose name three letters count."""
    return [month[:3] for month in ENGLISH_MONTHS].index(name[:3].title()) + 1
