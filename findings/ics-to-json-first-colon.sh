#!/usr/bin/env bash
# ics-to-json: "Board: budget" is "Board", a place on the web is "https", and a task gives its title to the event before it.
# RFC 5545 section 3.1: the value begins behind the colon that ends name and parameters, and may have colons of its own; a line is folded
# with a space or a tab. Section 3.6: a VTODO and a VALARM are components of their own.
# Surprise: what stands behind a second colon is lost, in titles, places and texts, so of "Vote at 19:00" the minutes are. A text folded with a tab
# ends there, one folded with a space goes on. A task behind an event writes its properties into it: the lunch is called as the
# task. An alarm is left alone.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund 'ics-to-json@2.0.2' >/dev/null
cat >j.cjs <<'END'
const { icsToJson } = require("ics-to-json");
const calendar = (...lines) => icsToJson(["BEGIN:VCALENDAR", "VERSION:2.0", ...lines, "END:VCALENDAR", ""].join("\r\n"));
const event = (...lines) => ["BEGIN:VEVENT", "UID:1", "DTSTART:20240507T180000Z", ...lines, "END:VEVENT"];
const show = (name, found) => console.log(`${name}:`, JSON.stringify(found));
show("plain", calendar(...event("SUMMARY:Board", "LOCATION:Room 1")));
show("colons", calendar(...event("SUMMARY:Board: budget", "LOCATION:https://meet.example.org/room", "DESCRIPTION:Vote at 19:00")));
show("folded with a space", calendar(...event("SUMMARY:Spring con", " cert")));
show("folded with a tab", calendar(...event("SUMMARY:Spring con", "\tcert")));
show("a task behind it", calendar(...event("SUMMARY:Lunch"), "BEGIN:VTODO", "UID:2", "SUMMARY:Buy bread", "END:VTODO"));
show("an alarm in it", calendar(...event("SUMMARY:Lunch", "DESCRIPTION:Bring the plan", "BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:Reminder", "TRIGGER:-PT15M", "END:VALARM")));
END
cat >want <<'END'
plain: [{"startDate":"20240507T180000Z","summary":"Board","location":"Room 1"}]
colons: [{"startDate":"20240507T180000Z","summary":"Board","location":"https","description":"Vote at 19"}]
folded with a space: [{"startDate":"20240507T180000Z","summary":"Spring concert"}]
folded with a tab: [{"startDate":"20240507T180000Z","summary":"Spring con"}]
a task behind it: [{"startDate":"20240507T180000Z","summary":"Buy bread"}]
an alarm in it: [{"startDate":"20240507T180000Z","summary":"Lunch","description":"Bring the plan"}]
END
node j.cjs >seen
diff want seen || { echo "ics-to-json-first-colon: no longer as recorded" >&2; exit 1; }
echo "ics-to-json-first-colon: as recorded"
