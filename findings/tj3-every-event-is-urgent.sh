#!/usr/bin/env bash
# TaskJuggler (tj3), icalreport: work of the lowest priority is an event of the highest, a title in quotation marks gets backslashes, and
# "Miller, Anna" has two names.
# RFC 5545 section 3.8.1.9: PRIORITY 1 is the highest, 9 the lowest, 0 none; section 3.3.11: a quotation mark is not escaped;
# section 3.2: a parameter value with a comma is quoted; section 3.1: lines have up to 75 octets, and none is empty. By tj3man the
# report is compliant with RFC 5545.
# Surprise: PRIORITY:1 stands in every event, and no PRIORITY in the task beside it; icalendar (Python) and ical.js show
# Read \"Faust\" with both backslashes; icalendar has a list of two names, ical.js the one; what is folded goes on with 77 octets.
set -euo pipefail
for tool in apt-get npm python3 ruby; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH= HOME="$dir"
apt-get download -qq 'tj3=3.7.1-1' ruby-mail ruby-mini-mime ruby-term-ansicolor ruby-tins ruby-sync 2>/dev/null || { echo "Debian 12's packages are missing: skipped"; exit 77; }
for deb in *.deb; do dpkg -x "$deb" deb; done
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'icalendar==7.3.2' 'python-dateutil==2.9.0.post0' 'six==1.17.0' 'tzdata==2026.1'
npm install --silent --no-audit --no-fund 'ical.js@2.2.1' >/dev/null
cat >plan.tjp <<'END'
project plan "Plan" 2024-03-04 +2m {
  timezone "Europe/Berlin"
  now 2024-03-06
}
resource anna "Miller, Anna" { email "anna@example.org" }
task faust "Read \"Faust\"" {
  start 2024-03-04-09:00
  effort 1d
  allocate anna
  responsible anna
  priority 1
  note "One and two and three and four and five and six and seven and eight and nine and ten and eleven and twelve and thirteen and fourteen and fifteen and sixteen and seventeen"
}
icalreport "plan" { }
END
cat >r.py <<'END'
import icalendar
for event in icalendar.Calendar.from_ical(open("plan.ics", "rb").read()).walk("VEVENT"):
    print("icalendar", event["SUMMARY"], event["ORGANIZER"].params["CN"], event["PRIORITY"])
END
cat >j.cjs <<'END'
const ICAL = require("ical.js").default ?? require("ical.js");
const event = new ICAL.Component(ICAL.parse(require("fs").readFileSync("plan.ics", "utf8"))).getFirstSubcomponent("vevent");
console.log("ical.js", event.getFirstPropertyValue("summary"), [event.getFirstProperty("organizer").getParameter("cn")], event.getFirstPropertyValue("priority"));
END
cat >want <<'END'
BEGIN:VCALENDAR
BEGIN:VTODO
SUMMARY:Read \"Faust\"
DTSTART:20240304T080000Z
ORGANIZER;CN=Miller, Anna:mailto:anna@example.org
COMPLETED:20240304T160000Z
BEGIN:VEVENT
SUMMARY:Read \"Faust\"
DTSTART:20240304T080000Z
ORGANIZER;CN=Miller, Anna:mailto:anna@example.org
PRIORITY:1
DTEND:20240304T160000Z
TRANSP:TRANSPARENT
empty lines: 3, lines of more than 75 octets: 2, the longest: 77
icalendar Read \"Faust\" ['Miller', ' Anna'] 1
ical.js Read \"Faust\" [ 'Miller, Anna' ] 1
END
libs=$(printf '%s:' "$dir"/deb/usr/lib/ruby/vendor_ruby "$dir"/deb/usr/share/rubygems-integration/all/gems/*/lib)
RUBYLIB=$libs${RUBYLIB:-} ruby deb/usr/bin/tj3 --silent plan.tjp
{
  tr -d '\r' <plan.ics | grep -E '^(BEGIN|SUMMARY|DTSTART|DTEND|DUE|COMPLETED|ORGANIZER|PRIORITY|TRANSP)'
  echo "empty lines: $(grep -c $'^\r$' plan.ics), lines of more than 75 octets: $(tr -d '\r' <plan.ics | grep -cE '.{76}'), the longest: $(tr -d '\r' <plan.ics | wc -L)"
  venv/bin/python r.py
  node j.cjs
} >seen
diff want seen || { echo "tj3-every-event-is-urgent: no longer as recorded" >&2; exit 1; }
echo "tj3-every-event-is-urgent: as recorded"
