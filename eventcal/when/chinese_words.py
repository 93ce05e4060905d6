"""Dates of Chinese or Japanese signs become numbers and English words: "2027年9月14日至18日". Only for advice."""

from __future__ import annotations

import re
from collections.abc import Callable

from .english_words import ENGLISH_MONTHS, ENGLISH_WEEKDAYS

_FIGURES = str.maketrans("零〇○一二两兩三四五六七八九", "00012223456789")
CHINESE_PARTS = {
    "上旬": "early", "初": "early", "中旬": "mid", "中": "mid", "下旬": "late", "底": "late", "末": "late",
    "春": "spring", "夏": "summer", "秋": "autumn", "冬": "winter",
}  # fmt: skip
_CHINESE_DATE = r"(?:[a-z]+ )?[-0-9QH]+"
_CHINESE: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"(?<![0-9])\s+|\s+(?![0-9])", ""),
        (r"(?<![0-9/])([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})(?![0-9/~])", r"\1年\3月\4日"),
        (r"^(.*?[日号號])(?:[(](?:星期|礼拜|禮拜|周|週)?([一二三四五六日天月火水木金土])(?:曜日?)?[)]|(?:星期|礼拜|禮拜|周|週)([一二三四五六日天])|([日月火水木金土])曜日?)", lambda match: f"{chinese_weekday(match[2] or match[3] or match[4])},{match[1]}"),
        (r"^(?:(?:星期|礼拜|禮拜|周|週)([一二三四五六日天])|([日月火水木金土])曜日),?(?=[0-9])", lambda match: f"{chinese_weekday(match[1] or match[2])},"),
        (r"[(](?:星期|周|週)?.[)]|星期.|(?<=[日号號])[周週].|[日月火水木金土]曜日?", ""),
        (r"([日号號月])(?:[(]?(?:当|那一?|所在的?|起的?一)[周週星期]+[)]?)$", r"\1开始的周"),
        (r"^(.+)开始的周$", r"week of \1"),
        (r"^自?(.+?)起?至另行通知(?:为止)?$", r"\1 until further notice"),
        (r"(?:农历|正月|腊月|春节|元宵节?|端午节?|中秋节?|国庆节?|清明节?|重阳节?|元旦|除夕|斋月|开斋节|复活节|圣诞节?)(?!.*[0-9]).*$", "holiday"),
        (r"([0-9]{4})年第?([一二三四1-4])季度?(初|中|末|底)", lambda m: f"{CHINESE_PARTS[m[3]]} Q{chinese_number(m[2])} {m[1]}"),
        (r"([0-9]{4})年([0-9]{1,2})月份?的?([上下])半月?", lambda m: f"{'first' if m[3] == '上' else 'second'} half of {m[1]}-{m[2]:0>2}"),
        (r"起至|\u2014+", "至"),
        (r"^(?=.*[0-9半][时点:])(.*?)[(]?北京时间[)]?(.*)$", r"\1\2 UTC+8"),
        (r"北京时间", ""),
        (r"^(?:不早于|最早)(.+)$", r"\1起"),
        (r"^(?:不晚于|不迟于|最晚|最迟|截至)(.+?)前?$", r"\1前"),
        (r"^拟于?", "预计"),
        (r"(?:左右|前后)$", "~"),
        (r"(?<=月)份|(?<=[日号號起前])(?:施行|生效|开幕|举行|召开)$|(?<=[月年日])举行$", ""),
        (r"(?<=[月年])[(]?(?:具体)?(?:日期|时间)?待(?:定|公布|确定)[)]?$", ""),
        (r"(?<=[日号號])(?:正午|中午$)", "12:00"),
        (r"(?<=[日号號])(?:[上下]午|[早晚]上|晚间?|傍晚|凌晨)$", "forenoon"),
        (r"零(?=[点點时時])", "0"),
        (r"([0-9]{4}年)([0-9]{1,2})月或([0-9]{1,2})月", r"\1\2月至\3月"),
        (r"((?:下午|晚上|晚)[0-9]{1,2}[点时][0-9半]*分?[至到])(?=[0-9])", r"\1下午"),
        (r"(?:(?<=[0-9][时点分])|(?<=:[0-9]{2}))[之以]?前$", ""),
        (r"、|(?<=[日号號])[和及与與]", " and "),
        (r"^每.*", "every week"),
        (r"^(?:[本下这][周月].?|[今明后]天)$", "next week"),
        (r"^(.*月)份?的?(?:第[一二三四五]|最后一)[个個]?(?:[周週]|星期)$", r"first week of \1"),
        (r"([0-9]{4})年第?([0-9]{1,2})[周週]", r"week \2 \1"),
        (r"^(?:日期|时间)?(?:待定|未定|待公布|待确定|另行通知)$", "TBD"),
        (r"[〇零一二三四五六七八九]{4}(?=年)", lambda match: str(chinese_number(match[0]))),
        (r"([0-9]{3}0)年代", r"\1s"),
        (r"[一二三四五六七八九十]{1,3}(?=[月日号號时時点點])", lambda match: str(chinese_number(match[0]))),
        (
            r"(上午|早上|凌晨|中午|下午|晚上|晚)?(?<![0-9])([0-9]{1,2})[点點时時:](半|[0-9]{1,2})?分?",
            lambda match: _chinese_clock(*match.groups()),
        ),
        (r"(?<=:[0-9]{2}) ?[至到~-] ?(?=[0-9]{2}:)", "/"),
        (
            r"([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})[日号號]?[至到~\u2013-](?:(?:([0-9]{4})年)?([0-9]{1,2})月)?([0-9]{1,2})[日号號]",
            lambda match: _chinese_span(*match.groups()),
        ),
        (r"([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})[日号號]", lambda match: f"{match[1]}-{match[2]:0>2}-{match[3]:0>2} "),
        (r"([0-9]{4})年([0-9]{1,2})月?[至到~\u2013-]([0-9]{1,2})月", lambda m: f"{m[1]}-{m[2]:0>2}/{m[3]:0>2}"),
        (r"([0-9]{4})年([0-9]{1,2})月(?![0-9])", lambda match: f"{match[1]}-{match[2]:0>2}"),
        # no year before it: as if its name said the month
        (
            r"^(1[0-2]|0?[1-9])月([0-9]{1,2})[日号號]?[至到~\u2013-]([0-9]{1,2})[日号號]",
            lambda match: f"{match[2]}-{match[3]} {ENGLISH_MONTHS[int(match[1]) - 1]} ",
        ),
        (r"(?<![0-9])(1[0-2]|0?[1-9])月([0-9]{1,2})[日号號]", lambda m: f"{m[2]} {ENGLISH_MONTHS[int(m[1]) - 1]} "),
        (r"(?<=[a-z] )[至到](?=[0-9]{1,2} [A-Z])", "-"),
        (r"^(1[0-2]|0?[1-9])月(上旬|中旬|下旬|初|中|底|末)", lambda m: f"{CHINESE_PARTS[m[2]]} {ENGLISH_MONTHS[int(m[1]) - 1]}"),
        (r"(?<=[a-z] )([0-9]{4})年$", r"\1"),
        (r"([0-9]{4})年([春夏秋冬])[季天]?", lambda match: f"{CHINESE_PARTS[match[2]]} {match[1]}"),
        (r"([0-9]{4})年第?([一二三四1-4])季度?", lambda match: f"{match[1]}-Q{chinese_number(match[2])}"),
        (r"([0-9]{4})年([上下])半年", lambda match: f"{match[1]}-H{'上下'.index(match[2]) + 1}"),
        (r"([0-9]{4}(?:-[0-9]{2})?)年?(上旬|中旬|下旬|年?初|年?中|年?底|年?末)(?!前|之前)", lambda m: f"{CHINESE_PARTS[m[2][-2:].lstrip('年')]} {m[1]}"),
        (r"^([0-9]{4}(?:-[0-9]{2})?)年?底(?:之?前)$", r"by \1"),
        (r"^([0-9]{4})年", r"\1"),
        (rf"^({_CHINESE_DATE}) ?(?:之前|以前|前)$", r"by \1"),
        (rf"^({_CHINESE_DATE}) ?(?:之后|以后|后)$", r"after \1"),
        (rf"^({_CHINESE_DATE}) ?(?:起|开始)$", r"from \1"),
        (r"^(?:预计|暂定)(?:在|于)?", "expected "),
        (r"^大?约(?:在|于)?", "about "),
        (r"^([-0-9]+) ?~$", r"about \1"),
        (r"(?<=.)~", "/"),
    )
)  # fmt: skip


