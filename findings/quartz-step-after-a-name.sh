#!/usr/bin/env bash
# Quartz: "every second day from Monday", MON/2, is each Monday, and every third month from January each January.
# Its own tables of the fields (the comment of CronExpression, the CronTrigger Tutorial) have numbers and names for months and
# weekdays, and "/" for both fields; 2/2 and MON/2, 1/3 and JAN/3 say the same.
# Surprise: after a name, or a range of names, the step is dropped without a word, also in a list. With numbers it counts:
# Monday, Wednesday and Friday, each quarter. croner reads the ranges of names as Quartz reads those of numbers.
set -euo pipefail
for tool in apt-get java npm; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
apt-get download -qq 'libquartz2-java=2.3.2-4' 'libslf4j-java=1.7.32-1' 2>/dev/null || { echo "Debian 12's packages are missing: skipped"; exit 77; }
for deb in *.deb; do dpkg -x "$deb" deb; done
npm install --silent --no-audit --no-fund 'croner@11.0.1' >/dev/null
cat >list <<'END'
0 0 9 ? * 2/2 *
0 0 9 ? * MON/2 *
0 0 9 ? * 2-6/2 *
0 0 9 ? * MON-FRI/2 *
0 0 9 ? * SUN,TUE/2 *
0 0 9 1 1/3 ? *
0 0 9 1 JAN/3 ? *
0 0 9 1 1-12/3 ? *
0 0 9 1 JAN-DEC/3 ? *
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
      Date date = Date.from(Instant.parse("2023-12-31T12:00:00Z"));
      for (int number = 0; number < 6; number++) {
        date = cron.getNextValidTimeAfter(date);
        dates.append(" ").append(date.toInstant().toString(), 0, 10);
      }
      System.out.println("Quartz " + line + " |" + dates);
    }
  }
}
END
cat >j.mjs <<'END'
import { Cron } from "croner";
for (const line of ["0 0 9 ? * MON-FRI/2", "0 0 9 1 JAN-DEC/3 ?"]) {
  const dates = new Cron(line, { timezone: "UTC" }).nextRuns(6, new Date("2023-12-31T12:00:00Z"));
  console.log("croner", line, "|", ...dates.map((date) => date.toISOString().slice(0, 10)));
}
END
cat >want <<'END'
Quartz 0 0 9 ? * 2/2 * | 2024-01-01 2024-01-03 2024-01-05 2024-01-08 2024-01-10 2024-01-12
Quartz 0 0 9 ? * MON/2 * | 2024-01-01 2024-01-08 2024-01-15 2024-01-22 2024-01-29 2024-02-05
Quartz 0 0 9 ? * 2-6/2 * | 2024-01-01 2024-01-03 2024-01-05 2024-01-08 2024-01-10 2024-01-12
Quartz 0 0 9 ? * MON-FRI/2 * | 2024-01-01 2024-01-02 2024-01-03 2024-01-04 2024-01-05 2024-01-08
Quartz 0 0 9 ? * SUN,TUE/2 * | 2024-01-02 2024-01-07 2024-01-09 2024-01-14 2024-01-16 2024-01-21
Quartz 0 0 9 1 1/3 ? * | 2024-01-01 2024-04-01 2024-07-01 2024-10-01 2025-01-01 2025-04-01
Quartz 0 0 9 1 JAN/3 ? * | 2024-01-01 2025-01-01 2026-01-01 2027-01-01 2028-01-01 2029-01-01
Quartz 0 0 9 1 1-12/3 ? * | 2024-01-01 2024-04-01 2024-07-01 2024-10-01 2025-01-01 2025-04-01
Quartz 0 0 9 1 JAN-DEC/3 ? * | 2024-01-01 2024-02-01 2024-03-01 2024-04-01 2024-05-01 2024-06-01
croner 0 0 9 ? * MON-FRI/2 | 2024-01-01 2024-01-03 2024-01-05 2024-01-08 2024-01-10 2024-01-12
croner 0 0 9 1 JAN-DEC/3 ? | 2024-01-01 2024-04-01 2024-07-01 2024-10-01 2025-01-01 2025-04-01
END
{
  java -cp deb/usr/share/java/quartz2.jar:deb/usr/share/java/slf4j-api.jar:deb/usr/share/java/slf4j-nop.jar J.java
  node j.mjs
} >seen
diff want seen || { echo "quartz-step-after-a-name: no longer as recorded" >&2; exit 1; }
echo "quartz-step-after-a-name: as recorded"
