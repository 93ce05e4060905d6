#!/usr/bin/env bash
# cstriggers (cron-schedule-triggers) and Quartz itself: "the 31st" is one 31 January in twelve years.
# The Quartz manual, "CronTrigger Tutorial": a day of the month is one of 1 to 31, "15W" the weekday nearest to the 15th,
# "6L" the last Friday. The Python library's README says that its syntax is Quartz's.
# Surprise: after 2024-01-31 "0 0 9 31 * ? *" waits for 2036; 15W is the fifteenth working day, 19 January; a rule with L
# fires at the start date first, though that is a Monday. No expression is refused. Quartz 2.3.2 has the right dates.
set -euo pipefail
for tool in apt-get java python3; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
apt-get download -qq 'libquartz2-java=2.3.2-4' 'libslf4j-java=1.7.32-1' 2>/dev/null || { echo "Debian 12's packages are missing: skipped"; exit 77; }
for deb in *.deb; do dpkg -x "$deb" deb; done
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'cron-schedule-triggers==0.0.11'
cat >list <<'END'
0 0 9 31 * ? *
0 0 9 15W * ? *
0 0 9 ? * 6L *
0 0 9 1/10 * ? *
END
cat >p.py <<'END'
from datetime import datetime
from cstriggers.core.trigger import QuartzCron
for line in open("list").read().splitlines():
    cron = QuartzCron(schedule_string=line, start_date=datetime(2024, 1, 1))
    print("cstriggers", line, "|", *(cron.next_trigger(isoformat=True)[:10] for _ in range(5)))
END
cat >J.java <<'END'
import java.nio.file.*;
import java.time.Instant;
import java.util.Date;
import org.quartz.CronExpression;

class J {
  public static void main(String[] arguments) throws Exception {
    for (String line : Files.readAllLines(Path.of("list"))) {
      CronExpression cron = new CronExpression(line);
      StringBuilder dates = new StringBuilder();
      Date date = Date.from(Instant.parse("2024-01-01T00:00:00Z"));
      for (int number = 0; number < 5; number++) {
        date = cron.getNextValidTimeAfter(date);
        dates.append(" ").append(date.toInstant().toString(), 0, 10);
      }
      System.out.println("Quartz " + line + " |" + dates);
    }
  }
}
END
cat >want <<'END'
cstriggers 0 0 9 31 * ? * | 2024-01-31 2036-01-31 2048-01-31 2060-01-31 2072-01-31
cstriggers 0 0 9 15W * ? * | 2024-01-01 2024-01-19 2024-02-21 2024-03-21 2024-04-19
cstriggers 0 0 9 ? * 6L * | 2024-01-01 2024-01-26 2024-02-23 2024-03-29 2024-04-26
cstriggers 0 0 9 1/10 * ? * | 2024-01-01 2024-01-11 2024-01-21 2024-01-31 2024-02-01
Quartz 0 0 9 31 * ? * | 2024-01-31 2024-03-31 2024-05-31 2024-07-31 2024-08-31
Quartz 0 0 9 15W * ? * | 2024-01-15 2024-02-15 2024-03-15 2024-04-15 2024-05-15
Quartz 0 0 9 ? * 6L * | 2024-01-26 2024-02-23 2024-03-29 2024-04-26 2024-05-31
Quartz 0 0 9 1/10 * ? * | 2024-01-01 2024-01-11 2024-01-21 2024-01-31 2024-02-01
END
{
  v/bin/python p.py
  java -cp deb/usr/share/java/quartz2.jar:deb/usr/share/java/slf4j-api.jar:deb/usr/share/java/slf4j-nop.jar J.java
} >seen
diff want seen || { echo "cstriggers-31st: no longer as recorded" >&2; exit 1; }
echo "cstriggers-31st: as recorded"
