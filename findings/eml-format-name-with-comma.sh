#!/usr/bin/env bash
# eml-format: of two recipients, one "Doe, Ben", it makes three; eml-parse-js, made from it, leaves the members of a group out.
# RFC 5322 section 3.4: addresses are parted by commas, but not within quotation marks; a group is a name, a colon, its addresses
# and a semicolon.
# Surprise: eml-format splits To and Cc at each comma, also one in quotation marks, and reads "Board: dan@example.org" and
# "eve@example.org;" as addresses; From is right. In eml-parse-js Ben is right, and of the group the name is left and no address.
# mailparser has all of them.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund 'eml-format@0.6.1' 'eml-parse-js@1.1.15' 'mailparser@3.14.2' >/dev/null
cat >j.cjs <<'END'
const emlFormat = require("eml-format");
const { readEml } = require("eml-parse-js");
const { simpleParser } = require("mailparser");
const mail = ["From: \"Miller, Anna\" <anna@example.org>", "To: cleo@example.org, \"Doe, Ben\" <ben@example.org>", "Cc: Board: dan@example.org, eve@example.org;",
  "Subject: x", "Date: Mon, 1 Jan 2024 09:00:00 +0100", "Content-Type: text/plain", "", "x", ""].join("\r\n");
const show = (name, { from, to, cc }) => console.log(`${name} | from ${JSON.stringify(from)} | to ${JSON.stringify(to)} | cc ${JSON.stringify(cc)}`);
(async () => {
  emlFormat.read(mail, (error, data) => show("eml-format", data));
  readEml(mail, (error, data) => show("eml-parse-js", data));
  const { from, to, cc } = await simpleParser(mail);
  show("mailparser", { from: from.value, to: to.value, cc: cc.value });
})();
END
cat >want <<'END'
eml-format | from {"name":"Miller, Anna","email":"anna@example.org"} | to [{"email":"cleo@example.org"},{"email":"\"Doe"},{"name":"Ben","email":"ben@example.org"}] | cc [{"email":"Board: dan@example.org"},{"email":"eve@example.org;"}]
eml-parse-js | from {"name":"Miller, Anna","email":"anna@example.org"} | to [{"name":"","email":"cleo@example.org"},{"name":"Doe, Ben","email":"ben@example.org"}] | cc {"name":"Board"}
mailparser | from [{"address":"anna@example.org","name":"Miller, Anna"}] | to [{"address":"cleo@example.org","name":""},{"address":"ben@example.org","name":"Doe, Ben"}] | cc [{"name":"Board","group":[{"address":"dan@example.org","name":""},{"address":"eve@example.org","name":""}]}]
END
{
  node j.cjs
} >seen
diff want seen || { echo "eml-format-name-with-comma: no longer as recorded" >&2; exit 1; }
echo "eml-format-name-with-comma: as recorded"
