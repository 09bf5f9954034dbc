"""Tests reach this machine and nothing else."""

import socket

import httpx
import pytest
import requests
from pytest_socket import SocketConnectBlockedError

# It warns besides raising, and a warning is an error here: the first of the two would win.
pytestmark = pytest.mark.filterwarnings("ignore:A test tried to use:UserWarning")


@pytest.mark.parametrize("address", ["192.0.2.1", "198.51.100.7", "10.0.0.1"])
def test_a_connection_to_elsewhere_is_refused_before_it_leaves(address):
    with socket.socket() as one, pytest.raises(SocketConnectBlockedError):
        one.connect((address, 80))


@pytest.mark.parametrize("get", [httpx.get, requests.get], ids=["httpx", "requests"])
def test_no_client_gets_out_either(get):
    with pytest.raises(SocketConnectBlockedError):
        get("http://192.0.2.1/", timeout=1)


def test_loopback_is_open():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as one:
        one.connect(server.getsockname())
