"""Valid texts of every grammar and format, small, and the words that each is made of."""

WHEN = (
    "2027-09-16", "2027-09-16/17", "2027-12-30/2028-01-02", "2027-09-16 10:00", "2027-09-16 10:00/12:30", "2027-09", "2027-Q3", "2027", "TBD",
    "2027-09-16?", "early 2027-09", "2027-W37", "spring 2027", "about 2027-09", "2020s", "2027-XX", "from 2027-06", "2027-09-16 10:00 UTC",
)  # fmt: skip
WHEN_WORDS = (
    "2027", "-09", "-16", "10:00", "24:00", "02:30", "/", "?", "~", "Q3", "H2", "W53", "XX", "X", "TBD", "early", "mid", "late", "about", "from",
    "by", "before", "after", "spring", "s", "UTC", "Europe/Berlin", "September", "Sep 16", "16.9.2027", "tomorrow", "Z", "+02:00", "T",
)  # fmt: skip
RULES = (
    "every week", "every 2 weeks on Fri 9 times", "every month on the last Fri until 2027-12-31", "every year", "every month on the 29th",
    "FREQ=MONTHLY;BYDAY=-1FR", "FREQ=WEEKLY;BYDAY=FR;COUNT=3", "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=29;UNTIL=20301231",
)  # fmt: skip
RULE_WORDS = (
    "every", "2", "day", "days", "week", "month", "year", "on", "the", "last", "first", "Fri", "Mon, Fri", "until", "2027-12-31", "times", "Easter",
    "chinese 01-30", "30 Shawwal", "10 Tishrei",
    "day before", "working day", "29th", "weekday", "nearest", "FREQ=", "DAILY", "HOURLY", ";", "BYDAY=", "BYMONTH=", "BYSETPOS=-1", "COUNT=",
    "INTERVAL=", "UNTIL=", "WKST=SU", "BYYEARDAY=366", "BYWEEKNO=53", "20271231T100000Z", "-53MO",
)  # fmt: skip
LEADS = (
    "1 week before at 09:00", "the day before at 18:00", "on the day at 08:00", "2 hours before", "on change", "on day known", "on cancel",
    "3 months before", "90 minutes before",
)  # fmt: skip
LEAD_WORDS = (
    "1", "day", "days", "week", "weeks", "month", "hours", "minutes", "seconds", "before", "the", "on", "at", "09:00", "9am", "24:00", "change",
    "day known", "cancel", "after",
)  # fmt: skip
FILTERS = (
    "tag=summit&tag=sco", "-tag=exercise", "q=security council", "place=Dushanbe&lang=ru", "from=2027-09-01&to=2027-09", "id=summit-2027&id=a",
    "imprecise=all&cancelled=omit&alarms=1", "limit=10&after=summit-2027", "from=9999&to=9999", "from=0001",
)  # fmt: skip
FILTER_WORDS = (
    "tag=", "-tag=", "id=", "q=", "place=", "from=", "to=", "lang=", "imprecise=", "cancelled=", "alarms=", "limit=", "after=", "&", "=", "a", "%C3%A9",
    "%FF", "2027-02-30", "10000-01", "span", "struck", "zh-Hant", "-",
)  # fmt: skip
ADDRESSES = (
    "https://example.org/a?b=c#d", "http://[::1]:8000/", "anna@example.org", "Anna <anna@example.org>", '"a b"@example.org', "имя@пример.рф",
    "monday 08:00", "daily 07:30", "weekly", "daily",
)  # fmt: skip
ADDRESS_WORDS = (
    "http://",
    "//",
    "@",
    ":",
    "[",
    "::1",
    "]",
    "example.org",
    "anna",
    "<",
    ">",
    ",",
    "monday",
    "08:00",
    ".",
    "xn--",
    "65536",
    "%zone",
)

REGISTRY = """\
version: 1
calendar: {id: test, name: {en: Test, ru: Проверка}, timezone: Europe/Berlin, color: "#336699", contact: a@example.org}
defaults: {tags: [sco], source: article, reminders: [1 week before at 09:00, on change]}
sources:
  article: {title: "An article", published: 2026-06-24, grade: reported}
events:
  - id: summit
    title: {en: "{nth} summit", ru: Саммит}
    when: 2027-09-16 10:00/12:00
    repeat: every year until 2030-12-31
    except: [2028-09-16 10:00]
    exceptions: {2029-09-16: {when: 2029-09-17 10:00}}
    place: {name: Dushanbe, country: TJ, lat: 38.5, lon: 68.7}
    reminders: [2 weeks before at 09:00, the day before at 18:00]
    notes: "*Notes* with a [link](https://example.org)"
  - id: papers
    title: Papers due
    when: 6 weeks before start
    part_of: summit
    kind: deadline
  - {id: exercise, title: Exercise, when: 2027-09, tags: [a, "b c"], status: tentative, source: {article: "a quote"}}
  - {id: moved, title: Moved, when: TBD, was: 2027-05-01, status: postponed, url: "https://example.org/x", busy: true}
"""
REGISTRY_WORDS = (
    "\n", "  ", "- ", "- id: b\n", ": ", "{", "}", "[]", "null", "~", "!!python/object:x", "&a", "*a", "<<: *a", "|\n", "when: 2027-02-30\n", "repeat: every day",
    "rrule: FREQ=DAILY", "also: [2027-10-01]", "status: cancelled", "\"", "---\n", "x-key: 1", "title: ", "Africa/Monrovia", "9998-12-31", "1000-01-01", "10:00",
)  # fmt: skip

