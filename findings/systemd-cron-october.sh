#!/usr/bin/env bash
# systemd-cron: "nov" is October and "dec" November, "oct" is refused, and "the 1st, the 15th and each Friday" is Fridays only.
# Its own crontab(5): a month is 1 to 12 or the first three letters of its name, a day of the week 0 to 7, and "30 4 1,15 * 5"
# runs when either day field matches, as in POSIX crontab.
# Surprise: the generator that turns crontab lines into systemd timers knows eleven names of months. The day fields end in
# one OnCalendar expression, in which systemd wants both (systemd.time(7)): a Friday that is a 1st or a 15th. Friday to
# Sunday as "5-7" is every day, with a line in the log; "oct" gives no timer.
set -euo pipefail
for tool in apt-get python3; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
apt-get download -qq 'systemd-cron=1.15.19-5' 2>/dev/null || { echo "Debian 12's systemd-cron is missing: skipped"; exit 77; }
dpkg -x systemd-cron_*.deb deb
mkdir -p units/wants
cat >p.py <<'END'
import glob, os
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
loader = SourceFileLoader("generator", "deb/lib/systemd/system-generators/systemd-crontab-generator")
generator = module_from_spec(spec_from_loader("generator", loader))
loader.exec_module(generator)
generator.TARGET_DIR, generator.TIMERS_DIR = "units", "units/wants"
generator.log = lambda level, message: print(" ", message.replace("table", "").strip())
for line in ("0 9 1 11 *", "0 9 1 nov *", "0 9 1 dec *", "0 9 1 sep *", "0 9 1 oct *", "30 4 1,15 * 5", "0 9 * * 5-6", "0 9 * * 5-7"):
    print(line)
    with open("table", "w") as table:
        table.write(f"{line} root true\n")
    for job in generator.parse_crontab("table"):
        generator.generate_timer_unit(job, seq=generator.count())
    for name in glob.glob("units/*.timer"):
        print(" ", *(row.strip() for row in open(name) if row.startswith("OnCalendar")))
        os.remove(name)
END
cat >want <<'END'
0 9 1 11 *
  OnCalendar=*-11-1 9:0:00
0 9 1 nov *
  OnCalendar=*-10-1 9:0:00
0 9 1 dec *
  OnCalendar=*-11-1 9:0:00
0 9 1 sep *
  OnCalendar=*-9-1 9:0:00
0 9 1 oct *
  garbled time in  [0 9 1 oct * root true]: oct
30 4 1,15 * 5
  OnCalendar=Fri *-*-1,15 4:30:00
0 9 * * 5-6
  OnCalendar=Fri,Sat *-*-* 9:0:00
0 9 * * 5-7
  garbled time in  [0 9 * * 5-7 root true]: 5-7
  OnCalendar= *-*-* 9:0:00
END
{
  python3 -W ignore p.py
} >seen
diff want seen || { echo "systemd-cron-october: no longer as recorded" >&2; exit 1; }
echo "systemd-cron-october: as recorded"
