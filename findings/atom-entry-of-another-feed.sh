#!/usr/bin/env bash
# Atom: an entry taken over from another feed is by the wrong author in two parsers, and leads to that feed's home page in a third.
# RFC 4287 section 4.2.11: an aggregate may keep the metadata of the feed that an entry is from in the entry's atom:source. Section
# 4.2.1: if the entry has no author, those of atom:source apply, and those of the feed around it only where there are none either.
# Surprise: atoma and @rowanmanning/feed-parser name the editor of the aggregate as the author of Ben's talk, and Ben nowhere;
# htmlparser2 gives the talk the link of Ben's feed if the source stands before the talk's own link, as it may. Read from Ben's
# own feed, with the author at its top, the entry is right in all three.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'atoma==0.0.17' 'python-dateutil==2.9.0.post0'
npm install --silent --no-audit --no-fund 'htmlparser2@12.0.0' 'domutils@4.0.2' '@rowanmanning/feed-parser@2.1.5' 'fast-xml-parser@5.12.1' >/dev/null
cat >feed.py <<'END'
own = """<title>Ben's talks</title><id>tag:example.com,2024:ben</id><updated>2024-03-02T10:00:00Z</updated>
<link rel="alternate" href="https://example.com/"/><author><name>Ben</name></author>"""
entry = """<title>Bees</title><id>tag:example.com,2024:bees</id><updated>2024-03-02T10:00:00Z</updated>
<link rel="alternate" href="https://example.com/bees"/><summary>All about bees</summary>"""
editor = """<title>All talks</title><id>tag:example.org,2024:all</id><updated>2024-03-02T10:00:00Z</updated>
<link rel="alternate" href="https://example.org/"/><author><name>The editor</name></author>"""
def feed(about, entry):
    return f'<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom">{about}<entry>{entry}</entry></feed>'
open("own.xml", "w").write(feed(own, entry))
open("source-first.xml", "w").write(feed(editor, f"<source>{own}</source>{entry}"))
open("source-last.xml", "w").write(feed(editor, f"{entry}<source>{own}</source>"))
END
cat >p.py <<'END'
import atoma
for name in "own", "source-first", "source-last":
    entry = atoma.parse_atom_file(f"{name}.xml").entries[0]
    print(f"{name}: atoma:", entry.title.value, "by", *(author.name for author in entry.authors), entry.links[0].href)
END
cat >j.mjs <<'END'
import { readFileSync } from "node:fs";
import { parseFeed } from "@rowanmanning/feed-parser";
import * as htmlparser2 from "htmlparser2";
for (const name of ["own", "source-first", "source-last"]) {
  const text = readFileSync(`${name}.xml`, "utf8");
  const one = parseFeed(text).items[0];
  console.log(`${name}: @rowanmanning/feed-parser:`, one.title, "by", ...one.authors.map((author) => author.name), one.url);
  const two = htmlparser2.parseFeed(text).items[0];
  console.log(`${name}: htmlparser2:`, two.title, two.link);
}
END
cat >want <<'END'
own: atoma: Bees by Ben https://example.com/bees
source-first: atoma: Bees by The editor https://example.com/bees
source-last: atoma: Bees by The editor https://example.com/bees
own: @rowanmanning/feed-parser: Bees by Ben https://example.com/bees
own: htmlparser2: Bees https://example.com/bees
source-first: @rowanmanning/feed-parser: Bees by The editor https://example.com/bees
source-first: htmlparser2: Bees https://example.com/
source-last: @rowanmanning/feed-parser: Bees by The editor https://example.com/bees
source-last: htmlparser2: Bees https://example.com/bees
END
{
  v/bin/python feed.py
  v/bin/python p.py
  node j.mjs
} >seen
diff want seen || { echo "atom-entry-of-another-feed: no longer as recorded" >&2; exit 1; }
echo "atom-entry-of-another-feed: as recorded"