SETTINGS = """\
base_url = "https://calendar.example.org"
smtp_url = "smtp://user:password@127.0.0.1:1025?starttls=never"
mail_from = "Calendar <calendar@example.org>"
trusted_proxies = ["127.0.0.1", "10.0.0.0/8"]
proxy = "http://user:password@127.0.0.1:3128"
bounce_threshold = 3
max_waiting = 64
[mail_headers]
"Feedback-ID" = "calendar"
[[channels]]
name = "desk"
type = "webhook"
url = "https://example.org/hook"
filter = "tag=summit"
digest = "monday 08:00"
[site]
week_start = "sunday"
accent = "#336699"
"""
SETTINGS_WORDS = (
    "\n", "[", "]", "[[channels]]\n", "=", '"', "true", "1", "-1", "1.5", "nan", "2027-01-01", "env:NOTHING", "ntfy", "email", "apprise", "{}", "[1]", "[site]\n",
    "logo", "footer", "to = ", "path = ", "secret = ", "http://", "[::1", "65536",
)  # fmt: skip
VARIABLES = (
    "PORT=8000", "BASE_URL=https://example.org", "SMTP_URL=smtp://u:p@host:587", "MAIL_FROM=a@example.org", "TRUSTED_PROXIES=10.0.0.0/8",
    "PROXY=http://127.0.0.1:3128", "MAIL_BOUNCES=b+{id}@example.org", "BOUNCE_THRESHOLD=3", "METRICS=open", "LOG=json", "MAX_WAITING=9",
    "PUSH_ALLOW_PRIVATE=true", "DATABASE_URL=postgresql://a:b@host/name", "HOST=::1",
)  # fmt: skip

IMPORTS = {
    "ics": """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//a//b//EN
BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:STANDARD
DTSTART:19701025T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:a@example.org
DTSTAMP:20270101T000000Z
DTSTART;TZID=Europe/Berlin:20270105T100000
DTEND;TZID=Europe/Berlin:20270105T110000
RRULE:FREQ=WEEKLY;COUNT=5
EXDATE;TZID=Europe/Berlin:20270112T100000
SUMMARY;LANGUAGE=en:A\\, b
CATEGORIES:one,two
GEO:52.5;13.4
BEGIN:VALARM
ACTION:DISPLAY
TRIGGER:-PT15M
END:VALARM
END:VEVENT
BEGIN:VEVENT
UID:a@example.org
RECURRENCE-ID;TZID=Europe/Berlin:20270119T100000
DTSTART;TZID=Europe/Berlin:20270120T100000
SUMMARY:Moved
END:VEVENT
BEGIN:VEVENT
UID:b@example.org
DTSTART;VALUE=DATE:20270201
DURATION:P2D
STATUS:CANCELLED
SEQUENCE:3
SUMMARY:Days
END:VEVENT
END:VCALENDAR
""",
    "csv": 'title,when,place,tags,url\nMeeting,2027-01-05 10:00,Berlin,a;b,https://example.org\n"A, b",2027-09,,,\n',
    "markdown": "---\ntitle: Lunch\ndate: 2026-11-02\nstart: 2027-01-05T12:30:00+01:00\nlocation: {name: Inn}\n---\n[a](/b) {{< c >}}\n",
    "yaml2ics": """\
name: Team
timezone: Europe/Berlin
events:
  - summary: Planning
    begin: 2027-01-05 10:00
    duration: {minutes: 45}
    repeat: {interval: {weeks: 2}, until: 2027-03-02, except_on: [2027-02-02]}
  - summary: Retreat
    begin: 2027-06-01
    end: 2027-06-03
""",
    "ccf-deadlines": """\
- title: EXAMPLE
  description: Example Conference
  sub: AI
  rank: {ccf: A}
  dblp: example
  confs:
    - year: 2027
      id: example27
      link: https://example.org/27
      timeline: [{deadline: '2027-01-15 23:59:59', comment: first}]
      timezone: UTC-12
      date: June 1-4, 2027
      place: Berlin, Germany
""",
    "python-deadlines": """\
- conference: PyCon
  year: 2027
  link: https://example.org
  cfp: '2027-01-15 23:59:00'
  timezone: Europe/Berlin
  place: Berlin, Germany
  start: 2027-06-01
  end: 2027-06-04
  sub: PY
""",
    "confs.tech": '[{"name": "Conf", "url": "https://example.org", "startDate": "2027-06-01", "endDate": "2027-06-04", '
    '"city": "Berlin", "country": "Germany", "online": false, "cfpEndDate": "2027-01-15"}]',
    "endoflife": """\
title: Product
permalink: /product
releases:
  - releaseCycle: "1.0"
    releaseDate: 2027-01-05
    eol: 2029-01-05
    support: false
    latest: "1.0.3"
""",
    "toml": """\
name = "Team"
timezone = "Europe/Berlin"
[[events]]
name = "Meeting"
begin = 2027-01-05T10:00:00
duration = {hours = 1}
location = "Berlin"
""",
}
IMPORT_WORDS = (
    "\n", "  ", "\n- ", ": ", "[", "]", "{", "}", '"', "null", "true", "-1", "1e400", "2027-02-30", "99999999T999999Z", "BEGIN:VEVENT\n", "END:VEVENT\n",
    "RRULE:FREQ=SECONDLY\n", "DTSTART:", "TZID=Nowhere", "DURATION:-P1D\n", "\r\n ", "RDATE:20270301T100000\n", "releases:", "1000000-01-01", "nan", ".inf",
)  # fmt: skip
