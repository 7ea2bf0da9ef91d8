"""What the environment says of the way to GitHub, as the commands meet it."""

import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from collector.emulator.server import GitHubEmulator
from collector.github import environment
from collector.github.client import GitHub
from tests.command import Collect


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("HTTPS_PROXY", "http://proxy.example:port", "HTTPS_PROXY names the proxy"),
        ("ALL_PROXY", "socks4://proxy.example", "ALL_PROXY names a socks4:// proxy"),
        ("SSL_CERT_FILE", "none.pem", 'SSL_CERT_FILE is "none.pem": no such file'),
        ("SSL_CERT_DIR", "none", 'SSL_CERT_DIR is "none"'),
    ],
)
def test_a_setting_that_cannot_be_used_ends_with_2_before_anything_is_made(
    run: Collect, config: Path, name: str, value: str, said: str
) -> None:
    result = run("sync", GITHUB_TOKEN="token", **{name: value})
    assert result.exit_code == 2
    assert said in result.stderr
    assert not Path("signals.db").exists()
    result = run("doctor", "--json", GITHUB_TOKEN="token", **{name: value})
    assert result.exit_code == 2
    (api,) = [c for c in json.loads(result.stdout)["checks"] if c["check"] == "api"]
    assert (api["status"], said in api["message"]) == ("error", True)


class Refusing(BaseHTTPRequestHandler):
    """A proxy that lets nobody through without a password."""

    def do_CONNECT(self) -> None:
        self.send_response(407)
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


def test_a_proxy_that_wants_a_password_ends_with_6_at_once(run: Collect, config: Path) -> None:
    proxy = HTTPServer(("127.0.0.1", 0), Refusing)
    serving = Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.01})
    serving.start()
    try:
        for words in ("sync", "doctor"):
            result = run(words, GITHUB_TOKEN="token", HTTPS_PROXY=f"http://127.0.0.1:{proxy.server_port}")
            assert result.exit_code == 6
            said = f"The proxy 127.0.0.1:{proxy.server_port} from HTTPS_PROXY requires a user name and password (407)."
            assert said in result.output
    finally:
        proxy.shutdown()
        serving.join()
        proxy.server_close()


def test_a_proxy_between_us_and_a_server_that_is_passed_over(
    run: Collect, config: Path, server: GitHubEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:port")
    monkeypatch.setenv("NO_PROXY", "[::1],10.0.0.0/8,fd00::/8,api.github.com")
    assert run("sync").exit_code == 0
    assert isinstance(environment.interactive_client("token"), GitHub)
