"""`board` serves the pages on loopback until it is told to stop, and says nothing of anybody."""

import os
import signal
import socket
import subprocess
import sys
import time

import httpx
import pytest

from data_contracts.errors import UserError
from deployments.boarding import boarded
from deployments.demo.services import free_port
from tests.cast import clinic
from tests.portal.boarding import Browser


@pytest.mark.slow
def test_it_serves_a_sign_in_until_it_is_stopped(write_file, enter, ptclinic):
    write_file()
    enter()
    said = ptclinic("user", "add", "northside", "maria", "--role", "front_desk", "--json").document
    port = free_port()
    command = [sys.executable, "-m", "deployments.command", "board", "--port", str(port)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, env={**os.environ}, **pipes) as process:
        browser = Browser(f"http://127.0.0.1:{port}/northside", "maria", said["password"])
        try:
            _until_it_listens(port)
            assert browser.sign_in().status_code == 303
            assert browser.get("today").headers["location"] == "/northside/password"
            new = "four words of mine"
            assert browser.post("password", old=said["password"], new=new).status_code == 303
            assert "Nobody is booked" in browser.get("today").text
        finally:
            browser.close()
            process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=90)
    assert f"http://127.0.0.1:{port}/northside/" in err
    assert "maria" not in out + err
    assert said["password"] not in out + err


def _until_it_listens(port):
    for _ in range(1200):
        try:
            httpx.get(f"http://127.0.0.1:{port}/healthz")
        except httpx.ConnectError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("it does not listen")


def test_a_port_that_is_taken_is_named(write_file, enter, ptclinic):
    write_file()
    enter()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = ptclinic("board", "--port", port)
    assert said.code == 1
    assert f"127.0.0.1:{port} cannot be used" in said.err


def test_every_clinic_is_served_unless_some_are_named():
    here = {"northside": clinic(), "riverbend": clinic(slug="riverbend")}
    assert boarded(here, []) == ["northside", "riverbend"]
    assert boarded(here, ["riverbend"]) == ["riverbend"]
    with pytest.raises(UserError, match="no clinic elsewhere; the files here are: northside"):
        boarded(here, ["elsewhere"])
    with pytest.raises(UserError, match="begin with `ptclinic new SLUG`"):
        boarded({}, [])
