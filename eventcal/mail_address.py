"""Parses typed text to an email address, or to the reason why it is none. Pure.

A domain in letters of any script becomes what DNS knows it by. The case of a local part is kept, since only the mailbox's
own server may ignore it (RFC 5321 2.4). It may have letters beyond ASCII (RFC 6531), which only a relay with SMTPUTF8 takes.
"""

from __future__ import annotations

import re
import unicodedata

from .errors import GrammarError

MAX_ADDRESS_LENGTH = 254  # RFC 5321 4.5.3.1.3, the brackets left out
MAX_LOCAL_PART_LENGTH = 64  # RFC 5321 4.5.3.1.1; both in octets
# RFC 5322 3.2.3, dot-atom, and RFC 6532 3.2: any character beyond ASCII but U+FFFD, which stands for bytes that were none;
# controls and spaces are refused before
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\x80-\ufffc\U00010000-\U0010ffff-]+"
_LOCAL_PART_PATTERN = rf"{_ATOM}(\.{_ATOM})*"  # compiled at its first use: it takes 5 ms
_LABEL_PATTERN = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_ADDRESS_IN_TEXT_PATTERN = re.compile(r"([^\s<>()'\":,;=@])[^\s<>@]*@(?=[^\s@])")
_ADDRESS_ADVICE = "write one address, such as name@example.org"
_LIST_ADVICE = 'write each as a text of its own, such as "a@example.org", "b@example.org"'


def parse(text: str) -> str:
    """Reads one address: the local part as typed, the domain in ASCII and lower case.

    Raises:
        GrammarError: it could reach more than one mailbox or become more than one line, or is a quoted local part or
            an address literal.
    """
    return _parse(text, least_labels=2)


def parse_recipient(text: str) -> str:
    """Reads an address of the settings, alone or as `Name <name@example.org>`, as a header and an envelope can carry it.

    A relay on this machine may know `root@localhost`.

    Raises:
        GrammarError: as `parse`, or the name cannot be told from an address.
    """
    return _parse_named(text, _LIST_ADVICE)


def _parse_named(text: str, advice_on_several: str) -> str:
    match = re.fullmatch(r"\s*(?P<name>.*?)\s*<(?P<address>[^<>]*)>\s*", text)
    if match is None:
        return _parse(text, 1, advice_on_several)
    name, address = match["name"], _parse(match["address"], 1, advice_on_several)
    if re.search(r"<[^<>]*@", name):
        raise GrammarError(f"that is more than one address; {advice_on_several}")
    if any(unicodedata.category(char) == "Cc" for char in name):
        raise GrammarError("a name has no line breaks")
    if not re.fullmatch(r'"([^"\\]|\\.)*"|[^"()<>\[\]:;@\\,.]*', name):
        raise GrammarError(f'put the name in quotes, such as \\"Desk, Berlin\\" <{address}>')
    return f"{name} <{address}>" if name else address


def parse_sender(text: str) -> str:
    """Reads the address that mails come from, as `parse_recipient`; every relay has to take it.

    Raises:
        GrammarError: as `parse_recipient`, or it has letters beyond ASCII before the @.
    """
    sender = _parse_named(text, _ADDRESS_ADVICE)
    if not address_of(sender).isascii():
        raise GrammarError(
            f"a sender must not have non-ASCII letters before the @, which many relays refuse; {_ADDRESS_ADVICE}"
        )
    return sender


def parse_contact(text: str) -> str:
    """Reads the mail address in a calendar's contact, to which replies go; "" where that is a page, a telephone or a room.

    Raises:
        GrammarError: as `parse_recipient`, or it has letters beyond ASCII before the @, which not every mail can carry.
    """
    address = text.removeprefix("mailto:")
    is_other = re.match(r"@|[A-Za-z][\w+.-]*:\S", address)  # a nickname, a URI
    if is_other or not re.search(r"[^\s@]@[^\s@]", address):
        return ""
    contact = _parse_named(address, _ADDRESS_ADVICE)
    if not address_of(contact).isascii():
        raise GrammarError(f"a contact must not have non-ASCII letters before the @; {_ADDRESS_ADVICE}")
    return contact


def address_of(recipient: str) -> str:
    """Returns the address in what `parse_recipient` returned, without the name."""
    return recipient.rpartition("<")[2].rstrip(">")


def _parse(text: str, least_labels: int, advice_on_several: str = _ADDRESS_ADVICE) -> str:
    if text.count("@") > 1:
        raise GrammarError(f"that is more than one address; {advice_on_several}")
    if any(unicodedata.category(char)[0] in "CZ" for char in text.strip()):
        raise GrammarError(f"an address has no spaces or line breaks; {_ADDRESS_ADVICE}")
    local, at, domain = text.strip().rpartition("@")
    if not at:
        raise GrammarError(f"that is not a mail address; {_ADDRESS_ADVICE}")
    local = unicodedata.normalize("NFC", local)  # RFC 6532 3.1
    if not re.fullmatch(_LOCAL_PART_PATTERN, local) or len(local.encode()) > MAX_LOCAL_PART_LENGTH:
        raise GrammarError(f"the part before the @ is not valid; {_ADDRESS_ADVICE}")
    address = f"{local}@{domain_to_ascii(domain, least_labels)}"
    if len(address.encode()) > MAX_ADDRESS_LENGTH:
        raise GrammarError(f"that is longer than an address can be; {_ADDRESS_ADVICE}")
    return address


def display_address(address: str) -> str:
    """Returns *address* as a person reads it: the domain in its own script."""
    local, _, domain = address.rpartition("@")
    labels = []
    for label in domain.split("."):
        try:
            labels.append(label[4:].encode().decode("punycode") if label.startswith("xn--") else label)
        except UnicodeError:
            labels.append(label)
    return f"{local}@{'.'.join(labels)}"


def mask_addresses(text: str) -> str:
    """Returns *text* with the local part of each address in it cut to one letter, to recognise and not to write to.

    Other servers repeat the recipient in their answers, some in another case or as part of another address.
    """
    return _ADDRESS_IN_TEXT_PATTERN.sub(r"\1…@", text)


def domain_to_ascii(domain: str, least_labels: int = 1) -> str:
    """Encodes a domain by RFC 5891 without its tables: composed, lower case, punycode; ß and ς stay (not IDNA 2003)."""
    plain = unicodedata.normalize("NFKC", domain).lower()
    labels = unicodedata.normalize("NFC", plain).replace("。", ".").split(".")
    if len(labels) < least_labels or labels[-1].isdigit():
        raise GrammarError(f"the part after the @ is not a domain; {_ADDRESS_ADVICE}")
    ascii_labels = [_label_to_ascii(label) for label in labels]
    if len(".".join(ascii_labels)) > 253:
        raise GrammarError(f"that is longer than a domain can be; {_ADDRESS_ADVICE}")
    return ".".join(ascii_labels)


def _label_to_ascii(label: str) -> str:
    if not label.isascii():
        if any(unicodedata.category(char)[0] not in "LMN" for char in label.replace("-", "")):
            raise GrammarError(f"the part after the @ is not a domain; {_ADDRESS_ADVICE}")
        label = "xn--" + label.encode("punycode").decode("ascii")
    if not _LABEL_PATTERN.fullmatch(label):
        raise GrammarError(f"the part after the @ is not a domain; {_ADDRESS_ADVICE}")
    return label
