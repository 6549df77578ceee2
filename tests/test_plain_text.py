from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from convlab.plain_text import MARK, safe_text


def test_an_ordinary_name_stays_as_it_is() -> None:
    assert safe_text("Straße – 写真 é.png") == "Straße – 写真 é.png"


def test_every_ascii_character_is_shown_or_marked() -> None:
    printable = "".join(map(chr, range(32, 127)))
    assert safe_text(printable, 200) == printable
    assert all(safe_text(f"a{chr(code)}") == f"a{MARK}" for code in (*range(32), 127))


def test_text_that_turns_the_reading_direction_is_marked() -> None:
    assert safe_text("photo\u202egnp.exe") == f"photo{MARK}gnp.exe"


def test_newlines_and_invisible_characters_are_marked() -> None:
    assert safe_text("a\nb\x00c\u200bd\ud800e\u3164") == MARK.join("abcde") + MARK


def test_a_long_name_keeps_its_beginning_and_its_end() -> None:
    text = safe_text("a" * 500 + ".png", 20)
    assert text.startswith("aaaa") and text.endswith(".png") and "…" in text and len(text) == 20


@given(st.text(), st.integers(8, 100))
def test_any_text_becomes_one_short_printable_line(text: str, length: int) -> None:
    shown = safe_text(text, length)
    assert len(shown) <= length
    assert all(unicodedata.category(character)[0] != "C" for character in shown)
    assert len(shown.splitlines()) <= 1
