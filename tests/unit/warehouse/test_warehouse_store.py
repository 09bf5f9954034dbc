"""The warehouse is one encrypted file that one process writes and others read as a copy."""

import subprocess
import sys
from pathlib import Path

import pytest

from warehouse.store import WarehouseClosed, open_warehouse, publish

OTHER = "ee" * 32


def test_what_was_written_is_there_when_opened_again(tmp_path: Path, key: str) -> None:
    path = tmp_path / "northside.duckdb"
    with open_warehouse(path, key) as con:
        con.execute("INSERT INTO core_risk__scores VALUES ('v1', 0.2, 'low', 'm', now())")
    with open_warehouse(path, key, read_only=True) as con:
        assert con.execute("SELECT visit_key FROM core_risk__scores").fetchall() == [("v1",)]


def test_nothing_of_a_row_can_be_read_from_the_file(tmp_path: Path, key: str) -> None:
    path = tmp_path / "northside.duckdb"
    with open_warehouse(path, key) as con:
        con.execute("INSERT INTO core_risk__scores VALUES ('findmefindme', 0.2, 'low', 'm', now())")
        log = path.with_name(path.name + ".wal")
        assert b"findme" not in (log.read_bytes() if log.exists() else b"")
    assert b"findme" not in path.read_bytes()
    assert b"core_risk" not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0


def test_a_wrong_key_is_named_as_such_and_not_repeated(tmp_path: Path, key: str) -> None:
    path = tmp_path / "northside.duckdb"
    open_warehouse(path, key).close()
    with pytest.raises(WarehouseClosed, match="key does not open this file") as refused:
        open_warehouse(path, OTHER)
    assert OTHER not in str(refused.value)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


@pytest.mark.parametrize("bad", ["", "abc", "zz" * 32, "0f" * 31, "0f" * 32 + "'"])
def test_a_key_that_is_none_is_refused_before_any_file_exists(tmp_path: Path, bad: str) -> None:
    path = tmp_path / "northside.duckdb"
    with pytest.raises(WarehouseClosed, match="64 hex digits"):
        open_warehouse(path, bad)
    assert not path.exists()


def test_a_reader_of_no_file_is_told_what_to_do(tmp_path: Path, key: str) -> None:
    with pytest.raises(WarehouseClosed, match="run the load once"):
        open_warehouse(tmp_path / "none.duckdb", key, read_only=True)


def test_a_second_writing_process_is_told_to_wait(tmp_path: Path, key: str) -> None:
    path = tmp_path / "northside.duckdb"
    code = (
        "import sys, pathlib; from warehouse.store import *\n"
        "try: open_warehouse(pathlib.Path(sys.argv[1]), sys.argv[2])\n"
        "except WarehouseClosed as refused: sys.exit(str(refused))"
    )
    with open_warehouse(path, key):
        other = subprocess.run(
            [sys.executable, "-c", code, str(path), key],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert "another process has it open" in other.stderr


def test_a_published_copy_is_read_while_the_original_is_written(tmp_path: Path, key: str) -> None:
    path, copy = tmp_path / "northside.duckdb", tmp_path / "read" / "northside.duckdb"
    open_warehouse(path, key).close()
    publish(path, copy)
    with open_warehouse(path, key) as writer, open_warehouse(copy, key, read_only=True) as reader:
        writer.execute("INSERT INTO core_risk__scores VALUES ('v1', 0.2, 'low', 'm', now())")
        assert reader.execute("SELECT count(*) FROM core_risk__scores").fetchone() == (0,)
    publish(path, copy)
    with open_warehouse(copy, key, read_only=True) as reader:
        assert reader.execute("SELECT count(*) FROM core_risk__scores").fetchone() == (1,)
    assert [file.name for file in copy.parent.iterdir()] == ["northside.duckdb"]


def test_what_a_publisher_that_died_left_is_gone_with_the_next(tmp_path: Path, key: str) -> None:
    path, copy = tmp_path / "northside.duckdb", tmp_path / "read" / "northside.duckdb"
    open_warehouse(path, key).close()
    copy.parent.mkdir()
    (copy.parent / ".northside.duckdb.k1ll3d").write_bytes(path.read_bytes())
    publish(path, copy)
    assert [file.name for file in copy.parent.iterdir()] == ["northside.duckdb"]


def test_a_file_still_being_written_is_not_published(tmp_path: Path, key: str) -> None:
    path = tmp_path / "northside.duckdb"
    with open_warehouse(path, key) as con:
        con.execute("INSERT INTO core_risk__scores VALUES ('v1', 0.2, 'low', 'm', now())")
        with pytest.raises(WarehouseClosed, match="close it, then publish"):
            publish(path, tmp_path / "copy.duckdb")
    assert not (tmp_path / "copy.duckdb").exists()


def test_nothing_is_spilled_to_disk_or_fetched_by_itself(tmp_path: Path, key: str) -> None:
    with open_warehouse(tmp_path / "northside.duckdb", key) as con:
        found = dict(
            con.execute("SELECT name, value FROM duckdb_settings()").fetchall(),
        )
    assert found["temp_directory"] == ""
    assert found["autoinstall_known_extensions"] == found["autoload_known_extensions"] == "false"
