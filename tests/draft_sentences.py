"""Sentences in three languages with the dates that their words give, for a text published on 24 June 2021.

A date that the registry's grammar can say more exactly than by months (the middle of a month, a season, a week, a
half-year) is named by its part; `expected` gives its text in the grammar of the day.
"""

from __future__ import annotations

from datetime import date

from eventcal.mentions import Reading, dates

PUBLISHED = date(2021, 6, 24)


def expected(text: str) -> str:
    """The registry's text of a date in this file: `mid 2021-10`, `spring 2027`, `2027-H1`, `week 2021-09-13`, `2030s`."""
    word, _, rest = text.partition(" ")
    if word in ("early", "mid", "late"):
        return dates.part(Reading(rest), word).when
    if word in ("spring", "summer", "autumn", "winter"):
        return dates.season(int(rest), word).when
    if word == "week":
        return dates.week_of(Reading(rest)).when
    if text[4:6] == "-H":
        return dates.half(int(text[:4]), int(text[6])).when
    return dates.decade(int(text[:4])).when if text.endswith("s") else text


ENGLISH = [
    ("The summit is scheduled for September 16-17, 2021 in Dushanbe.", ["2021-09-16/17"]),
    ("The heads of state will meet on 16–17 September 2021.", ["2021-09-16/17"]),
    ("Delegations arrive on 16 and 17 September 2021.", ["2021-09-16/17"]),
    ("The forum runs from 16 to 18 September 2021.", ["2021-09-16/18"]),
    ("Between the 3rd and 5th of November 2021 the hall is closed.", ["2021-11-03/05"]),
    ("The fair opens on September 30 and ends on October 2, 2021.", ["2021-09-30", "2021-10-02"]),
    ("The fair runs from September 30 to October 2, 2021.", ["2021-09-30/10-02"]),
    ("It lasts from 30 September to 2 October 2021.", ["2021-09-30/10-02"]),
    ("The festival: December 30, 2021 – January 2, 2022.", ["2021-12-30/2022-01-02"]),
    ("The festival: 30 December – 2 January 2022.", ["2021-12-30/2022-01-02"]),
    ("The declaration was adopted on June 15, 2001.", ["2001-06-15"]),
    ("It was signed on the 15th of June, 2001.", ["2001-06-15"]),
    ("It was signed on 15 June 2001 in Shanghai.", ["2001-06-15"]),
    ("The exercise “Peaceful Mission” (September 2021, Donguz training ground) comes first.", ["2021-09"]),
    ("A second exercise follows in October of 2021.", ["2021-10"]),
    ("The report is due in Sept. 2021.", ["2021-09"]),
    ("Talks are planned for September or October 2021.", ["2021-09/10"]),
    ("Talks are planned between September and October 2021.", ["2021-09/10"]),
    ("The season lasts from November 2021 to February 2022.", ["2021-11/2022-02"]),
    ("The bridge opens in the third quarter of 2021.", ["2021-Q3"]),
    ("The bridge opens in Q3 2021.", ["2021-Q3"]),
    ("Figures for 2021 Q4 come later.", ["2021-Q4"]),
    ("The road will be ready in the first half of 2027.", ["2027-H1"]),
    ("The road will be ready in mid-October 2021.", ["mid 2021-10"]),
    ("Elections are expected in early November 2021.", ["early 2021-11"]),
    ("Elections are expected at the end of November 2021.", ["late 2021-11"]),
    ("The line opens in late 2027.", ["late 2027"]),
    ("A vote is planned for the spring of 2027.", ["spring 2027"]),
    ("A vote is planned for autumn 2027.", ["autumn 2027"]),
    ("The council convenes in the week of 13 September 2021.", ["week 2021-09-13"]),
    ("The Games will be held in 2028.", ["2028"]),
    ("Carbon neutrality is meant for the 2030s.", ["2030s"]),
    ("On Tuesday, June 15, 2021, the parties signed it.", ["2021-06-15"]),
    ("On Wednesday, June 15, 2021, the parties signed it.", ["2021-06-15?"]),
    ("The deadline is 2021-09-30.", ["2021-09-30"]),
    ("The deadline is 30.09.2021.", ["2021-09-30"]),
    ("The deadline is 09/30/2021.", ["2021-09-30"]),
    ("The deadline is 9/10/2021.", []),
    ("The briefing is on September 16, 2021 at 10:00 a.m.", ["2021-09-16 10:00"]),
    ("The briefing is on 16 September 2021, 14:30–16:00 UTC.", ["2021-09-16 14:30/16:00"]),
    ("The summit will open on 16 September.", ["2021-09-16"]),
    ("The summit opened on 16 September.", ["2020-09-16"]),
    ("They will meet in March.", ["2022-03"]),
    ("They met in March.", ["2021-03"]),
    ("The talks will resume tomorrow.", ["2021-06-25"]),
    ("Talks resumed yesterday.", ["2021-06-23"]),
    ("The vote takes place next month.", ["2021-07"]),
    ("The vote takes place next year.", ["2022"]),
    ("The census will be repeated in three years.", ["2024"]),
    ("He will arrive on Friday.", []),
    ("He will arrive next Friday.", []),
    ("The meeting was held on 31 June 2021.", []),
    ("The organisation has 16 members and 17 partners.", []),
    ("Experts touched upon the Covid 19 pandemic.", []),
    ("The exercise “Pabby – Antiterror – 2021” was praised.", []),
    ("Resolution 2021 of the council was read out.", []),
    ("The ministers may agree on 5 points.", []),
    ("They march 20 km a day.", []),
    ("Version 3.12 came out; see page 16.", []),
    ("In all, 1,998 delegates and 2021 guests came.", []),
    ("The agenda lists items 10-12.", []),
    ("Call 16-17-2021 for details.", []),
    ("The match ended 16-17.", []),
    ("The session on 5, 7 and 9 July 2021 is public.", ["2021-07-05", "2021-07-07", "2021-07-09"]),
    ("Sessions take place July 5, 6 and 7, 2021.", ["2021-07-05/07"]),
    ("The call closes at the beginning of September 2021.", ["early 2021-09"]),
    ("The conference will be held in Samarkand in September next year.", ["2022-09"]),
    ("The SCO was founded in 2001.", ["2001"]),
    ("The premiere is on the 1st of May 2022.", ["2022-05-01"]),
]
RUSSIAN = [
    ("Саммит пройдёт 16–17 сентября 2021 года в Душанбе.", ["2021-09-16/17"]),
    ("Встреча состоится 16 и 17 сентября 2021 года.", ["2021-09-16/17"]),
    ("Форум продлится с 16 по 18 сентября 2021 г.", ["2021-09-16/18"]),
    ("Ярмарка работает с 30 сентября по 2 октября 2021 года.", ["2021-09-30/10-02"]),
    ("Фестиваль: 30 декабря 2021 года — 2 января 2022 года.", ["2021-12-30/2022-01-02"]),
    ("Декларация принята 15 июня 2001 года.", ["2001-06-15"]),
    ("Декларация принята 15.06.2001.", ["2001-06-15"]),
    ("Учения «Мирная миссия» (сентябрь 2021 года, Оренбургская область) пройдут первыми.", ["2021-09"]),
    ("Учения запланированы на октябрь 2021 года.", ["2021-10"]),
    ("Выборы ожидаются в сентябре–октябре 2021 года.", ["2021-09/10"]),
    ("Мост откроется в третьем квартале 2021 года.", ["2021-Q3"]),
    ("Мост откроется в III квартале 2021 года.", ["2021-Q3"]),
    ("Дорога будет готова в первой половине 2027 года.", ["2027-H1"]),
    ("Дорога будет готова во втором полугодии 2027 года.", ["2027-H2"]),
    ("Заседание намечено на середину октября 2021 года.", ["mid 2021-10"]),
    ("Заседание пройдёт в начале ноября 2021 года.", ["early 2021-11"]),
    ("Заседание пройдёт в конце ноября 2021 года.", ["late 2021-11"]),
    ("Голосование назначено на весну 2027 года.", ["spring 2027"]),
    ("Форум пройдёт осенью 2027 года.", ["autumn 2027"]),
    ("Игры пройдут в 2028 году.", ["2028"]),
    ("Организация создана в 2001 году.", ["2001"]),
    ("Цель отнесена к 2030-м годам.", []),
    ("Саммит состоится 16 сентября.", ["2021-09-16"]),
    ("Саммит состоялся 16 сентября.", ["2020-09-16"]),
    ("Встреча будет в марте.", ["2022-03"]),
    ("Встреча состоялась в марте.", ["2021-03"]),
    ("Переговоры продолжатся завтра.", ["2021-06-25"]),
    ("Переговоры прошли вчера.", ["2021-06-23"]),
    ("Голосование пройдёт в следующем месяце.", ["2021-07"]),
    ("Голосование пройдёт в следующем году.", ["2022"]),
    ("Конференция пройдёт в сентябре следующего года.", ["2022-09"]),
    ("Он приедет в пятницу.", []),
    ("Встреча прошла 31 июня 2021 года.", []),
    ("В организации 16 членов и 17 партнёров.", []),
    ("Учения «Пабби – Антитеррор – 2021» прошли успешно.", []),
    ("Заседания пройдут 5, 7 и 9 июля 2021 года.", ["2021-07-05", "2021-07-07", "2021-07-09"]),
    ("Брифинг состоится 16 сентября 2021 года в 10:00.", ["2021-09-16 10:00"]),
    ("Брифинг состоится 16 сентября 2021 года в 10:00 по московскому времени.", ["2021-09-16 10:00"]),
    ("Премьера назначена на 1 мая 2022 г.", ["2022-05-01"]),
    ("Всего приехало 2021 делегат.", []),
]
CHINESE = [
    ("峰会将于2021年9月16日至17日在杜尚别举行。", ["2021-09-16/17"]),
    ("峰会将于2021年9月16日-17日举行。", ["2021-09-16/17"]),
    ("会议将于2021年9月16、17日举行。", ["2021-09-16/17"]),
    ("展会将于2021年9月30日至10月2日举行。", ["2021-09-30/10-02"]),
    ("节日从2021年12月30日至2022年1月2日。", ["2021-12-30/2022-01-02"]),
    ("宣言于2001年6月15日通过。", ["2001-06-15"]),
    ("宣言于二〇〇一年六月十五日通过。", ["2001-06-15"]),
    ("“和平使命”演习将于2021年9月在东古兹靶场举行。", ["2021-09"]),
    ("演习定于2021年10月举行。", ["2021-10"]),
    ("谈判预计在2021年9月至10月举行。", ["2021-09/10"]),
    ("大桥将于2021年第三季度开通。", ["2021-Q3"]),
    ("道路将于2027年上半年建成。", ["2027-H1"]),
    ("道路将于2027年下半年建成。", ["2027-H2"]),
    ("会议将于2021年10月中旬举行。", ["mid 2021-10"]),
    ("选举预计在2021年11月初举行。", ["early 2021-11"]),
    ("选举预计在2021年11月底举行。", ["late 2021-11"]),
    ("论坛将于2027年春季举行。", ["spring 2027"]),
    ("线路将于2027年年底开通。", ["late 2027"]),
    ("奥运会将于2028年举行。", ["2028"]),
    ("组织成立于2001年。", ["2001"]),
    ("峰会将于9月16日开幕。", ["2021-09-16"]),
    ("峰会已于9月16日开幕。", ["2020-09-16"]),
    ("会议将于明年3月5日举行。", ["2022-03-05"]),
    ("会议将于明年三月举行。", ["2022-03"]),
    ("会议将于今年9月举行。", ["2021-09"]),
    ("会谈明天继续。", ["2021-06-25"]),
    ("投票将于下个月举行。", ["2021-07"]),
    ("他将于下周五抵达。", ["2021-07-02"]),
    ("他将于星期五抵达。", []),
    ("会议于2021年6月31日举行。", []),
    ("该组织有16个成员国。", []),
    ("培训为期三个月。", []),
    ("发布会将于2021年9月16日上午10:00举行。", ["2021-09-16 10:00"]),
    ("发布会将于2021年9月16日下午3点半举行。", ["2021-09-16 15:30"]),
    ("“帕比-反恐-2021”演习受到好评。", []),
]