def chinese_to_english(text: str) -> str:
    """Returns a date of Chinese or Japanese signs as numbers and English words."""
    for pattern, replacement in _CHINESE:
        text = pattern.sub(replacement, text)
    return " ".join(text.split())


def chinese_weekday(sign: str) -> str:
    """Returns the weekday of a sign, Chinese (一 to 六, 日 or 天) or Japanese (月 to 日), in English."""
    return ENGLISH_WEEKDAYS[("一二三四五六日".find(sign) + 1 or "月火水木金土天".index(sign) + 1) - 1]


def chinese_number(text: str) -> int:
    """Returns the number that *text* begins with, in figures or signs: "二十三日" is 23, and "二〇二七年" 2027."""
    match = re.match(r"[\d零〇○一二两兩三四五六七八九十]+", text)
    assert match is not None
    tens, ten, ones = match[0].translate(_FIGURES).rpartition("十")
    return int((tens or "1") + (ones or "0") if ten else ones)


def chinese_hour(half: str | None, hour: int) -> int:
    """Returns an hour of the part *half* of a day on the clock of 24 hours; 24 for the midnight that ends the day."""
    is_late = half in ("下午", "晚上", "晚", "傍晚") or (half == "中午" and hour < 11)
    if hour == 12:
        return {"凌晨": 0, "晚上": 24, "晚": 24}.get(half or "", 12)
    return hour + 12 if is_late and hour < 12 else hour


def _chinese_clock(half: str | None, hour: str, minute: str | None) -> str:
    number = chinese_hour(half, int(hour))
    return " midnight" if half and number == 24 else f" {number:02}:{'30' if minute == '半' else minute or '00'}"


def _chinese_span(year: str, month: str, first: str, last_year: str | None, last_month: str | None, last: str) -> str:
    start = f"{year}-{month:0>2}-{first:0>2}"
    if last_year and last_year != year:
        return f"{start}/{last_year}-{last_month:0>2}-{last:0>2}"
    return (
        f"{start}/{last_month:0>2}-{last:0>2}"
        if last_month and int(last_month) != int(month)
        else f"{start}/{last:0>2}"
    )
