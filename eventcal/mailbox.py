"""What a person typed becomes the address that mail is sent to, or the reason why it is none. Pure.

The same mailbox comes to the same text, however it was typed: a domain in letters of any script is what DNS knows it by,
and case does not count.
"""

from __future__ import annotations

import re
import unicodedata

from .errors import GrammarError

MAX_ADDRESS_LENGTH = 254  # RFC 5321 4.5.3.1.3, the brackets left out
_LOCAL_PART_PATTERN = re.compile(
    r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
)  # RFC 5322 3.2.3, dot-atom
_LABEL_PATTERN = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_ADDRESS_ADVICE = "write one address, such as name@example.org"


def parse(text: str) -> str:
    """The one spelling of the address in *text*: lower case, the domain in ASCII.

    Raises GrammarError for anything that could reach more than one mailbox or become more than one line. Quoted local
    parts, address literals and letters beyond ASCII before the @ are refused: hardly any relay takes them.
    """
    if any(unicodedata.category(char)[0] in "CZ" for char in text.strip()):
        raise GrammarError(f"an address has no spaces or line breaks; {_ADDRESS_ADVICE}")
    local, at, domain = text.strip().rpartition("@")
    if not at or not local or not domain:
        raise GrammarError(f"that is not a mail address; {_ADDRESS_ADVICE}")
    local = local.lower()
    if not _LOCAL_PART_PATTERN.fullmatch(local) or len(local) > 64:
        raise GrammarError(f"what stands before the @ cannot be written to; {_ADDRESS_ADVICE}")
    address = f"{local}@{_domain_to_ascii(domain)}"
    if len(address) > MAX_ADDRESS_LENGTH:
        raise GrammarError(f"that is longer than an address can be; {_ADDRESS_ADVICE}")
    return address


def display_address(address: str) -> str:
    """*address* as a person reads it: the domain in its own script."""
    local, _, domain = address.rpartition("@")
    labels = []
    for label in domain.split("."):
        try:
            labels.append(label[4:].encode().decode("punycode") if label.startswith("xn--") else label)
        except UnicodeError:
            labels.append(label)
    return f"{local}@{'.'.join(labels)}"


def _domain_to_ascii(domain: str) -> str:
    """RFC 5891 without its tables: composed and lower case, then punycode; ß and ς stay what they are (not IDNA 2003)."""
    plain = unicodedata.normalize("NFKC", domain).lower()
    labels = unicodedata.normalize("NFC", plain).replace("。", ".").split(".")
    if len(labels) < 2 or labels[-1].isdigit():
        raise GrammarError(f"what stands after the @ is not a domain; {_ADDRESS_ADVICE}")
    ascii_labels = [_label_to_ascii(label) for label in labels]
    if len(".".join(ascii_labels)) > 253:
        raise GrammarError(f"that is longer than a domain can be; {_ADDRESS_ADVICE}")
    return ".".join(ascii_labels)


def _label_to_ascii(label: str) -> str:
    if not label.isascii():
        if any(unicodedata.category(char)[0] not in "LMN" for char in label.replace("-", "")):
            raise GrammarError(f"what stands after the @ is not a domain; {_ADDRESS_ADVICE}")
        label = "xn--" + label.encode("punycode").decode("ascii")
    if not _LABEL_PATTERN.fullmatch(label):
        raise GrammarError(f"what stands after the @ is not a domain; {_ADDRESS_ADVICE}")
    return label
