#!/usr/bin/env bash
# ical2json: written back, the second attendee is "[object Object]", or the letters of his address are numbered parameters.
# RFC 5545 section 3.8.4.1: an event may have several ATTENDEE, each with parameters or without. The package has revert() for the
# way back, and nothing is changed in between.
# Surprise: the first line decides. Where it has no parameter, one with a name becomes "[object Object]", and the address is
# lost; where it has one, an address alone becomes ATTENDEE;0=m;1=a;2=i;...:undefined. EXDATE beside EXDATE with TZID does too.
# All with or all without parameters are right. The JSON in between has both.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund 'ical2json@5.0.0' >/dev/null
cat >j.cjs <<'END'
const { convert, revert } = require("ical2json");
const start = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example.org//test//EN", "BEGIN:VEVENT", "UID:a@example.org", "DTSTAMP:20240101T000000Z"];
const show = (...lines) => {
  const calendar = convert([...start, ...lines, "END:VEVENT", "END:VCALENDAR", ""].join("\r\n"));
  const name = lines[0].match(/^[A-Z]+/)[0];
  console.log(JSON.stringify(calendar.VCALENDAR[0].VEVENT[0][name]));
  console.log(revert(calendar).replace(/\r?\n /g, "").split(/\r?\n/).filter((line) => line.startsWith(name)).map((line) => "  " + line).join("\n"));
};
show("ATTENDEE:mailto:a@b.example", "ATTENDEE;CN=Ann:mailto:ann@example.org");
show("ATTENDEE;CN=Ann:mailto:ann@example.org", "ATTENDEE:mailto:a@b.example");
show("ATTENDEE;CN=Ann:mailto:ann@example.org", "ATTENDEE;CN=Ben:mailto:a@b.example");
show("EXDATE:20240110T080000Z", "EXDATE;TZID=Europe/Berlin:20240111T090000");
END
cat >want <<'END'
["mailto:a@b.example",{"_":"mailto:ann@example.org","CN":"Ann"}]
  ATTENDEE:mailto:a@b.example
  ATTENDEE:[object Object]
[{"_":"mailto:ann@example.org","CN":"Ann"},"mailto:a@b.example"]
  ATTENDEE;CN=Ann:mailto:ann@example.org
  ATTENDEE;0=m;1=a;2=i;3=l;4=t;5=o;6=:;7=a;8=@;9=b;10=.;11=e;12=x;13=a;14=m;15=p;16=l;17=e:undefined
[{"_":"mailto:ann@example.org","CN":"Ann"},{"_":"mailto:a@b.example","CN":"Ben"}]
  ATTENDEE;CN=Ann:mailto:ann@example.org
  ATTENDEE;CN=Ben:mailto:a@b.example
["20240110T080000Z",{"_":"20240111T090000","TZID":"Europe/Berlin"}]
  EXDATE:20240110T080000Z,[object Object]
END
{
  node j.cjs
} >seen
diff want seen || { echo "ical2json-second-attendee: no longer as recorded" >&2; exit 1; }
echo "ical2json-second-attendee: as recorded"
