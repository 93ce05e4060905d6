// Reads a feed from stdin with node-ical (MagicMirror) and prints its occurrences up to a day as JSON.
// Arguments: the folder of node-ical, and the last day. Whole days are at midnight of the process's zone, which is UTC.
const { readFileSync } = require("node:fs");

const [library, last] = process.argv.slice(2);
const ical = require(library);

const said = (time, isDay) => (isDay ? time.toISOString().slice(0, 10) : time.toISOString().replace(".000", ""));
const text = (value) => (typeof value === "object" ? value.val : value);

const found = [];
const from = new Date("1970-01-01T00:00:00Z");
const to = new Date(`${last}T23:59:59Z`);
for (const event of Object.values(ical.sync.parseICS(readFileSync(0, "utf8")))) {
  if (event.type !== "VEVENT") continue;
  for (const { start, end, isFullDay, summary } of ical.expandRecurringEvent(event, { from, to })) {
    const [begins, ends] = [said(start, isFullDay), end ? said(end, isFullDay) : null];
    found.push([event.uid, begins, ends === begins ? null : ends, text(summary)]);
  }
}
console.log(JSON.stringify(found));
