#!/usr/bin/env bash
# ROME (Java): an Atom entry of 10:00:00.5 is of five milliseconds past ten, one of 10:00:00.720000 of twelve minutes past.
# RFC 4287 section 3.3: the dates of Atom are those of RFC 3339, whose section 5.6 has any number of decimals of a second; an example
# in the former has two.
# Surprise: the decimals are read as a number of milliseconds, however many they are, so microseconds, as Python writes them,
# move an entry by up to a quarter of an hour. Three decimals are right, and so is none. The same in RSS's dc:date. Python's
# fromisoformat beside it.
set -euo pipefail
for tool in apt-get java python3; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
apt-get download -qq 'librome-java=1.12.2-1' libjdom2-java libslf4j-java 2>/dev/null || { echo "Debian 12's packages are missing: skipped"; exit 77; }
for deb in *.deb; do dpkg -x "$deb" deb; done
cat >p.py <<'END'
from datetime import datetime
fractions = ("", ".5", ".25", ".720", ".720000", ".999999")
dates = [f"2027-05-04T10:00:00{fraction}+00:00" for fraction in fractions]
entries = "".join(f"<entry><title>{date}</title><id>tag:x,2020:{date}</id><updated>{date}</updated></entry>" for date in dates)
with open("a.xml", "w") as file:
    file.write(f'<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><id>tag:x,2020:a</id><updated>{dates[0]}</updated>{entries}</feed>')
items = "".join(f"<item><title>{date}</title><dc:date>{date}</dc:date></item>" for date in dates[3:5])
with open("b.xml", "w") as file:
    file.write('<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>B</title><link>https://example.org/</link>'
               f"<description>B</description>{items}</channel></rss>")
for date in dates:
    print("Python", date, datetime.fromisoformat(date).time().isoformat("milliseconds"))
END
cat >P.java <<'END'
import com.rometools.rome.feed.synd.SyndEntry;
import com.rometools.rome.io.SyndFeedInput;
import java.io.File;
import java.text.SimpleDateFormat;
import java.util.Date;
public class P {
    public static void main(String[] files) throws Exception {
        for (String file : files) {
            for (SyndEntry entry : new SyndFeedInput().build(new File(file)).getEntries()) {
                Date date = entry.getUpdatedDate() == null ? entry.getPublishedDate() : entry.getUpdatedDate();
                System.out.println("ROME " + file + " " + entry.getTitle() + " " + new SimpleDateFormat("HH:mm:ss.SSS").format(date));
            }
        }
    }
}
END
cat >want <<'END'
Python 2027-05-04T10:00:00+00:00 10:00:00.000
Python 2027-05-04T10:00:00.5+00:00 10:00:00.500
Python 2027-05-04T10:00:00.25+00:00 10:00:00.250
Python 2027-05-04T10:00:00.720+00:00 10:00:00.720
Python 2027-05-04T10:00:00.720000+00:00 10:00:00.720
Python 2027-05-04T10:00:00.999999+00:00 10:00:00.999
ROME a.xml 2027-05-04T10:00:00+00:00 10:00:00.000
ROME a.xml 2027-05-04T10:00:00.5+00:00 10:00:00.005
ROME a.xml 2027-05-04T10:00:00.25+00:00 10:00:00.025
ROME a.xml 2027-05-04T10:00:00.720+00:00 10:00:00.720
ROME a.xml 2027-05-04T10:00:00.720000+00:00 10:12:00.000
ROME a.xml 2027-05-04T10:00:00.999999+00:00 10:16:39.999
ROME b.xml 2027-05-04T10:00:00.720+00:00 10:00:00.720
ROME b.xml 2027-05-04T10:00:00.720000+00:00 10:12:00.000
END
{
  python3 p.py
  java -cp "$(echo deb/usr/share/java/{rome,rome-utils,jdom2,slf4j-api,slf4j-nop}.jar | tr ' ' :)" P.java a.xml b.xml
} >seen
diff want seen || { echo "rome-decimals-are-milliseconds: no longer as recorded" >&2; exit 1; }
echo "rome-decimals-are-milliseconds: as recorded"
