"""The text of a setting becomes a number, a flag, networks or an address; what it cannot be is added to the problems."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping

from .. import mail_address
from ..errors import GrammarError
from ..urls import password_advice, split_url
from .description import mask
from .values import LOG_FORMATS, METRICS_ACCESS, Network

_BASE_PATH_PATTERN = re.compile(r"[a-zA-Z]+://[^/?#]+(/[A-Za-z0-9/._~%!$&'()*+,;=:@-]*)?")
_DATABASE_URL_PATTERN = re.compile(
    r"sqlite:///(?!:memory:$).{1,4000}|postgresql(\+[a-z0-9]+)?://([^:/]*(:[^@]*)?@)?"
    r"(\[[^/?]+\]|[^/:?@\[]*)(:(?P<port>[0-9]{0,5}))?([/?].{0,4000})?"
)


def check_texts(texts: Mapping[str, str], problems: list[str]) -> None:
    """Adds to *problems* what is wrong with settings that are kept as they are written."""
    for name, choices in (("metrics", METRICS_ACCESS), ("log", LOG_FORMATS)):
        if name in texts and texts[name] not in choices:
            problems.append(f"EVENTCAL_{name.upper()} {texts[name]!r}: write one of {', '.join(choices)}")
    if texts.get("proxy") and split_url(texts["proxy"], "http") is None:
        advice = password_advice(texts["proxy"])
        problems.append(f"EVENTCAL_PROXY: write http://host:3128, or http://user:password@host:3128{advice}")
    host = texts.get("host", "")
    if "host" in texts and not _normalize_host(host):
        problems.append(
            f"EVENTCAL_HOST {host!r}: write an address or a name of this machine, such as 127.0.0.1, :: or localhost"
        )
    if texts.get("database_url") and not _is_database_url(texts["database_url"]):
        advice = "; in a password, write @ as %40" if texts["database_url"].count("@") > 1 else ""
        form = "sqlite:///path/to/file or postgresql://user:password@host/name"
        problems.append(f"EVENTCAL_DATABASE_URL: write {form}{advice}")


def _is_database_url(text: str) -> bool:
    match = _DATABASE_URL_PATTERN.fullmatch(text)
    return match is not None and int(match["port"] or 1) in range(1, 65_536)


def parse_base_url(text: str, problems: list[str]) -> str:
    """Returns the site's address as links begin with it, without a slash at its end."""
    base_url = text.rstrip("/")
    if not base_url:
        return ""
    parts = split_url(base_url, "http", "https")
    host = _normalize_host(parts.hostname or "") if parts else ""
    # it stands in every feed and mail: no password, and nothing that a path could not follow
    if parts is None or not host or parts.username is not None or not _BASE_PATH_PATTERN.fullmatch(base_url):
        problems.append(
            f"EVENTCAL_BASE_URL {mask('', base_url)!r}: write the site's address, such as https://calendar.example.org"
        )
        return ""
    return f"{parts.scheme}://{host}{f':{parts.port}' if parts.port else ''}{parts.path}"


def _normalize_host(host: str) -> str:
    """Returns an address or a name as a URL has it, in ASCII and lower case; "" where *host* is neither."""
    try:
        address = ipaddress.ip_address(host)
        return f"[{address}]" if address.version == 6 else str(address)
    except ValueError:
        if re.fullmatch(r"(?!.*\.\d+$)[a-z0-9_]([a-z0-9_.-]{0,251}[a-z0-9_])?", host.lower()) and ".." not in host:
            return host.lower()
    try:
        return mail_address.domain_to_ascii(host)
    except GrammarError:
        return ""


def parse_number(name: str, value: object, maximum: int, form: str, problems: list[str]) -> int:
    """Returns *value* as a number from 1 to *maximum*; adds a problem, which says to write *form*, for any other."""
    number = int(text) if re.fullmatch("[0-9]{1,9}", text := str(value).strip()) else 0
    if not 0 < number <= maximum:
        problems.append(f"EVENTCAL_{name.upper()} {value!r}: write {form}")
    return number


def parse_flag(name: str, value: object, problems: list[str]) -> bool:
    """Returns *value*, true or false, as a bool; adds a problem for any other."""
    text = str(value).strip().lower()
    if text not in ("true", "false", "1", "0"):
        problems.append(f"EVENTCAL_{name.upper()} {value!r}: write true or false")
    return text in ("true", "1")


def parse_networks(value: object, problems: list[str]) -> tuple[Network, ...]:
    """Parses addresses and networks: a list in the file, separated by commas in the environment."""
    texts = value if isinstance(value, list | tuple) else str(value).split(",")
    networks = []
    for text in (str(text).strip() for text in texts):
        try:
            networks += [ipaddress.ip_network(text)] if text else []
        except ValueError:
            problems.append(
                f"EVENTCAL_TRUSTED_PROXIES {text!r}: write the proxy's address or network, such as 127.0.0.1, 10.0.0.0/8"
            )
    return tuple(networks)
