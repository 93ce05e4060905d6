from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from eventcal.markup import to_html


def test_plain_markdown_becomes_html() -> None:
    assert to_html("A *b* [c](https://example.org/?a=1&b=2)") == (
        '<p>A <em>b</em> <a href="https://example.org/?a=1&amp;b=2" rel="nofollow noopener noreferrer">c</a></p>'
    )


def test_html_is_shown_and_not_obeyed() -> None:
    assert to_html("<script>alert(1)</script>") == "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"


def test_links_lead_to_the_web_or_to_mail_only() -> None:
    for address in ("javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd"):
        assert "<a" not in to_html(f"[x]({address})")
    assert 'href="mailto:desk@example.org"' in to_html("<desk@example.org>")


def test_an_image_would_call_on_a_stranger_and_becomes_a_link() -> None:
    assert "<img" not in to_html("![a picture](https://example.org/x.png)")


def test_headings_stand_below_the_pages_own() -> None:
    assert to_html("# one\n\n###### six") == "<h3>one</h3>\n<h6>six</h6>"


ALLOWED = {"a", "blockquote", "br", "code", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "strong", "ul"}


@given(st.text(alphabet=st.sampled_from(list("<>\"'&()[]!#*`:/ \nabconscriptjavhref=")), max_size=80))
def test_no_text_makes_a_script_an_attribute_or_a_style(text: str) -> None:
    html = to_html(text)
    tags = re.findall(r"<(\w+)([^>]*)>", html)
    assert {name for name, _ in tags} <= ALLOWED
    assert all(not re.search(r"\bon\w+=|style=|javascript:", rest) for _, rest in tags)


def test_a_date_at_the_head_of_a_line_keeps_its_number():
    assert to_html("14. September 2027 is the day").startswith('<ol start="14">')
