"""What deploy/ says is about this program: roles, files and settings that there are; nginx and systemd take their parts."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
import yaml

from eventcal.cli.group import COMMAND_MODULES
from eventcal.settings import Settings

from .serve_process import WAIT_SECONDS, free_port, wait_until

ROOT = Path(__file__).parent.parent

pytestmark = pytest.mark.process
DEPLOY = ROOT / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
ROLES = {name: each for name, each in COMPOSE["services"].items() if each["image"] == "eventcal"}


# the image


def instructions() -> list[tuple[str, str]]:
    return [(word, rest) for word, rest in re.findall(r"^([A-Z]+) (.+)$", DOCKERFILE, re.MULTILINE)]


def test_the_image_runs_as_nobody_and_what_it_copies_is_there_and_let_in() -> None:
    *_, user = [rest for word, rest in instructions() if word == "USER"]
    assert int(user.split(":")[0]) >= 10_000

    copied = {
        source
        for word, rest in instructions()
        if word == "COPY" and "--from" not in rest
        for source in rest.split()[:-1]
    }
    let_in = set(re.findall(r"^!(.+)$", (DEPLOY / "Dockerfile.dockerignore").read_text(), re.MULTILINE))
    assert copied == let_in
    assert all((ROOT / each).exists() for each in copied)


def test_the_documented_container_mounts_and_publishes_what_the_image_uses() -> None:
    words = dict(instructions())
    command = re.search(r"docker run (?:.*\\\n)*.*", (ROOT / "docs" / "server.md").read_text(encoding="utf-8"))
    assert command is not None
    options = dict(re.findall(r"-(p|v) \S+:(\S+)", command[0]))
    assert options == {"p": words["EXPOSE"], "v": words["WORKDIR"]}
    assert "--read-only" in command[0]
    assert command[0].split()[-1] == COMPOSE["services"]["web"]["image"]


def test_the_image_starts_a_command_that_there_is() -> None:
    words = dict(instructions())

    assert words["ENTRYPOINT"] == '["eventcal"]'
    assert re.findall(r'"(\w+)"', words["CMD"])[0] in COMMAND_MODULES


@pytest.mark.skipif(not os.environ.get("EVENTCAL_TEST_IMAGE"), reason="fetches every package: EVENTCAL_TEST_IMAGE=1")
@pytest.mark.timeout(900)
def test_the_steps_that_build_the_image_work_in_a_clean_folder(tmp_path: Path) -> None:
    """Each step of the first stage, as it is written, with the folder that it installs into moved below this test's."""
    installed = tmp_path / "opt" / "eventcal"
    source = tmp_path / "src"
    source.mkdir()
    environment = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "HOME": str(tmp_path)}
    environment |= {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_"))}
    for word, rest in instructions():
        if word == "COPY" and "--from" in rest:
            break
        if word == "COPY":
            *names, _ = rest.split()
            for each in names:
                (shutil.copytree if (ROOT / each).is_dir() else shutil.copy)(ROOT / each, source / each)
        if word == "RUN":
            subprocess.run(
                rest.replace("/opt/eventcal", str(installed)), shell=True, cwd=source, env=environment, check=True
            )
    shutil.rmtree(source)
    found = subprocess.run(
        [str(installed / "bin" / "python"), "-c", "import psycopg, procrastinate, eventcal.run.serve; print('ready')"],
        cwd=tmp_path, capture_output=True, text=True, env={}, check=True,
    )  # fmt: skip
    assert found.stdout == "ready\n"
    assert not (installed / "bin" / "pip").exists()


# the workflows


@pytest.mark.parametrize(
    "file", [DEPLOY / "github-pages.yml", DEPLOY / "github-pull-request.yml", ROOT / "eventcal/issue_form_workflow.yml"]
)
@pytest.mark.parametrize("wheel", ["eventcal-0.1.0-py3-none-any.whl", ""])
def test_a_workflow_installs_the_wheel_beside_the_registry_or_the_source(
    tmp_path: Path, file: Path, wheel: str
) -> None:
    (job,) = yaml.safe_load(file.read_text(encoding="utf-8"))["jobs"].values()
    (script,) = (step["run"] for step in job["steps"] if step.get("name") == "Install eventcal")
    if wheel:
        (tmp_path / wheel).touch()

    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", 'python() { printf "%s\\n" "$*"; }\n' + script],
        cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.splitlines() == [
        "-m pip install --require-hashes -r requirements.txt",
        f"-m pip install --no-deps --no-build-isolation {wheel or '.'}",
    ]


# many containers


def test_every_role_is_a_command_and_keeps_to_a_read_only_root() -> None:
    assert {"web", "scheduler", "worker"} == set(ROLES)
    for name, each in ROLES.items():
        assert each["command"] == [name]
        assert name in COMMAND_MODULES
        assert (each["read_only"], each["cap_drop"], each["security_opt"]) == (
            True,
            ["ALL"],
            ["no-new-privileges:true"],
        )
        assert each["volumes"][0].endswith(":/srv/eventcal:ro"), "nobody writes beside the registry"
        assert each["depends_on"] == {"db": {"condition": "service_healthy"}}
        assert int(each["stop_grace_period"].removesuffix("s")) >= 30, "what was begun comes to its end"


def test_compose_names_settings_that_there_are_and_no_secret() -> None:
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    known = {f"EVENTCAL_{name.upper()}" for name in Settings.__dataclass_fields__}

    for each in ROLES.values():
        assert set(each["environment"]) <= known
        assert each["environment"]["EVENTCAL_DATABASE_URL"].startswith(
            "postgresql+psycopg://eventcal:${POSTGRES_PASSWORD:?"
        )
    assert re.findall(r"(?i)(?:password|secret_key|token): (?!\$\{)\S+", text) == []


def test_compose_is_as_its_schema_has_it_and_names_what_there_is(tmp_path: Path) -> None:
    """The specification's own schema, which also finds a slip of the pen."""
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(
        (DEPLOY / "compose.yaml").read_text(encoding="utf-8").replace("restart:", "restarts:"), encoding="utf-8"
    )
    for file, status in ((DEPLOY / "compose.yaml", 0), (wrong, 1)):
        check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(file)]
        found = subprocess.run(check, capture_output=True, text=True)
        assert found.returncode == status, found.stdout
    for each in COMPOSE["services"].values():
        named = [mount.split(":")[0] for mount in each.get("volumes", []) if re.match(r"\w+:", mount)]
        assert set(named) <= set(COMPOSE["volumes"])
        assert set(each.get("depends_on", ())) <= set(COMPOSE["services"])
        for mount in each.get("volumes", []):
            if mount.startswith("./"):
                assert (DEPLOY / mount.split(":")[0]).exists()


