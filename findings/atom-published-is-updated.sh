#!/usr/bin/env bash
# Atom: @extractus/feed-extractor and react-native-rss-parser call the last change "published", though the entry has both dates.
# RFC 4287 sections 4.2.9 and 4.2.15: published is a moment early in the life of an entry, updated that of its last significant
# change.
# Surprise: a programme of 1 February, corrected on 1 March, was "published" on 1 March, after that of 15 February, so sorted by
# date it is the newest. The README of react-native-rss-parser has a table by which its "published" is Atom's published (a line of
# its changes says that it is used where updated is missing, which no valid entry lacks); that of feed-extractor does not say which.
# An entry that was never changed is right. @rowanmanning/feed-parser gives both dates.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund '@extractus/feed-extractor@8.0.3' 'react-native-rss-parser@1.5.1' 'xmldom@0.3.0' '@rowanmanning/feed-parser@2.1.5' 'fast-xml-parser@5.12.1' >/dev/null
cat >j.mjs <<'END'
import { extractFromXml } from "@extractus/feed-extractor";
import { parseFeed } from "@rowanmanning/feed-parser";
import reactNative from "react-native-rss-parser";
const entry = (title, published, updated) => `<entry><id>tag:example.org,2024:${title}</id><title>${title}</title>
<link rel="alternate" href="https://example.org/${title}"/><published>${published}</published><updated>${updated}</updated></entry>`;
const text = `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<id>tag:example.org,2024:talks</id><title>Talks</title><updated>2024-03-01T10:00:00Z</updated><author><name>Anna</name></author>
${entry("corrected", "2024-02-01T10:00:00Z", "2024-03-01T10:00:00Z")}
${entry("unchanged", "2024-02-15T10:00:00Z", "2024-02-15T10:00:00Z")}
</feed>`;
for (const one of extractFromXml(text).entries) console.log("@extractus/feed-extractor:", one.title, "published", one.published);
for (const one of (await reactNative.parse(text)).items) console.log("react-native-rss-parser:", one.title, "published", one.published);
for (const one of parseFeed(text).toJSON().items) console.log("@rowanmanning/feed-parser:", one.title, "published", one.published, "updated", one.updated);
END
cat >want <<'END'
@extractus/feed-extractor: corrected published 2024-03-01T10:00:00.000Z
@extractus/feed-extractor: unchanged published 2024-02-15T10:00:00.000Z
react-native-rss-parser: corrected published 2024-03-01T10:00:00Z
react-native-rss-parser: unchanged published 2024-02-15T10:00:00Z
@rowanmanning/feed-parser: corrected published 2024-02-01T10:00:00.000Z updated 2024-03-01T10:00:00.000Z
@rowanmanning/feed-parser: unchanged published 2024-02-15T10:00:00.000Z updated 2024-02-15T10:00:00.000Z
END
node j.mjs >seen
diff want seen || { echo "atom-published-is-updated: no longer as recorded" >&2; exit 1; }
echo "atom-published-is-updated: as recorded"
