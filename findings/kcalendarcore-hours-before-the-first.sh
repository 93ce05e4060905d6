#!/usr/bin/env bash
# KCalendarCore, behind KOrganizer: "every six hours, four times" is on each day before the first, too, and the last day of the year never.
# RFC 5545 section 3.8.2.4: DTSTART is the start of the event, and section 3.8.5.3 the first date of its series; section 3.3.10: COUNT
# bounds the dates, and BYYEARDAY=-1 is the last day of the year, BYWEEKNO=-1 its last week.
# Surprise: of a rule of hours or minutes without other parts the end is kept and the beginning is not; asked for the days from noon of
# 31 December on, it has a series that begins on 1 January at 8:00. With a BYMINUTE it has none before. Days and weeks that are counted
# from the end of the year are read and give no date; days of a month and weekdays that are counted so are right.
set -euo pipefail
for tool in apt-get g++; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
apt-get download -qq 'libkf5calendarcore-dev=5:5.103.0-1' 'libkf5calendarcore5abi2=5:5.103.0-1' 'libical3=3.0.16-1+b1' libicu72 qtbase5-dev \
  libqt5{core5a,gui5} libgl1 libglx0 libglvnd0 libx11-6 libxcb1 libxau6 libxdmcp6 libbsd0 libmd0 libmd4c0 libpng16-16 libharfbuzz0b libfreetype6 \
  libbrotli1 libgraphite2-3 libglib2.0-0 libdouble-conversion3 libpcre2-16-0 libdb5.3 2>/dev/null || { echo "Debian 12's packages are missing: skipped"; exit 77; }
for deb in *.deb; do dpkg -x "$deb" deb; done
cat >rules <<'END'
20240101 FREQ=HOURLY;INTERVAL=6;COUNT=4
20240101 FREQ=HOURLY;UNTIL=20240101T120000Z
20240101 FREQ=MINUTELY;INTERVAL=480;COUNT=2
20240101 FREQ=HOURLY;INTERVAL=6;BYMINUTE=0;COUNT=4
20240101 FREQ=DAILY;COUNT=4
20241231 FREQ=YEARLY;BYYEARDAY=-1
20240409 FREQ=YEARLY;BYYEARDAY=100,-1
20241231 FREQ=YEARLY;BYYEARDAY=366
20241231 FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=-1
20241223 FREQ=YEARLY;BYWEEKNO=-1;BYDAY=MO
20241223 FREQ=YEARLY;BYWEEKNO=52;BYDAY=MO
20241230 FREQ=YEARLY;BYDAY=-1MO
END
cat >k.cpp <<'END'
#include <KCalendarCore/ICalFormat>
#include <KCalendarCore/MemoryCalendar>
#include <QFile>
#include <cstdio>
int main() {
  QFile file("rules");
  file.open(QIODevice::ReadOnly);
  QDateTime from(QDate(2023, 12, 31), QTime(12, 0), Qt::UTC), hours(QDate(2024, 1, 2), QTime(0, 0), Qt::UTC), years(QDate(2029, 1, 1), QTime(0, 0), Qt::UTC);
  for (const QByteArray &line : file.readAll().trimmed().split('\n')) {
    QByteArray day = line.left(8), rule = line.mid(9);
    QByteArray text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//example.org//test//EN\r\nBEGIN:VEVENT\r\nUID:1@example.org\r\nDTSTAMP:20240101T000000Z\r\n"
      "DTSTART:" + day + "T080000Z\r\nRRULE:" + rule + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    KCalendarCore::MemoryCalendar::Ptr calendar(new KCalendarCore::MemoryCalendar(QTimeZone::utc()));
    if (!KCalendarCore::ICalFormat().fromRawString(calendar, text)) return 1;
    bool yearly = rule.startsWith("FREQ=YEARLY");
    printf("%s:", line.constData());
    for (const QDateTime &time : calendar->events().first()->recurrence()->timesInInterval(from, yearly ? years : hours))
      printf(" %s", qPrintable(time.toUTC().toString(yearly ? "yyyy-MM-dd" : "MM-ddTHH:mm")));
    printf("\n");
  }
}
END
cat >want <<'END'
20240101 FREQ=HOURLY;INTERVAL=6;COUNT=4: 12-31T14:00 12-31T20:00 01-01T02:00 01-01T08:00 01-01T14:00 01-01T20:00
20240101 FREQ=HOURLY;UNTIL=20240101T120000Z: 12-31T12:00 12-31T13:00 12-31T14:00 12-31T15:00 12-31T16:00 12-31T17:00 12-31T18:00 12-31T19:00 12-31T20:00 12-31T21:00 12-31T22:00 12-31T23:00 01-01T00:00 01-01T01:00 01-01T02:00 01-01T03:00 01-01T04:00 01-01T05:00 01-01T06:00 01-01T07:00 01-01T08:00 01-01T09:00 01-01T10:00 01-01T11:00 01-01T12:00
20240101 FREQ=MINUTELY;INTERVAL=480;COUNT=2: 12-31T16:00 01-01T00:00 01-01T08:00 01-01T16:00
20240101 FREQ=HOURLY;INTERVAL=6;BYMINUTE=0;COUNT=4: 01-01T08:00 01-01T14:00 01-01T20:00
20240101 FREQ=DAILY;COUNT=4: 01-01T08:00
20241231 FREQ=YEARLY;BYYEARDAY=-1:
20240409 FREQ=YEARLY;BYYEARDAY=100,-1: 2024-04-09 2025-04-10 2026-04-10 2027-04-10 2028-04-09
20241231 FREQ=YEARLY;BYYEARDAY=366: 2024-12-31 2028-12-31
20241231 FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=-1: 2024-12-31 2025-12-31 2026-12-31 2027-12-31 2028-12-31
20241223 FREQ=YEARLY;BYWEEKNO=-1;BYDAY=MO:
20241223 FREQ=YEARLY;BYWEEKNO=52;BYDAY=MO: 2024-12-23 2025-12-22 2026-12-21 2027-12-27 2028-12-25
20241230 FREQ=YEARLY;BYDAY=-1MO: 2024-12-30 2025-12-29 2026-12-28 2027-12-27 2028-12-25
END
lib=$(echo deb/usr/lib/*-linux-gnu*) include=deb/usr/include
g++ -fPIC -std=c++17 -w -I$include/KF5/KCalendarCore{,/KCalendarCore} -I$include/KF5 -I$(echo $include/*-linux-gnu*/qt5){,/QtCore,/QtGui} k.cpp -o k -L$lib \
  -lKF5CalendarCore -lQt5Core -Wl,-rpath-link,$lib
export LD_LIBRARY_PATH=$lib:$(echo deb/lib/*-linux-gnu*)
ldd k | grep -q 'not found' && { echo "a library is missing: skipped"; exit 77; }
./k >seen
diff want seen || { echo "kcalendarcore-hours-before-the-first: no longer as recorded" >&2; exit 1; }
echo "kcalendarcore-hours-before-the-first: as recorded"
