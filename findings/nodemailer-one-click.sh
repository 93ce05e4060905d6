#!/usr/bin/env bash
# nodemailer makes an address of "List-Unsubscribe=One-Click".
# RFC 8058 section 3.1: List-Unsubscribe-Post has exactly the value List-Unsubscribe=One-Click. nodemailer's
# option "list" is there for List- fields.
# Surprise: the value is put into angle brackets behind http://, so no receiver sees a one-click address, and
# nothing warns; RFC 2369's fields beside it are right. The blank in an address is taken out rather than
# encoded: "help me" becomes "helpme". Set with the option "headers" the field is right.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund 'nodemailer@10.6.1' >/dev/null
cat >j.mjs <<'END'
import nodemailer from "nodemailer";
const transport = nodemailer.createTransport({ streamTransport: true, buffer: true, newline: "unix" });
const show = async (options) => {
  const { message } = await transport.sendMail({ from: "a@example.org", to: "b@example.org", subject: "x", text: "x", ...options });
  console.log(String(message).split("\n").filter((line) => line.startsWith("List-")).join("\n"));
};
const unsubscribe = "https://example.org/u/1";
await show({ list: { unsubscribe, "unsubscribe-post": "List-Unsubscribe=One-Click", help: "mailto:a@example.org?subject=help me" } });
await show({ list: { unsubscribe }, headers: { "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" } });
END
cat >want <<'END'
List-Unsubscribe: <https://example.org/u/1>
List-Unsubscribe-Post: <http://List-Unsubscribe=One-Click>
List-Help: <mailto:a@example.org?subject=helpme>
List-Unsubscribe-Post: List-Unsubscribe=One-Click
List-Unsubscribe: <https://example.org/u/1>
END
node j.mjs >seen
diff want seen || { echo "nodemailer-one-click: no longer as recorded" >&2; exit 1; }
echo "nodemailer-one-click: as recorded"
