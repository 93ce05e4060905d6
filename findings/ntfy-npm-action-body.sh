#!/usr/bin/env bash
# ntfy (npm): the content of an action's request is sent without its name, so the server knows no such term, and a comma in a button
# makes the rest of it the address.
# ntfy's documentation on publishing: in the X-Actions header pairs of key and value are parted by commas, body= among them, and a
# value that has a comma or a semicolon stands in quotation marks.
# Surprise: body is a documented option of the package; 'body={"temperature": 65}' of ntfy's own example becomes the fourth term,
# '{"temperature": 65}', for which the server has the error "term unknown". Nothing is put into quotation marks: a button "Yes,
# please" has the address "please". A server on the loopback shows what is sent.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund 'ntfy@1.15.6' >/dev/null
cat >j.mjs <<'END'
import { createServer } from "node:http";
import { publish } from "ntfy";
const server = createServer((request, response) => {
  console.log(request.headers["x-actions"]);
  request.resume().on("end", () => response.end("{}"));
});
await new Promise((done) => server.listen(0, "127.0.0.1", done));
const send = (action) => publish({ server: `http://127.0.0.1:${server.address().port}`, topic: "t", message: "x", actions: [action] });
await send({ type: "http", label: "Turn down", url: "https://example.org/", method: "PUT", headers: { "content-type": "application/json" }, body: '{"temperature": 65}' });
await send({ type: "view", label: "Yes, please", url: "https://example.org/yes" });
await send({ type: "broadcast", label: "Picture", extras: { cmd: "pic, front" } });
server.close();
END
cat >want <<'END'
http, Turn down, https://example.org/, method=PUT, headers.content-type=application/json, {"temperature": 65}
view, Yes, please, https://example.org/yes
broadcast, Picture, extras.cmd=pic, front
END
{
  node j.mjs
} >seen
diff want seen || { echo "ntfy-npm-action-body: no longer as recorded" >&2; exit 1; }
echo "ntfy-npm-action-body: as recorded"
