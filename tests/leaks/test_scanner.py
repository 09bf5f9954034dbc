"""The scanner finds what lies in clear: without this, no finding would mean nothing."""

import base64
import html
import json
import sqlite3
from urllib.parse import quote

import pytest

from tests.leaks.scanner import hits, scan

NAME, DAY, PHONE = "Qzxvana O'Plänted", "1931-07-29", "3035550193"


@pytest.mark.parametrize(
    "content",
    [
        NAME.encode(),
        NAME.upper().encode(),
        b"xx" + NAME.encode("utf-16"),
        NAME.encode("utf-16-be"),
        NAME.encode().hex().upper().encode(),
        quote(NAME).encode(),
        NAME.replace("'", "''").encode(),
        json.dumps({"name": NAME}).encode(),
        json.dumps({"name": NAME}, ensure_ascii=False).encode(),
        json.dumps({"inner": json.dumps({"name": NAME})}).encode(),
        repr({"name": NAME}).encode(),
        repr(NAME.encode()).encode(),
        html.escape(NAME).encode(),
        *(base64.b64encode(b"name: "[:n] + NAME.encode() + b" and more") for n in range(6)),
    ],
)
def test_a_text_is_found_however_it_is_spelled(content):
    assert hits(b"before" + content + b"after", "here", [NAME])


@pytest.mark.parametrize("day", ["07/29/1931", "29/07/1931", "29.07.1931", "19310729"])
def test_a_day_is_found_in_every_order(day):
    assert hits(f"born {day}".encode(), "here", [DAY])


@pytest.mark.parametrize(
    "number",
    ["+13035550193", "(303) 555-0193", "303-555-0193", "303.555.0193", "1 303 555 0193"],
)
def test_a_phone_is_found_as_people_write_it(number):
    assert hits(f"call {number}".encode(), "here", [PHONE])
    assert hits(quote(number).encode(), "here", [PHONE])


def test_a_store_in_clear_is_found_with_its_place(tmp_path):
    with sqlite3.connect(tmp_path / "ledger.db") as con:
        con.execute("create table patients (name text)")
        con.execute("insert into patients values (?)", [NAME])
    con.close()
    found, count = scan([tmp_path], [NAME, DAY])
    assert count == 1
    assert {(hit.what, hit.where) for hit in found} == {(NAME, str(tmp_path / "ledger.db"))}


def test_nothing_is_found_where_nothing_is(tmp_path):
    (tmp_path / "other").write_bytes(bytes(range(256)) * 100)
    assert scan([tmp_path], [NAME, DAY]) == ([], 1)
