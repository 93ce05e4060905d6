"""A Postfix of its own on loopback: Debian's package with configuration, queue and data in a folder, beside any that the machine has."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ..serve_process import WAIT_SECONDS, free_port
from .required import missing

# The lines of docs/subscribers.md, and what makes this instance a stranger to the machine's own.
_MAIN_CF = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file_prefixes = {folder}
maillog_file = {folder}/log
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.example.org
mydestination = example.org
alias_maps = inline:{{ bounces=root }}
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
relayhost = [127.0.0.1]:{next_hop}
recipient_delimiter = +
transport_maps = texthash:{folder}/etc/transport
delay_warning_time = 1s
minimal_backoff_time = 5s
maximal_backoff_time = 5s
queue_run_delay = 1s
"""
_TRANSPORT = "bounces@example.org eventcal:\n"
_MASTER_CF = """\
127.0.0.1:{port} inet n - n - - smtpd
127.0.0.1:{port_without_dsn} inet n - n - - smtpd
  -o smtpd_discard_ehlo_keywords=dsn
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
local unix - n n - - local
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
proxymap unix - - n - - proxymap
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
eventcal unix - n n - 1 pipe
  user=nobody directory={folder}/spool argv=/bin/sh {folder}/hand_over ${{recipient}}
"""
# pipe(8) runs no command as root, and the account that it uses may not read the Python of this checkout: the mail and the
# exit status change hands in a folder.
_HAND_OVER = """\
name=$$
cat > $name.part && echo "$1" > $name.to && mv $name.part $name.mail
until [ -s $name.status ]; do sleep 0.05; done
exit $(cat $name.status)
"""


@dataclass
class Postfix:
    """A running instance. *port* offers delivery status notifications (RFC 3461), *port_without_dsn* does not."""

    folder: Path
    port: int = field(default_factory=free_port)
    port_without_dsn: int = field(default_factory=free_port)
    returned: list[bytes] = field(default_factory=list)
    results: list[tuple[int, str]] = field(default_factory=list)

    def run_bounce(self, directory: Path, environment: Mapping[str, str]) -> None:
        """Runs `eventcal bounce` in *directory* on each mail that pipe(8) hands over, and hands the exit status back."""
        for mail in sorted((self.folder / "spool").glob("*.mail")):
            recipient = mail.with_suffix(".to").read_text().strip()
            done = subprocess.run(
                [sys.executable, "-m", "eventcal", "bounce", "--recipient", recipient],
                cwd=directory, env={**os.environ, **environment}, input=mail.read_bytes(), capture_output=True, check=False,
            )  # fmt: skip
            self.returned.append(mail.read_bytes())
            self.results.append((done.returncode, (done.stdout + done.stderr).decode().strip()))
            mail.unlink()
            status = mail.with_suffix(".status")
            status.with_suffix(".new").write_text(str(done.returncode))
            status.with_suffix(".new").replace(status)


def _require_postfix() -> str:
    path = shutil.which("postfix", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if path is None:
        missing("Postfix", "apt install postfix")
    if os.geteuid() != 0:
        missing("root", "Postfix is started by root only")
    return path


@contextmanager
def running_postfix(next_hop: int) -> Iterator[Postfix]:
    """Starts an instance that relays to port *next_hop* of this machine, and stops it."""
    command = _require_postfix()
    with tempfile.TemporaryDirectory(prefix="postfix-") as name:
        postfix = Postfix(Path(name))
        postfix.folder.chmod(0o755)  # its daemons run as users of their own
        for part in ("etc", "queue", "data", "spool"):
            (postfix.folder / part).mkdir()
        shutil.chown(postfix.folder / "data", "postfix")
        shutil.chown(postfix.folder / "spool", "nobody")
        places = {"folder": postfix.folder, "next_hop": next_hop, "port": postfix.port}
        places["port_without_dsn"] = postfix.port_without_dsn
        (postfix.folder / "hand_over").write_text(_HAND_OVER)
        (postfix.folder / "etc" / "transport").write_text(_TRANSPORT)
        (postfix.folder / "etc" / "main.cf").write_text(_MAIN_CF.format_map(places))
        (postfix.folder / "etc" / "master.cf").write_text(_MASTER_CF.format_map(places))
        _run(command, postfix.folder, "start")
        try:
            yield postfix
        finally:
            _run(command, postfix.folder, "stop")


def _run(command: str, folder: Path, action: str) -> None:
    done = subprocess.run(
        [command, "-c", str(folder / "etc"), action], capture_output=True, text=True, timeout=WAIT_SECONDS, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
