import { readFileSync } from "node:fs";
import ICAL from "ical.js";
for (const name of ["alarm.ics", "alarm.out"]) {
  const text = readFileSync(name, "utf8");
  let found;
  try { found = String(new ICAL.Component(ICAL.parse(text)).getFirstSubcomponent("vevent").getFirstSubcomponent("valarm").getFirstPropertyValue("trigger")); } catch { found = "error"; }
  console.log(name + ":", text.match(/^TRIGGER.*$/m)[0].trim(), "| ical.js", found);
}
END''')
t=t.replace('''for name in "moved", "excluded", "alarm", "guest", "added":
    print(''','''for name in "moved", "excluded", "guest", "added":
    print(''')
t=t.replace('''    if name == "alarm":
        return f"{event.walk('VALARM')[0].errors or event.walk('VALARM')[0]['TRIGGER'].dt}"
    return f"{[line for line in text.splitlines() if line.startswith('ATTENDEE')]} {event.get('ATTENDEE')} {event['DESCRIPTION']!r}"''','''    return " | ".join(line for line in text.splitlines() if line.startswith(("ATTENDEE", "DESCRIPTION")))''')
t=t.replace("    event = calendar.events[0]\n","")
t=t.replace("  v/bin/python p.py\n}","  v/bin/python p.py\n  node a.mjs\n}")
p.write_text(t)
