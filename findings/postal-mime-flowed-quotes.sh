#!/usr/bin/env bash
# postal-mime: in flowed text a quotation mark stays in the middle of the joined line.
# RFC 3676 section 4.5 takes the quote marks off each line before lines are joined, and puts them back once.
# Surprise: "> one " and "> two" become "> one > two"; mailparser gives "> one two".
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund 'postal-mime@4.0.0' 'mailparser@3.14.2' >/dev/null
cat >j.cjs <<'END'
const PostalMime = require("postal-mime").default ?? require("postal-mime");
const { simpleParser } = require("mailparser");
const mail = ["From: a@example.org", "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8; format=flowed", "", "> one ", "> two", "> three", "end", ""].join("\r\n");
(async () => {
  console.log("mailparser ", JSON.stringify((await simpleParser(mail)).text.trim()));
  console.log("postal-mime", JSON.stringify((await PostalMime.parse(mail)).text.trim()));
})();
END
cat >want <<'END'
mailparser  "> one two\n> three\nend"
postal-mime "> one > two\n> three\nend"
END
node j.cjs >seen
diff want seen || { echo "postal-mime-flowed-quotes: no longer as recorded" >&2; exit 1; }
echo "postal-mime-flowed-quotes: as recorded"
