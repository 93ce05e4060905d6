from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventcal import mail_address
from eventcal.errors import GrammarError


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        (" Anna@Example.ORG ", "Anna@example.org"),
        ("a.b+tag@example.co.uk", "a.b+tag@example.co.uk"),
        ("Jo\u0308rg@пример.рф", "Jörg@xn--e1afmkfd.xn--p1ai"),
        ("用户@例え.jp", "用户@xn--r8jz45g.jp"),
        ("x@пример.рф", "x@xn--e1afmkfd.xn--p1ai"),
        ("x@ПРИМЕР.РФ", "x@xn--e1afmkfd.xn--p1ai"),
        ("x@例え。jp", "x@xn--r8jz45g.jp"),
        ("a" * 64 + "@example.org", "a" * 64 + "@example.org"),
        ("aaa@" + "b." * 123 + "info", "aaa@" + "b." * 123 + "info"),
        ("x@straße.de", "x@xn--strae-oqa.de"),  # not strasse.de, which is somebody else's
        ("x@bu\u0308cher.example", "x@xn--bcher-kva.example"),  # composed or not, the same
    ],
)
def test_a_mailbox_has_one_spelling(typed: str, address: str) -> None:
    assert mail_address.parse(typed) == address
    assert mail_address.parse(mail_address.display_address(address)) == address


def test_a_reader_sees_a_domain_in_its_own_script_and_one_that_is_none_as_it_is() -> None:
    shown = mail_address.display_address("x@xn--e1afmkfd.xn--p1ai.xn--99999999.example")

    assert shown == "x@пример.рф.xn--99999999.example"


def test_a_domain_has_at_most_253_signs_in_ascii() -> None:
    longest = "b." * 124 + "b.org"

    assert mail_address.domain_to_ascii(longest) == longest
    with pytest.raises(GrammarError, match="longer than a domain"):
        mail_address.domain_to_ascii(f"b{longest}")


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "@",
        "a@",
        "@example.org",
        "a@localhost",
        "a@127.0.0.1",
        "a@[127.0.0.1]",
        "a b@example.org",
        '"a b"@example.org',
        "A <a@example.org>",
        "a@example.org,b@example.org",
        "a@example.org;b@example.org",
        "a@b@example.org",
        "a@example.org\r\nBcc: b@example.org",
        "a@example.org\nx",
        "a\x00@example.org",
        "a@exam\u200dple.org",
        "a@example.org\u2028",
        ".a@example.org",
        "a..b@example.org",
        "a@-example.org",
        "a@example..org",
        "a@example.org.",
        "ж" * 33 + "@example.org",  # 66 octets
        "ж\u200d@example.org",
        "ж\u00a0ж@example.org",
        "a" * 65 + "@example.org",
        "a@" + "b" * 64 + ".org",
        "a@" + "b." * 130 + "org",
        "a@ex%ample.org",
        "a@☃.example",
        "a@example.org?cc=b",
    ],
)
def test_what_is_no_single_mailbox_is_refused(typed: str) -> None:
    if typed == "a@example.org\u2028":
        typed = "a@exam\u2028ple.org"  # at the end it is only space that is stripped
    with pytest.raises(GrammarError):
        mail_address.parse(typed)


@given(st.text(max_size=40), st.text(max_size=40))
def test_whatever_is_taken_is_one_printable_line_and_is_taken_again(local: str, domain: str) -> None:
    try:
        found = mail_address.parse(f"{local}@{domain}")
    except GrammarError:
        return
    assert found.rpartition("@")[2].isascii()
    assert found.isprintable()
    assert " " not in found
    assert found.count("@") == 1
    assert mail_address.parse(found) == found
