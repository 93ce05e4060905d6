from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventcal.importing.texts import html_to_markdown, plain_to_markdown
from eventcal.markup import added_blocks, has_marks, to_html, to_text


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


def test_headings_stand_below_the_pages_own_and_leave_out_no_level() -> None:
    assert to_html("## two\n\n###### six") == "<h3>two</h3>\n<h4>six</h4>"
    assert to_html("\n\n".join("#" * level + " x" for level in range(1, 7))).count("<h6>") == 3


FENCE = "```\none\n\ntwo\n```"


@pytest.mark.parametrize(
    ("old", "new", "added"),
    [
        ("", "A\n\nB", "A\n\nB"),
        ("A\n\nB", "A", ""),
        ("A\n\nB", "C\r\n\r\nA\n\n\nB\n", "C"),
        (f"A\n\n{FENCE}", f"{FENCE}\n\nA", ""),
        ("A", f"A\n\n{FENCE}\n\n- x\n\n- y", f"{FENCE}\n\n- x\n\n- y"),
        ("- x", "- x\n- y", "- x\n- y"),
        ("A", "A\n\n[B][b]\n\n[b]: https://example.org/b", "[B][b]\n\n[B]: <https://example.org/b>"),
        ("A", "A\n\n[b]: https://example.org/b", ""),
    ],
)
def test_what_notes_gained_is_whole_paragraphs_lists_and_blocks(old: str, new: str, added: str) -> None:
    assert added_blocks(old, new) == added


ALLOWED = {"a", "blockquote", "br", "code", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "strong", "ul"}


@given(st.text(alphabet=st.sampled_from(list("<>\"'&()[]!#*`:/ \nabconscriptjavhref=")), max_size=80))
def test_no_text_makes_a_script_an_attribute_or_a_style(text: str) -> None:
    html = to_html(text)
    tags = re.findall(r"<(\w+)([^>]*)>", html)
    assert {name for name, _ in tags} <= ALLOWED
    assert all(not re.search(r"\bon\w+=|style=|javascript:", rest) for _, rest in tags)


def test_a_date_at_the_head_of_a_line_keeps_its_number():
    assert to_html("14. September 2027 is the day").startswith('<ol start="14">')


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("Doors open at six.\n- bring a pen\n2. no number changes", "Doors open at six.\n- bring a pen\n2. no number changes"),
        ("2 \\* 3 of snake\\_case\\\n\\# no heading", "2 * 3 of snake_case\n# no heading"),
        ("Off because of **heavy *rain***, `code` &amp; <b>", "Off because of heavy rain, code & <b>"),
        ("[The **plan**](https://example.org/a_b)", "The plan (https://example.org/a_b)"),
        ("<https://example.org/a%20b> [https://example.org](https://example.org)", "https://example.org/a%20b https://example.org"),
        ("<desk@example.org>, <mailto:a@b.org>, [us](mailto:desk@example.org)", "desk@example.org, mailto:a@b.org, us (desk@example.org)"),
        ("[desk@example.org](mailto:desk@example.org)", "desk@example.org"),
        ("[call](tel:+49301234) [](https://example.org/)", "call https://example.org/"),
        ("# Head\n\n*One*  \ntwo\n\n***\n> *quoted*\n> twice", "Head\n\nOne\ntwo\n\n---\n\n> quoted\n> twice"),
        ("* *one*\n  more\n* two\n    1) deep\n    1) deeper", "* one\n  more\n* two\n  1) deep\n  2) deeper"),
        ("3. *one*\n\n4. two", "3. one\n\n4. two"),
        ("~~~\n*code*\n~~~\n| a | *b* |\n|---|---|\n| 1 | 2 |", "*code*\n\na | b\n1 | 2"),
    ],
)  # fmt: skip
def test_markdown_becomes_text_without_marks(markdown: str, text: str) -> None:
    assert text == to_text(markdown)


@given(
    st.lists(st.sampled_from([*"ab \n\\`*_[]()<>|~#&;:-+=.1!", "https://a.org/b_c?d=1 ", "mailto:a@b.org "])).map(
        "".join
    )
)
def test_plain_text_that_became_markdown_is_shown_as_it_was(text: str) -> None:
    lines = [line.strip() for line in text.strip().split("\n")]
    shown = [line.strip() for line in to_text(plain_to_markdown(text)).split("\n")]
    assert [line for line in lines if line] == [line for line in shown if line]
    assert not has_marks(plain_to_markdown(text))


def test_an_address_in_html_is_a_link_once() -> None:
    address = "https://a.org/b_c"
    html = to_html(html_to_markdown(f'Join {address}, or <a href="{address}">{address}</a>.'))
    assert (2, 4) == (html.count("<a href="), html.count("b_c"))


def test_html_that_became_markdown_is_shown_in_its_words() -> None:
    html = "<p># one</p><p>2. two<br>+ three</p><ul><li>four</li><li>five</li></ul>"
    assert "# one\n2. two\n+ three\n- four\n- five" == to_text(html_to_markdown(html))
