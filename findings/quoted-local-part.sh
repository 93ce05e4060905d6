#!/usr/bin/env bash
# A quoted local part and a nested comment: five address parsers, one that gets both.
# "anna b"@example.org is an address, and its marks belong to it once there is a blank inside (RFC 5322 section
# 3.4.1); comments nest (3.2.2).
# Surprise: addressparser and emailjs-addressparser give "anna b @example.org", email-addresses and postal-mime
# "anna b@example.org", none of which can be used again; addressparser, emailjs-addressparser and postal-mime
# also take the end of the comment for a name, "z)".
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund 'addressparser@1.0.1' 'emailjs-addressparser@2.0.3' 'email-addresses@5.0.0' 'postal-mime@4.0.0' 'nodemailer@10.6.1' >/dev/null
cat >j.cjs <<'END'
const PostalMime = require("postal-mime").default ?? require("postal-mime");
const parsers = {
  addressparser: require("addressparser"),
  "emailjs-addressparser": require("emailjs-addressparser").parse ?? require("emailjs-addressparser").default ?? require("emailjs-addressparser"),
  "email-addresses": (s) => require("email-addresses").parseAddressList(s),
  nodemailer: require("nodemailer/lib/addressparser"),
  "postal-mime": async (s) => (await PostalMime.parse(`To: ${s}\r\n\r\nx`)).to,
};
(async () => {
  for (const s of ['"anna b"@example.org', "<a@example.org> (x(y)z)"])
    for (const [name, parse] of Object.entries(parsers)) {
      const [a] = await parse(s);
      console.log(s, "|", name, "|", a.address, "|", a.name ?? "");
    }
})();
END
cat >want <<'END'
"anna b"@example.org | addressparser | anna b @example.org | 
"anna b"@example.org | emailjs-addressparser | anna b @example.org | 
"anna b"@example.org | email-addresses | anna b@example.org | 
"anna b"@example.org | nodemailer | "anna b"@example.org | 
"anna b"@example.org | postal-mime | anna b@example.org | 
<a@example.org> (x(y)z) | addressparser | a@example.org | z)
<a@example.org> (x(y)z) | emailjs-addressparser | a@example.org | z)
<a@example.org> (x(y)z) | email-addresses | a@example.org | 
<a@example.org> (x(y)z) | nodemailer | a@example.org | x(y)z
<a@example.org> (x(y)z) | postal-mime | a@example.org | z)
END
node j.cjs >seen
diff want seen || { echo "quoted-local-part: no longer as recorded" >&2; exit 1; }
echo "quoted-local-part: as recorded"