# units


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
@pytest.mark.parametrize("unit", sorted(each.name for each in DEPLOY.glob("*.service")))
def test_a_unit_is_one_that_systemd_takes_and_starts_a_command_that_there_is(unit: str, tmp_path: Path) -> None:
    text = (DEPLOY / unit).read_text(encoding="utf-8")
    started = re.search(r"(?m)^ExecStart=/opt/eventcal/bin/eventcal (\w+)", text)
    assert started
    assert started[1] in COMMAND_MODULES
    (tmp_path / unit).write_text(re.sub(r"(?m)^ExecStart=\S+", "ExecStart=/bin/true", text))
    checked = str(tmp_path / unit.replace("@.", "@8001."))
    if "@." in unit:
        shutil.copy(tmp_path / unit, checked)
    ran = subprocess.run(["systemd-analyze", "verify", checked], capture_output=True, text=True, timeout=240)

    assert ".service:" not in ran.stderr, ran.stderr


# the cache


class Origin:
    """A web node that counts how often it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.status = 200
        origin = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                origin.asked.append(self.path)
                page = ".ics" not in self.path
                body = f"{self.path} {self.headers['Accept-Encoding'] or ''} {self.headers['X-Forwarded-For']}".encode()
                self.send_response(origin.status)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Cache-Control", "no-cache" if page else "public, max-age=900")
                self.send_header("Vary", "Accept-Encoding")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()


@contextmanager
def proxied(folder: Path, origin: Origin, fresh: str = "2s") -> Iterator[str]:
    """Runs nginx with our configuration before *origin*; it asks again for what is older than *fresh*."""
    port = free_port()
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    for old, new in [
        ("http://web:8000", f"http://127.0.0.1:{origin.server.server_port}"),
        ("listen 8080", f"listen 127.0.0.1:{port}"),
        ("/var/cache/nginx", f"{folder}/cache"),
        ("proxy_cache_valid 200 2s", f"proxy_cache_valid 200 {fresh}"),
        ("pid /tmp/nginx.pid", f"pid {folder}/pid; daemon off"),
        ("http {", f"http {{ client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f; "
         f"uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;"),
    ]:  # fmt: skip
        assert old in text
        text = text.replace(old, new, 1)
    (folder / "cache").mkdir()
    (folder / "nginx.conf").write_text(text, encoding="utf-8")
    folder.chmod(0o777)  # nginx gives itself up to another user when root starts it
    (folder / "cache").chmod(0o777)
    started = [str(shutil.which("nginx")), "-e", "stderr", "-p", str(folder), "-c", str(folder / "nginx.conf")]
    if os.geteuid() == 0:
        started += ["-g", "user root;"]
    nginx = subprocess.Popen(started, stderr=subprocess.PIPE)
    base = f"http://127.0.0.1:{port}"

    def up() -> bool:
        assert nginx.poll() is None, nginx.stderr.read() if nginx.stderr else ""
        try:
            return bool(urlopen(f"{base}/up", timeout=WAIT_SECONDS).status)
        except OSError:
            return False

    try:
        wait_until(up, "nginx answers")
        yield base
    finally:
        nginx.terminate()
        nginx.wait(WAIT_SECONDS)
        assert nginx.stderr is not None
        nginx.stderr.close()
        origin.server.shutdown()
        origin.server.server_close()


def get(url: str, **headers: str) -> str:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    with urlopen(Request(url, headers=sent), timeout=WAIT_SECONDS) as answer:
        assert answer.headers["Cache-Control"] == ("public, max-age=900" if ".ics" in url else "no-cache")
        return str(answer.read().decode())


needs_nginx = pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not installed")


@needs_nginx
def test_the_cache_answers_for_the_nodes_and_never_keeps_a_page(tmp_path: Path) -> None:
    origin = Origin()
    with proxied(tmp_path, origin, fresh="1h") as base:
        for _ in range(3):
            assert get(f"{base}/calendar.ics") == "/calendar.ics  127.0.0.1"
            assert get(f"{base}/calendar.ics", Accept_Encoding="br, gzip;q=0.5") == "/calendar.ics gzip 127.0.0.1"
            assert get(f"{base}/calendar.ics?tag=x", X_Forwarded_For="6.6.6.6") == "/calendar.ics?tag=x  127.0.0.1"
            get(f"{base}/")
    assert sorted(path for path in origin.asked if path != "/up") == sorted(
        ["/"] * 3 + ["/calendar.ics"] * 2 + ["/calendar.ics?tag=x"]
    )


@needs_nginx
def test_a_feed_in_the_cache_is_asked_for_again_soon_and_an_old_one_is_better_than_none(tmp_path: Path) -> None:
    origin = Origin()
    with proxied(tmp_path, origin) as base:
        feed = f"{base}/calendar.ics"
        wait_until(lambda: get(feed) and origin.asked.count("/calendar.ics") > 1, "it is asked for again")
        origin.status, so_far = 503, origin.asked.count("/calendar.ics")
        wait_until(lambda: get(feed) and origin.asked.count("/calendar.ics") > so_far, "no node is well")
        assert get(feed) == "/calendar.ics  127.0.0.1"


# alerts and the dashboard

RULES = yaml.safe_load((DEPLOY / "prometheus-rules.yml").read_text(encoding="utf-8"))["groups"][0]["rules"]
DASHBOARD = json.loads((DEPLOY / "grafana-dashboard.json").read_text(encoding="utf-8"))
EXPRESSIONS = [rule["expr"] for rule in RULES] + [
    target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]
]


def test_alerts_and_dashboard_ask_for_metrics_that_there_are() -> None:
    source = (ROOT / "eventcal/web/operator/metrics.py").read_text(encoding="utf-8")
    families = {f"eventcal_{name}" for name in re.findall(r'_gauge\(\s*"(\w+)"', source)}
    families |= {f"eventcal_{name}_timestamp_seconds" for name in re.findall(r'_timestamp\("(\w+)"', source)}
    families |= set(re.findall(r'MetricFamily\(\s*"(eventcal_\w+)"', source))
    asked = {name for expression in EXPRESSIONS for name in re.findall(r"\beventcal_\w+", expression)}

    assert len(asked) > 10
    assert asked - {f"{family}{suffix}" for family in families for suffix in ("", "_bucket")} == set()


def test_every_alert_has_a_place_in_the_runbook() -> None:
    headings = set(re.findall(r"^### (\w+)$", (ROOT / "docs/operate.md").read_text(encoding="utf-8"), re.MULTILINE))

    assert headings == {rule["alert"] for rule in RULES}
    assert {rule["annotations"]["runbook"] for rule in RULES} == {
        f"docs/operate.md#{each.lower()}" for each in headings
    }


@pytest.mark.skipif(not shutil.which("promtool"), reason="promtool is not installed")
def test_prometheus_takes_the_rules() -> None:
    checked = subprocess.run(["promtool", "check", "rules", str(DEPLOY / "prometheus-rules.yml")], capture_output=True)

    assert checked.returncode == 0, checked.stdout
