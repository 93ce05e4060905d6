#!/usr/bin/env bash
# @pushforge/builder: a message that is for now or never waits a day, and one for two days is refused.
# RFC 8030 section 5.2: TTL is how long a message waits, any number of seconds, and 0 has the service deliver
# at once or not at all. The end of the sender's token is another thing, at most 24 hours ahead (RFC 8292
# section 2).
# Surprise: one number is both. ttl 0 becomes TTL: 86400 without a word, ttl 60 makes a token that lives one
# minute, two days are an error. web-push keeps them apart.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
npm install --silent --no-audit --no-fund '@pushforge/builder@2.0.5' 'web-push@3.6.7' >/dev/null
cat >j.mjs <<'END'
import { createECDH, generateKeyPairSync, randomBytes } from "node:crypto";
import { buildPushHTTPRequest } from "@pushforge/builder";
import webpush from "web-push";
const ecdh = createECDH("prime256v1");
ecdh.generateKeys();
const subscription = { endpoint: "https://push.example.net/x", keys: { p256dh: ecdh.getPublicKey("base64url"), auth: randomBytes(16).toString("base64url") } };
const privateJWK = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" });
const vapidDetails = { subject: "mailto:a@example.org", ...webpush.generateVAPIDKeys() };
const minutes = (header) => Math.round((JSON.parse(Buffer.from(/[\w-]+\.([\w-]+)\.[\w-]+/.exec(header)[1], "base64url")).exp - Date.now() / 1000) / 60);
for (const ttl of [0, 60, 2 * 86400]) {
  let text;
  try {
    const { headers } = await buildPushHTTPRequest({ privateJWK, subscription, message: { payload: "x", adminContact: "mailto:a@example.org", options: { ttl } } });
    const all = new Headers(headers);
    text = `TTL: ${all.get("ttl")}, token for ${minutes(all.get("authorization"))} minutes`;
  } catch (error) {
    text = error.message;
  }
  console.log("@pushforge/builder", ttl, text);
  const { headers } = webpush.generateRequestDetails(subscription, "x", { TTL: ttl, vapidDetails });
  console.log("web-push", ttl, `TTL: ${headers.TTL}, token for ${minutes(headers.Authorization)} minutes`);
}
END
cat >want <<'END'
@pushforge/builder 0 TTL: 86400, token for 1440 minutes
web-push 0 TTL: 0, token for 720 minutes
@pushforge/builder 60 TTL: 60, token for 1 minutes
web-push 60 TTL: 60, token for 720 minutes
@pushforge/builder 172800 TTL must be less than 24 hours
web-push 172800 TTL: 172800, token for 720 minutes
END
{
  node j.mjs
} >seen
diff want seen || { echo "pushforge-message-ttl-zero: no longer as recorded" >&2; exit 1; }
echo "pushforge-message-ttl-zero: as recorded"
