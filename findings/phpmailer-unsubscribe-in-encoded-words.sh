#!/usr/bin/env bash
# PHPMailer: a List-Unsubscribe of more than 47 characters is written as encoded words, so the link is no link to its readers.
# RFC 2047 section 5: an encoded word stands for text in Subject, Comments and fields defined as text, in a comment or in a name;
# RFC 2369: the List- fields are addresses in angle brackets.
# Surprise: with the transport that is the default, "mail", any own field whose value is too long for one line of 63 is encoded, for
# plain ASCII too. mailparser then finds no link but a name and an id, postal-mime gives the encoded words. Shorter fields are
# right, and so is the SMTP transport.
set -euo pipefail
for tool in apt-get php npm; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
apt-get download -qq 'libphp-phpmailer=6.6.3-1' 2>/dev/null || { echo "Debian 12's packages are missing: skipped"; exit 77; }
dpkg -x libphp-phpmailer_*.deb deb
npm install --silent --no-audit --no-fund 'mailparser@3.14.2' 'postal-mime@4.0.0' >/dev/null
cat >p.php <<'END'
<?php
error_reporting(E_ALL & ~E_DEPRECATED);
foreach (['Exception', 'PHPMailer', 'SMTP'] as $class) require "deb/usr/share/php/libphp-phpmailer/src/$class.php";
foreach (['short' => 'https://example.org/u/1', 'long' => 'https://lists.example.org/unsubscribe/4f1c7a90b2d84e63'] as $name => $link) {
    foreach (['mail', 'smtp'] as $transport) {
        $mail = new PHPMailer\PHPMailer\PHPMailer(true);
        $mail->Mailer = $transport;
        $mail->setFrom('list@example.org');
        $mail->addAddress('anna@example.com');
        $mail->Subject = 'News';
        $mail->Body = 'News';
        $mail->addCustomHeader('List-Unsubscribe', "<$link>");
        $mail->preSend();
        file_put_contents("$name-$transport", $mail->getSentMIMEMessage());
        preg_match('/^List-Unsubscribe.*(\r?\n[ \t].*)*/m', $mail->getSentMIMEMessage(), $field);
        echo "$name, $transport: ", str_replace("\r", '', $field[0]), "\n";
    }
}
END
cat >j.cjs <<'END'
const { readFileSync } = require("node:fs");
const { simpleParser } = require("mailparser");
const PostalMime = require("postal-mime").default ?? require("postal-mime");
(async () => {
  for (const name of ["short-mail", "long-mail", "long-smtp"]) {
    const mail = readFileSync(name, "utf8");
    console.log(name, "mailparser:", JSON.stringify((await simpleParser(mail)).headers.get("list")));
    console.log(name, "postal-mime:", (await PostalMime.parse(mail)).headers.find(({ key }) => key === "list-unsubscribe").value);
  }
})();
END
cat >want <<'END'
short, mail: List-Unsubscribe: <https://example.org/u/1>
short, smtp: List-Unsubscribe: <https://example.org/u/1>
long, mail: List-Unsubscribe: =?us-ascii?Q?<https://lists.example.org/unsubscribe/4f1c7a90?=
 =?us-ascii?Q?b2d84e63>?=
long, smtp: List-Unsubscribe: <https://lists.example.org/unsubscribe/4f1c7a90b2d84e63>
short-mail mailparser: {"unsubscribe":{"url":"https://example.org/u/1"}}
short-mail postal-mime: <https://example.org/u/1>
long-mail mailparser: {"unsubscribe":{"name":"=?us-ascii?Q??=","id":"https://lists.example.org/unsubscribe/4f1c7a90?= =?us-ascii?Q?b2d84e63"}}
long-mail postal-mime: =?us-ascii?Q?<https://lists.example.org/unsubscribe/4f1c7a90?= =?us-ascii?Q?b2d84e63>?=
long-smtp mailparser: {"unsubscribe":{"url":"https://lists.example.org/unsubscribe/4f1c7a90b2d84e63"}}
long-smtp postal-mime: <https://lists.example.org/unsubscribe/4f1c7a90b2d84e63>
END
{
  php p.php
  node j.cjs
} >seen
diff want seen || { echo "phpmailer-unsubscribe-in-encoded-words: no longer as recorded" >&2; exit 1; }
echo "phpmailer-unsubscribe-in-encoded-words: as recorded"
