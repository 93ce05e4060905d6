"""The columns of a table are known by their names, in seven languages, and so are the words in them that are no dates."""

from __future__ import annotations

import re
from collections.abc import Mapping

from .values import ImportingError

# What people and Outlook call the columns, in small letters without spaces, hyphens and underscores. Where a day has
# been found, "start" and its like hold the hour.
_COLUMNS = {
    "title": "title subject name event eventtitle eventname heading header topic what summary"
    " titel betreff veranstaltung was thema bezeichnung anlass título asunto evento titre quoi objet événement"
    " название тема событие мероприятие 标题 主题 名称 活动 العنوان الموضوع",
    "when": "when date startdate datestart datefrom fromdate dtstart eventdate dates startdatetime startsat startedat startat datetime start begin begins day from starts time"
    " datum beginntam beginn tag von fecha fechadecomienzo fechadeinicio inicio datededébut début"
    " дата датаначала начало день 日期 开始日期 التاريخ تاريخالبدء",
    "start-time": "starttime timestart time hour begintime start begin begins from starts"
    " uhrzeit beginntum zeit beginn von zeitvon uhrzeitvon hora horadecomienzo horadeinicio inicio heure heurededébut début"
    " время времяначала начало 时间 开始时间 الوقت وقتالبدء",
    "end": "end enddate dateend dateto todate dtend enddatetime endsat endedat endat until ends to finish"
    " endetam ende enddatum bis fechadefinalización fechadefin fin datedefin датаокончания датазавершения окончание 结束日期 تاريخالانتهاء",
    "end-time": "endtime timeend endetum endzeit zeitbis uhrzeitbis horadefinalización horadefin heuredefin времяокончания времязавершения 结束时间 وقتالانتهاء",
    "all-day": "alldayevent allday ganztägigesereignis ganztägig todoeldía journéeentière целыйдень весьдень 全天事件 全天",
    "timezone": "timezone tz zone zeitzone",
    "venue": "venue venuename room hall building raum saal halle sala salle зал аудитория 会场 会议室 القاعة",
    "place": "place location address where city ort wo veranstaltungsort lugar ubicación lieu место 地点 المكان الموقع",
    "notes": "notes description details comment text body summary abstract excerpt content"
    " beschreibung bemerkung bemerkungen notiz notizen descripción notas remarques описание примечание заметки 说明 描述 备注 الوصف ملاحظات",
    "tags": "tags categories category labels type kategorien kategorie categorías catégories категории категория 类别 الفئات",
    "url": "url link website websiteurl eventurl href web homepage page webseite sitioweb siteweb сайт ссылка 网址 链接 الرابط",
    "source": "source reference quelle fuente источник 来源",
    "status": "status state zustand estado statut статус состояние 状态 الحالة",
    "id": "id key slug",
    "uid": "uid",
    "private": "private hidden draft privat privado privé частное 私有 خاص",
}
DATE_FORMAT = "date-format"
"""Of `--columns`: the form of the dates, as strptime has it, and no column."""
# What a column of days until which something can be done is called, and more words: "Talk Deadline", "Meldeschluss".
_DEADLINE = re.compile(
    r".*(?:deadline|duedate|(?:melde|einsende|annahme|bewerbungs|redaktions|nenn)schluss|frist|fechalímite|plazo|datelimite"
    r"|срок|дедлайн|截止(?:日期|时间)?|(?:الموعد|موعد)(?:ال)?نهائي)"
    r"|(?:deadline|fechalímite|plazo|datelimite|срок|дедлайн)(?!.*(?:url|link)).*"
)
# Any other word in a column of yes and no is a yes, so that nothing private is published for its language.
NO_WORDS = frozenset([
    "", "-", "0", "f", "false", "n", "no", "none", "n/a", "off", "falsch", "aus", "nein", "faux", "non", "falso", "нет", "ложь",
    "否", "假", "لا", "خطأ",
])  # fmt: skip
STATUSES = {
    word: status
    for status, words in {
        "cancelled": "cancelled canceled abgesagt entfällt storniert cancelado cancelada anulado anulada annulé annulée"
        " отменено отменен отменён отменена 取消 已取消 ملغى ألغي",
        "tentative": "tentative provisional vorläufig geplant provisoire предварительно предварительный 暂定 待定 未定 مبدئي",
        "confirmed": "confirmed bestätigt confirmado confirmada confirmé confirmée подтверждено подтвержден подтверждён"
        " подтверждена 已确认 确认 确定 مؤكد",
    }.items()
    for word in words.split()
}


def find_columns(header: list[str], named: Mapping[str, str]) -> dict[str, int]:
    """Returns the position of the column of each key, by its name or as *named* has it.

    Raises ImportingError where *named* has no such key or column, and where no column holds titles or dates.
    """
    plain = [_plain_name(name) for name in header]
    columns: dict[str, int] = {}
    for key, words in _COLUMNS.items():
        position = next((plain.index(word) for word in words.split() if word in plain), None)
        if position is not None and position not in columns.values():
            columns[key] = position
    for key, name in named.items():
        if key == DATE_FORMAT:
            continue
        wanted = _plain_name(name)
        if key not in _COLUMNS or wanted not in plain:
            raise ImportingError(
                f"--columns {key}={name}: the table has {', '.join(header)}; our keys are {', '.join(_COLUMNS)}"
            )
        columns = {other: position for other, position in columns.items() if position != plain.index(wanted)}
        columns[key] = plain.index(wanted)
    required = ("when",) if "notes" in columns else ("title", "when")  # notes stand in for a title
    if missing := [key for key in required if key not in columns]:
        raise ImportingError(
            f"no column is known to hold {' or '.join(missing)}; the table has {', '.join(header)}: "
            f"add --columns {','.join(f'{key}=COLUMN' for key in missing)}"
        )
    return columns


def is_deadline(column: str) -> bool:
    """Tells whether a column is called after a deadline, in one of seven languages."""
    return _DEADLINE.fullmatch(_plain_name(column)) is not None


def _plain_name(column: str) -> str:
    return re.sub(r"[\s_-]+", "", column.strip().lower())
