#!/usr/bin/env bash
# quartzcron: every second weekday from Monday runs on into Sunday and Tuesday, and the weekday nearest the 31st is also the first
# of the month after.
# Its README is for the expressions of the Quartz scheduler; Quartz's CronExpression: an increment stays within the values of its
# field, "W" does not jump over the boundary of a month, ranges that overflow, as 22-2 or 11-2, are supported.
# Surprise: 2/2 in the field of weekdays counts days from the first Monday on, without regard to weeks; 31W in April is 1 May; the
# ranges are taken, and no date is ever found. Numbers, names, lists, L, LW and # are right. Quartz 2.3.2 is beside it.
set -euo pipefail
for tool in apt-get java npm; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
apt-get download -qq 'libquartz2-java=2.3.2-4' 'libslf4j-java=1.7.32-1' 2>/dev/null || { echo "Debian 12's packages are missing: skipped"; exit 77; }
for deb in *.deb; do dpkg -x "$deb" deb; done
npm install --silent --no-audit --no-fund 'quartzcron@0.1.2' >/dev/null
cat >list <<'END'
0 0 9 ? * 2,4,6 *
0 0 9 ? * 2/2 *
0 0 9 ? * 1/3 *
0 0 9 ? * 6#3 *
0 0 9 LW * ? *
0 0 9 31W * ? *
0 0 22-2 1 * ? *
0 0 9 1 11-2 ? *
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
      Date date = Date.from(Instant.parse("2023-12-31T23:59:59Z"));
      for (int number = 0; number < 6; number++) {
        date = cron.getNextValidTimeAfter(date);
        dates.append(" ").append(date.toInstant().toString(), 2, 13);
      }
      System.out.println("Quartz " + line + " |" + dates);
    }
  }
}
END
cat >j.cjs <<'END'
const QuartzCron = require("quartzcron");
for (const line of require("fs").readFileSync("list", "utf8").trim().split("\n")) {
  const dates = new QuartzCron(line).next({ date: new Date("2024-01-01T00:00:00Z"), n: 6 });
  console.log("quartzcron", line, "|", ...dates.map((date) => date.toISOString().slice(2, 13)));
}
END
cat >want <<'END'
Quartz 0 0 9 ? * 2,4,6 * | 24-01-01T09 24-01-03T09 24-01-05T09 24-01-08T09 24-01-10T09 24-01-12T09
Quartz 0 0 9 ? * 2/2 * | 24-01-01T09 24-01-03T09 24-01-05T09 24-01-08T09 24-01-10T09 24-01-12T09
Quartz 0 0 9 ? * 1/3 * | 24-01-03T09 24-01-06T09 24-01-07T09 24-01-10T09 24-01-13T09 24-01-14T09
Quartz 0 0 9 ? * 6#3 * | 24-01-19T09 24-02-16T09 24-03-15T09 24-04-19T09 24-05-17T09 24-06-21T09
Quartz 0 0 9 LW * ? * | 24-01-31T09 24-02-29T09 24-03-29T09 24-04-30T09 24-05-31T09 24-06-28T09
Quartz 0 0 9 31W * ? * | 24-01-31T09 24-03-29T09 24-05-31T09 24-07-31T09 24-08-30T09 24-10-31T09
Quartz 0 0 22-2 1 * ? * | 24-01-01T00 24-01-01T01 24-01-01T02 24-01-01T22 24-01-01T23 24-02-01T00
Quartz 0 0 9 1 11-2 ? * | 24-01-01T09 24-02-01T09 24-11-01T09 24-12-01T09 25-01-01T09 25-02-01T09
quartzcron 0 0 9 ? * 2,4,6 * | 24-01-01T09 24-01-03T09 24-01-05T09 24-01-08T09 24-01-10T09 24-01-12T09
quartzcron 0 0 9 ? * 2/2 * | 24-01-01T09 24-01-03T09 24-01-05T09 24-01-07T09 24-01-09T09 24-01-11T09
quartzcron 0 0 9 ? * 1/3 * | 24-01-07T09 24-01-10T09 24-01-13T09 24-01-16T09 24-01-19T09 24-01-22T09
quartzcron 0 0 9 ? * 6#3 * | 24-01-19T09 24-02-16T09 24-03-15T09 24-04-19T09 24-05-17T09 24-06-21T09
quartzcron 0 0 9 LW * ? * | 24-01-31T09 24-02-29T09 24-03-29T09 24-04-30T09 24-05-31T09 24-06-28T09
quartzcron 0 0 9 31W * ? * | 24-01-31T09 24-03-01T09 24-03-29T09 24-05-01T09 24-05-31T09 24-07-01T09
quartzcron 0 0 22-2 1 * ? * |
quartzcron 0 0 9 1 11-2 ? * |
END
{
  java -cp deb/usr/share/java/quartz2.jar:deb/usr/share/java/slf4j-api.jar:deb/usr/share/java/slf4j-nop.jar J.java
  node j.cjs
} >seen
diff want seen || { echo "quartzcron-week-that-does-not-end: no longer as recorded" >&2; exit 1; }
echo "quartzcron-week-that-does-not-end: as recorded"
