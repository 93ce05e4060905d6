#!/usr/bin/env bash
# ical2orgpy (Python): a declined meeting is in the agenda, a called-off one takes place, a deadline at midnight ends the day before, and a list is new entries.
# RFC 5545 section 3.8.4.1: the value of ATTENDEE is who is invited, section 3.2.2: CN is a name to show; section 3.8.1.11: CANCELLED is
# called off. Org manual, "Headlines": a line that begins with a star is an entry. The program's help: --email is the user's
# address, used to deal with declined events.
# Surprise: the address is compared with the name, so a meeting is left out only if the name is the address. What begins and
# ends at midnight of its zone is taken for a whole day, so a deadline at midnight is a range that runs backward, and 24 hours
# of UTC, from 20:00 on the 7th, are the 8th in New York. Each point of a list with stars is an entry of its own. Semicolons keep their backslash.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'ical2orgpy==0.5' 'icalendar==7.3.2' 'recurring-ical-events==3.8.2' 'freezegun==1.5.5' 'python-dateutil==2.9.0.post0' 'pytz==2026.6' 'tzdata==2026.1'
cat >p.py <<'END'
import io
from freezegun import freeze_time
from ical2orgpy import Convertor
def show(title, *event):
    lines = ["BEGIN:VEVENT", "UID:a@example.org", "DTSTAMP:20240101T000000Z", *event, "END:VEVENT"]
    text = "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example.org//test//EN", *lines, "END:VCALENDAR", ""])
    written = io.StringIO()
    with freeze_time("2024-05-01 12:00"):
        Convertor(tz="America/New_York", emails=["anna@example.org"])(io.StringIO(text), written)
    print(f"{title}:", " | ".join(line.strip() for line in written.getvalue().splitlines() if line))
hours = ["DTSTART:20240508T180000Z", "DTEND:20240508T190000Z"]
show("accepted", "SUMMARY:Talk", *hours, "ATTENDEE;CN=Anna;PARTSTAT=ACCEPTED:mailto:anna@example.org")
show("declined", "SUMMARY:Talk", *hours, "ATTENDEE;CN=Anna;PARTSTAT=DECLINED:mailto:anna@example.org")
show("declined, no name", "SUMMARY:Talk", *hours, "ATTENDEE;PARTSTAT=DECLINED:mailto:anna@example.org")
show("declined, address for a name", "SUMMARY:Talk", *hours, "ATTENDEE;CN=anna@example.org;PARTSTAT=DECLINED:mailto:anna@example.org")
show("called off", "SUMMARY:Talk", *hours, "STATUS:CANCELLED")
show("deadline", "SUMMARY:Deadline", "DTSTART;TZID=America/New_York:20240508T000000")
show("24 hours of UTC", "SUMMARY:Watch", "DTSTART:20240508T000000Z", "DTEND:20240509T000000Z")
show("a list", "SUMMARY:Tea\\; cake", *hours, "DESCRIPTION:Bring:\\n* cups\\n* milk")
END
cat >want <<'END'
accepted: * Talk | <2024-05-08 Wed 14:00>--<2024-05-08 Wed 15:00>
declined: * Talk | <2024-05-08 Wed 14:00>--<2024-05-08 Wed 15:00>
declined, no name: * Talk | <2024-05-08 Wed 14:00>--<2024-05-08 Wed 15:00>
declined, address for a name: 
called off: * Talk | <2024-05-08 Wed 14:00>--<2024-05-08 Wed 15:00>
deadline: * Deadline | <2024-05-08 Wed>--<2024-05-07 Tue>
24 hours of UTC: * Watch | <2024-05-08 Wed>
a list: * Tea\; cake | <2024-05-08 Wed 14:00>--<2024-05-08 Wed 15:00> | Bring: | * cups | * milk
END
v/bin/python p.py >seen
diff want seen || { echo "ical2orgpy-declined-is-there: no longer as recorded" >&2; exit 1; }
echo "ical2orgpy-declined-is-there: as recorded"
