"""The words of a source for an event that is off: in a column, in the place of its date, or in its title."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_OFF = {
    "cancelled": "cancelled canceled iscancelled iscanceled withdrawn abgesagt entfällt storniert cancelado cancelada anulado anulada annulé annulée"
    " отменено отменен отменён отменена 取消 已取消 ملغى ملغي ألغي",
    "postponed": "postponed ppd p-p adjourned deferred verschoben vertagt aplazado aplazada pospuesto pospuesta reporté reportée"
    " отложено отложен отложена перенесено перенесен перенесён перенесена 延期 已延期 推迟 已推迟 مؤجل مؤجلة تأجل تأجلت",
}
_WORDS = _OFF | {
    "tentative": "tentative provisional expected proposed planned estimated unconfirmed tba tbc tbd vorläufig geplant provisoire предварительно предварительный 暂定 待定 未定 مبدئي",
    "confirmed": "confirmed scheduled upcoming past timed finished played completed bestätigt confirmado confirmada confirmé confirmée"
    " подтверждено подтвержден подтверждён подтверждена 已确认 确认 确定 مؤكد",
}
_STATUSES = {word: status for status, words in _WORDS.items() for word in words.split()} | {
    "not started": "confirmed", "to be confirmed": "tentative", "to be announced": "tentative", "to be determined": "tentative",
    "time to be defined": "tentative", "sine die": "postponed",
}  # fmt: skip
_INDEFINITELY = re.compile(
    r"\s*\b(?:sine die|indefinitely|until further notice|auf unbestimmte zeit|bis auf weiteres|indefinidamente|hasta nuevo aviso"
    r"|на неопредел[её]нный срок)\b\s*|无限期"
)
_REASON = re.compile(r"\s*[,;:(（!]|\s[-–—]\s|\s(?:due to|because|wegen|aufgrund|por|из-за)\s")
_SUBJECT = re.compile(r"(?:the )?(?:match|game|fixture|event|kick-off|date|spiel|termin)\s")
_WORD = "|".join(sorted((re.escape(word) for words in _OFF.values() for word in words.split()), key=len, reverse=True))
_BEFORE = re.compile(rf"\W*(?P<word>{_WORD})\s*(?:[:!*\])】）]|[-–—]\s)\W*(?P<title>\w.*)", re.IGNORECASE)
# few marks stand before the word: with any number of them the time would grow with the square of theirs
_BEHIND = re.compile(rf"(?P<title>.*\w\W*?)(?:[\[(【（*]|\s[-–—]\s|:\s)\W{{0,20}}(?P<word>{_WORD})\W*", re.IGNORECASE)


def status_of(text: str) -> str:
    """Returns the status that *text* says, also "Match postponed (snow)" or "Final, Postponed"; "" for none."""
    words = " ".join(text.lower().split())
    words = _INDEFINITELY.sub("", words) or words
    heads = [_REASON.split(part, maxsplit=1)[0].strip(" .*[]") for part in re.split("[,;] ", words)]
    candidates = [words, *heads, *(_SUBJECT.sub("", head, count=1) for head in heads)]
    statuses = [_STATUSES[word] for word in candidates if word in _STATUSES]
    return next((status for status in statuses if status in _OFF), next(iter(statuses), ""))


def is_off(text: str) -> bool:
    """Tells whether *text*, which stands for a date or an hour, says that there is none any more."""
    return status_of(text) in _OFF


def split_title(title: str) -> tuple[str, str]:
    """Returns a title without the word for what became of its event, "POSTPONED: Derby", and the status; "" for none."""
    match = _BEFORE.fullmatch(title) or _BEHIND.fullmatch(title)
    return (match["title"].strip(), _STATUSES[match["word"].lower()]) if match else (title, "")


def put_off(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the *fields* of an event that is put off: the date that its source has is the old one."""
    old = {} if fields["when"] == "TBD" else {"was": fields["when"]}
    return {**fields, "when": "TBD", "status": "postponed", **old}
