#!/usr/bin/env bash
# libcurl, by pycurl: a POST that a server read, and closed without an answer, is sent a second time, in one perform().
# RFC 9110 section 9.2.2: a client does not repeat a request of a method like POST by itself, unless it knows that the
# first was never applied or does no harm twice.
# Surprise: it happens on a connection that had an answer before, and not on a new one, so that a webhook or push message
# that is accepted just before its receiver restarts arrives twice, and the sender sees one success.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'pycurl==7.49.0'
cat >d.py <<'END'
import socket, threading
import pycurl
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
bodies = []
def read(peer):
    octets = b""
    while not octets.endswith(b"}"):
        if not (more := peer.recv(65536)):
            return False
        octets += more
    bodies.append(octets.partition(b"\r\n\r\n")[2].decode())
    return True
def serve(answers):
    """Each connection: the number of requests that it answers; it reads one more, and closes."""
    listener = socket.create_server(("127.0.0.1", 0))
    def run():
        for count in answers:
            peer, _ = listener.accept()
            while read(peer) and count:
                peer.sendall(OK)
                count -= 1
            peer.close()
    threading.Thread(target=run, daemon=True).start()
    return f"http://127.0.0.1:{listener.getsockname()[1]}/"
def post(curl, url, body):
    curl.setopt(pycurl.URL, url)
    curl.setopt(pycurl.POSTFIELDS, body)
    curl.setopt(pycurl.WRITEFUNCTION, lambda octets: None)
    try:
        curl.perform()
        return curl.getinfo(pycurl.RESPONSE_CODE)
    except pycurl.error as error:
        return f"error {error.args[0]}"
for name, answers, messages in ("a new connection", [0], ["{a}"]), ("a connection used before", [1, 9], ["{a}", "{b}"]):
    bodies.clear()
    curl, url = pycurl.Curl(), serve(answers)
    print(f"{name}:", [post(curl, url, body) for body in messages], "the server read", bodies)
END
cat >want <<'END'
a new connection: ['error 52'] the server read ['{a}']
a connection used before: [200, 200] the server read ['{a}', '{b}', '{b}']
END
{
  venv/bin/python d.py
} >seen
diff want seen || { echo "pycurl-post-sent-twice: no longer as recorded" >&2; exit 1; }
echo "pycurl-post-sent-twice: as recorded"
