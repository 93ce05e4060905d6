#!/usr/bin/env bash
# http-ece (Python) encrypts nothing to nothing: an empty message has no record, and its JavaScript namesake
# makes one.
# RFC 8188 section 2 ends each record with a delimiter and a tag, so empty content is one record of 17 octets
# behind the header.
# Surprise: same name, same version number, same input: Python's encrypt(b"") gives the header of 21 octets
# alone, JavaScript's 38 octets. With one octet of content both give 39.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'http-ece==1.2.1' 'cryptography==50.0.2'
npm install --silent --no-audit --no-fund 'http_ece@1.2.1' >/dev/null
cat >w.py <<'END'
import http_ece
for content in b"", b"x":
    print("Python", len(content), "->", len(http_ece.encrypt(content, key=bytes(16), salt=bytes(16), version="aes128gcm")))
END
cat >j.cjs <<'END'
const ece = require("http_ece");
for (const content of ["", "x"]) console.log("JavaScript", content.length, "->", ece.encrypt(Buffer.from(content), { key: Buffer.alloc(16), salt: Buffer.alloc(16), version: "aes128gcm" }).length);
END
cat >want <<'END'
Python 0 -> 21
Python 1 -> 39
JavaScript 0 -> 38
JavaScript 1 -> 39
END
{
  venv/bin/python w.py
  node j.cjs
} >seen
diff want seen || { echo "http-ece-empty-message: no longer as recorded" >&2; exit 1; }
echo "http-ece-empty-message: as recorded"
