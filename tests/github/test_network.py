"""Proxies and certificates as the environment names them."""

import re
from pathlib import Path

import pytest

from collector.errors import UsageError
from collector.github import network

API = "https://api.github.com/graphql"
CERTIFICATE = Path(__file__).parent / "data" / "localhost.pem"


@pytest.mark.parametrize(
    ("environment", "url", "variable"),
    [
        ({"HTTPS_PROXY": "http://p:3128"}, "http://p:3128", "HTTPS_PROXY"),
        ({"HTTPS_PROXY": "p:3128"}, "http://p:3128", "HTTPS_PROXY"),
        ({"HTTPS_PROXY": "http://[::1]:3128"}, "http://[::1]:3128", "HTTPS_PROXY"),
        ({"https_proxy": "http://lower", "HTTPS_PROXY": "http://upper"}, "http://lower", "https_proxy"),
        ({"ALL_PROXY": "http://p"}, "http://p", "ALL_PROXY"),
        # What is not used is not judged: desktops set this one for all programs.
        ({"ALL_PROXY": "socks://p:1080/", "HTTPS_PROXY": "http://p"}, "http://p", "HTTPS_PROXY"),
    ],
)
def test_the_proxy_of_a_server(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], url: str, variable: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert network.proxy_for(API) == network.Proxy(url, variable)


def test_no_proxy_for_another_scheme(monkeypatch: pytest.MonkeyPatch) -> None:
    assert network.proxy_for(API) is None
    monkeypatch.setenv("HTTP_PROXY", "nonsense://")
    assert network.proxy_for(API) is None


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("http://p:99999", '"p:99999", which is not a host and port'),
        ("http://p:port", '"p:port", which is not a host and port'),
        ("http://user:hush@p:port", '"p:port", which is not a host and port'),
        ("http://user:hu/sh@p:1", '"p:1", which is not a host and port'),
        ("http://[::1", '"[::1", which is not a host and port'),
        ("http://", '"", which is not a host and port'),
        ("http://a b", '"a b", which is not a host and port'),
        ("socks4://p:1080", "socks4:// proxy"),
        ("socks5://p:1080", "the package socksio is not installed"),
    ],
)
def test_a_proxy_that_cannot_be_used_is_refused_by_its_variable(
    monkeypatch: pytest.MonkeyPatch, value: str, said: str
) -> None:
    monkeypatch.setattr(network, "find_spec", lambda name: None)
    monkeypatch.setenv("HTTPS_PROXY", value)
    with pytest.raises(UsageError, match=rf"HTTPS_PROXY names .*{re.escape(said)}") as raised:
        network.proxy_for(API)
    assert raised.value.next_step
    assert "hu" not in raised.value.message.replace("which", "")


def test_a_socks_proxy_is_used_where_its_package_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "find_spec", lambda name: object())
    monkeypatch.setenv("ALL_PROXY", "socks5h://p:1080")
    assert network.proxy_for(API) == network.Proxy("socks5h://p:1080", "ALL_PROXY")


@pytest.mark.parametrize(
    ("entries", "server"),
    [
        ("*", API),
        ("github.com", API),
        (".github.com", API),
        ("*.github.com", API),
        ("API.GitHub.com", API),
        ("api.github.com:443", API),
        ("localhost, github.com", API),
        ("localhost github.com", API),
        ("localhost", "http://localhost:8000"),
        ("::1", "http://[::1]:8000"),
        ("[::1]", "http://[::1]:8000"),
        ("[::1]:8000", "http://[::1]:8000"),
        ("0:0:0:0:0:0:0:1", "http://[::1]:8000"),
        ("fd00::/8", "http://[fd12::7]"),
        ("[fd00::]/8", "http://[fd12::7]"),
        ("10.1.2.3", "https://10.1.2.3"),
        ("10.0.0.0/8", "https://10.1.2.3"),
        ("10.1.2.3:443", "https://10.1.2.3"),
    ],
)
def test_servers_that_are_reached_without_a_proxy(monkeypatch: pytest.MonkeyPatch, entries: str, server: str) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://p:3128")
    assert network.proxy_for(server) is not None
    monkeypatch.setenv("NO_PROXY", entries)
    assert network.proxy_for(server) is None


@pytest.mark.parametrize(
    ("entries", "server"),
    [
        ("", API),
        (",, ,", API),
        ("hub.com", API),
        ("api.github.com:80", API),
        ("[::1],fd00::/8,10.0.0.0/8,10.0.0.0/99,[,http://x,:", API),
        ("[::1]:80", "http://[::1]:8000"),
        ("fd00::/8", "https://10.1.2.3"),
        ("10.1.2.30", "https://10.1.2.3"),
        ("2.3", "https://10.1.2.3"),
    ],
)
def test_servers_that_are_reached_by_the_proxy_all_the_same(
    monkeypatch: pytest.MonkeyPatch, entries: str, server: str
) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://p:3128")
    monkeypatch.setenv("NO_PROXY", entries)
    assert network.proxy_for(server) is not None


def test_certificates_are_the_usual_ones_when_none_are_named() -> None:
    assert network.certificates() is None


def test_certificates_of_a_file_and_of_a_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    context = network.certificates()
    assert context is not None
    assert len(context.get_ca_certs()) == 1
    monkeypatch.delenv("SSL_CERT_FILE")
    (tmp_path / "0a1b2c3d.0").write_bytes(CERTIFICATE.read_bytes())
    monkeypatch.setenv("SSL_CERT_DIR", f"{tmp_path / 'none'}:{tmp_path}")
    assert network.certificates() is not None


@pytest.mark.parametrize(
    ("content", "said"), [(None, "no such file or directory"), ("", "no certificate"), ("text", "no certificate")]
)
def test_a_file_of_certificates_that_is_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str | None, said: str
) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    with pytest.raises(UsageError, match=rf'SSL_CERT_FILE is "{path}": {said}'):
        network.certificates()


def test_a_file_of_certificates_that_is_a_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path))
    with pytest.raises(UsageError, match=r"SSL_CERT_FILE is .*: is a directory"):
        network.certificates()


@pytest.mark.parametrize("name", ["none", "file", "."])
def test_a_folder_of_certificates_without_any(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("ca.pem")
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / name))
    with pytest.raises(UsageError, match=r"SSL_CERT_DIR is .*, which has no certificates named by their hash"):
        network.certificates()
