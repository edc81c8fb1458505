"""A text is found in a file however it was written there."""

import base64
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent_service.audit import encodings
from consent_service.audit.encodings import holds, spellings

TEXT = "/vragen/über uns?wie=Jané+Doe"

WRITTEN = {
    "plain": lambda text: text.encode(),
    "percent": lambda text: quote(text).encode(),
    "percent, slashes too": lambda text: quote(text, safe="").encode(),
    "percent, all of it": lambda text: "".join(f"%{byte:02x}" for byte in text.encode()).encode(),
    "form": lambda text: quote_plus(text).encode(),
    "base64": lambda text: base64.b64encode(text.encode()),
    "base64, after one byte": lambda text: base64.b64encode(b"x" + text.encode() + b"yz"),
    "base64, after two bytes": lambda text: base64.b64encode(b"xy" + text.encode() + b"z"),
    "base64 for URLs": lambda text: base64.urlsafe_b64encode(b"xyz" + text.encode() + b"x"),
    "hex": lambda text: text.encode().hex().encode(),
    "hex, large digits": lambda text: text.encode().hex().upper().encode(),
    "UTF-16, little end first": lambda text: text.encode("utf-16-le"),
    "UTF-16, big end first": lambda text: text.encode("utf-16-be"),
}


@pytest.mark.parametrize("form", WRITTEN)
def test_a_text_is_found_however_it_is_written(form, tmp_path):
    file = tmp_path / "file"
    file.write_bytes(b"\0before " + WRITTEN[form](TEXT) + b" after\xff")

    assert holds(file, spellings(TEXT))


def test_percent_digits_may_be_small(tmp_path):
    file = tmp_path / "file"
    file.write_bytes(b"GET /%c3%bcber")

    assert holds(file, spellings("/über"))


@given(st.binary(max_size=5), st.text(st.characters(codec="utf-8"), min_size=2, max_size=30), st.binary(max_size=5))
def test_base64_of_a_longer_text_shows_this_one_whatever_its_neighbours(before, text, after):
    around = before + text.encode() + after

    assert any(one in base64.b64encode(around) for one in spellings(text))
    assert any(one in base64.urlsafe_b64encode(around) for one in spellings(text))


@given(st.text(st.characters(codec="utf-8"), max_size=3))
def test_no_spelling_is_empty(text):
    assert b"" not in spellings(text)


def test_another_text_is_not_found(tmp_path):
    file = tmp_path / "file"
    file.write_bytes(b"".join(WRITTEN[form](TEXT) for form in WRITTEN))

    assert not holds(file, spellings("another text"))
    assert not holds(file, ())


def test_what_lies_across_two_chunks_is_found(tmp_path, monkeypatch):
    monkeypatch.setattr(encodings, "CHUNK", 16)
    file = tmp_path / "file"
    for offset in range(40):
        file.write_bytes(b"." * offset + b"canary-canary-canary" + b"." * 20)
        assert holds(file, {b"canary-canary-canary"}), offset


def test_one_of_several_texts_is_enough(tmp_path):
    file = tmp_path / "file"
    file.write_bytes(b"the second")

    assert holds(file, {b"first", b"second"})


def test_a_file_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        holds(Path(tmp_path / "none"), {b"x"})
