#!/usr/bin/env bash
# @extractus/feed-extractor: an Atom feed that has no entry yet is an "Unrecognized feed format"; RSS without an item is a feed.
# RFC 4287 section 4.1.1: a feed has any number of entries, none included (atomEntry* in the grammar). A log of changes begins like
# that, and a list of what is to come may be empty for a time.
# Surprise: the format is told by its entries, in Atom alone; with the first of them the same document is a feed, and a JSON Feed
# without items is one too. @rowanmanning/feed-parser, rss-parser and htmlparser2 read the title and no entries.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund '@extractus/feed-extractor@8.0.3' '@rowanmanning/feed-parser@2.1.5' 'fast-xml-parser@5.12.1' 'rss-parser@3.13.0' 'xml2js@0.5.0' 'htmlparser2@12.0.0' 'domutils@4.0.2' >/dev/null
cat >j.mjs <<'END'
import { extractFromJson, extractFromXml } from "@extractus/feed-extractor";
import { parseFeed } from "@rowanmanning/feed-parser";
import * as htmlparser2 from "htmlparser2";
import Parser from "rss-parser";
const atom = (entries) => `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><id>tag:example.org,2024:changes</id><title>Changes</title>
<updated>2024-03-01T10:00:00Z</updated><author><name>Anna</name></author>${entries}</feed>`;
const entry = `<entry><id>tag:example.org,2024:1</id><title>Moved</title><updated>2024-03-01T10:00:00Z</updated>
<link href="https://example.org/1"/></entry>`;
const rss = `<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>Changes</title><link>https://example.org/</link><description>All changes</description></channel></rss>`;
const json = { version: "https://jsonfeed.org/version/1.1", title: "Changes", items: [] };
const show = async (name, read) => {
  try {
    const [title, entries] = await read();
    console.log(`${name}: ${title}, entries: ${entries.length}`);
  } catch (error) {
    console.log(`${name}: ${error.message}`);
  }
};
const own = ({ title, entries }) => [title, entries];
const others = ({ title, items }) => [title, items];
await show("feed-extractor, Atom with an entry", () => own(extractFromXml(atom(entry))));
await show("feed-extractor, Atom without", () => own(extractFromXml(atom(""))));
await show("feed-extractor, RSS without", () => own(extractFromXml(rss)));
await show("feed-extractor, JSON Feed without", () => own(extractFromJson(json)));
await show("@rowanmanning/feed-parser, Atom without", () => others(parseFeed(atom(""))));
await show("rss-parser, Atom without", async () => others(await new Parser().parseString(atom(""))));
await show("htmlparser2, Atom without", () => others(htmlparser2.parseFeed(atom(""))));
END
cat >want <<'END'
feed-extractor, Atom with an entry: Changes, entries: 1
feed-extractor, Atom without: Unrecognized feed format
feed-extractor, RSS without: Changes, entries: 0
feed-extractor, JSON Feed without: Changes, entries: 0
@rowanmanning/feed-parser, Atom without: Changes, entries: 0
rss-parser, Atom without: Changes, entries: 0
htmlparser2, Atom without: Changes, entries: 0
END
node j.mjs >seen
diff want seen || { echo "feed-extractor-no-entries-yet: no longer as recorded" >&2; exit 1; }
echo "feed-extractor-no-entries-yet: as recorded"
