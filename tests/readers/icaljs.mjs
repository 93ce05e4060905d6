// Reads a feed from stdin with ical.js (Thunderbird, Nextcloud) and prints its occurrences up to a day as JSON.
// Arguments: the file to import ical.js from, and the last day.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [library, last] = process.argv.slice(2);
const ICAL = (await import(pathToFileURL(library))).default;

const said = (time) =>
  time && (time.isDate ? time.toString() : new Date(time.toUnixTime() * 1000).toISOString().replace(".000", ""));

const calendar = new ICAL.Component(ICAL.parse(readFileSync(0, "utf8")));
for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);

const found = [];
const write = (uid, start, end, event) =>
  said(start).slice(0, 10) <= last && found.push([uid, said(start), end ? said(end) : null, event.summary]);
const components = calendar.getAllSubcomponents("vevent");
const masters = components.filter((each) => !each.hasProperty("recurrence-id"));
for (const master of masters) {
  const uid = master.getFirstPropertyValue("uid");
  const exceptions = components.filter(
    (each) => each.hasProperty("recurrence-id") && each.getFirstPropertyValue("uid") === uid,
  );
  const event = new ICAL.Event(master, { strictExceptions: false, exceptions });
  const ends = (component) => component.hasProperty("dtend") || component.hasProperty("duration");
  if (!event.isRecurring()) {
    write(uid, event.startDate, ends(master) ? event.endDate : null, event);
    continue;
  }
  const steps = event.iterator();
  for (let next = steps.next(); next && next.toString().slice(0, 10) <= last; next = steps.next()) {
    const { item, startDate, endDate } = event.getOccurrenceDetails(next);
    write(uid, startDate, ends(item.component) ? endDate : null, item);
  }
}
console.log(JSON.stringify(found));
