#!/usr/bin/env bash
# caldav (Python): of a description of two lines that is given as iCalendar text, the second line is lost.
# RFC 5545 section 3.3.11: in a text \n, \N, \\, \; and \, stand for a line break and for the character.
# Surprise: the lines of ical_fragment are put into the event as the replacement of a regular expression. "\n" becomes a line end
# in the middle of the description, "\\" one backslash, which with the letter behind it is the next reader's line break, and "\N"
# is an error of re. The comma and the semicolon stay. What is given as description= beside it is right.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'caldav==3.6.0' 'icalendar==7.3.2' 'icalendar-searcher==1.3.0' 'recurring-ical-events==3.8.2' 'tzdata==2026.1'
cat >d.py <<'END'
from datetime import datetime, timezone
import re
import icalendar
from caldav.lib.vcal import create_ical
now = datetime(2024, 1, 8, 9, tzinfo=timezone.utc)
def show(title, **given):
    try:
        text = create_ical(uid="a@example.org", dtstamp=now, dtstart=now, **given)
        lines = re.findall(r"^(?!BEGIN|END|VERSION|PRODID|UID|DT).+", text.replace("\r", ""), re.MULTILINE)
        print(title, "|", lines, end=" | ")
        event = icalendar.Calendar.from_ical(text).events[0]
        print("read:", repr(str(event["DESCRIPTION"])), [name for name, error in event.errors])
    except (re.error, ValueError) as error:
        print(title, "|", type(error).__name__)
show("line break", ical_fragment="DESCRIPTION:First floor\\nRoom 2\\, left")
show("backslash", ical_fragment="DESCRIPTION:C:\\\\new\\; old")
show("capital", ical_fragment="DESCRIPTION:First floor\\NRoom 2")
show("no fragment", description="First floor\nRoom 2, left")
END
cat >want <<'END'
line break | ['DESCRIPTION:First floor', 'Room 2\\, left'] | read: 'First floor' [None]
backslash | ['DESCRIPTION:C:\\new\\; old'] | read: 'C:\new; old' []
capital | error
no fragment | ['DESCRIPTION:First floor\\nRoom 2\\, left'] | read: 'First floor\nRoom 2, left' []
END
{
  v/bin/python d.py 2>/dev/null
} >seen
diff want seen || { echo "caldav-line-break-in-fragment: no longer as recorded" >&2; exit 1; }
echo "caldav-line-break-in-fragment: as recorded"
