#!/usr/bin/env bash
# gcsa (Google Calendar Simple API): the reminder for 9:00 on the day before comes at 8:00 when the clocks go forward in between.
# Its documentation on reminders: days_before and at set a specific time, which is sent as minutes before the start; Google counts
# those minutes as time that passes.
# Surprise: both hours are in Berlin and aware, and are subtracted as clock readings, so from Saturday 9:00 to Sunday 9:00 it is
# always 1440 minutes; on 31 March 2024 it is 1380, and on 27 October 1500. With hours in UTC it is right.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'gcsa==2.7.0' 'python-dateutil==2.9.0.post0' 'tzdata==2026.1'
cat >d.py <<'END'
from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo
from gcsa.event import Event
from gcsa.reminders import PopupReminder
from gcsa.serializers.event_serializer import EventSerializer
berlin = ZoneInfo("Europe/Berlin")
for month, day in (3, 24), (3, 31), (10, 27):
    start = datetime(2024, month, day, 9, tzinfo=berlin)
    sent = EventSerializer.to_json(Event("x", start=start, reminders=[PopupReminder(days_before=1, at=time(9))]))
    minutes = sent["reminders"]["overrides"][0]["minutes"]
    comes = (start.astimezone(timezone.utc) - timedelta(minutes=minutes)).astimezone(berlin)
    print(f"{sent['start']['dateTime']}: {minutes} minutes before is {comes:%a %H:%M}")
END
cat >want <<'END'
2024-03-24T09:00:00+01:00: 1440 minutes before is Sat 09:00
2024-03-31T09:00:00+02:00: 1440 minutes before is Sat 08:00
2024-10-27T09:00:00+01:00: 1440 minutes before is Sat 10:00
END
{
  v/bin/python d.py
} >seen
diff want seen || { echo "gcsa-reminder-before-summer-time: no longer as recorded" >&2; exit 1; }
echo "gcsa-reminder-before-summer-time: as recorded"
