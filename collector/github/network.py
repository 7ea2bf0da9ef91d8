"""Proxy and TLS certificate settings from environment variables, the same that curl and Python's urllib read.

An unusable setting is rejected before anything is sent; the message names its variable.
"""

import ipaddress
import os
import re
import ssl
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import SplitResult, urlsplit
from urllib.request import getproxies

from collector import installation
from collector.errors import UsageError

SCHEMES = ("http", "https", "socks5", "socks5h")
# File names of certificates in a folder that OpenSSL can use: https://docs.openssl.org/master/man1/openssl-rehash/.
_HASHED_NAME = re.compile(r"[0-9a-f]{8}\.\d+")


@dataclass(frozen=True)
class Proxy:
    """A proxy: its URL, which may contain a password, and the variable that it comes from."""

    url: str
    variable: str

    @property
    def shown(self) -> str:
        """Host and port, without user name and password, for messages."""
        return self.url.partition("://")[2].rpartition("@")[2].partition("/")[0]

    @property
    def is_https(self) -> bool:
        """Whether the connection to the proxy itself uses TLS."""
        return self.url.startswith("https:")

    @property
    def has_password(self) -> bool:
        """Whether the URL contains a user name and password."""
        return "@" in self.url


def proxy_for(url: str) -> Proxy | None:
    """Return the proxy to use for a URL; None for a direct connection. Raises UsageError for an unusable proxy."""
    scheme = urlsplit(url).scheme
    named = getproxies()  # environment variables; on macOS and Windows also the system's settings
    if _bypasses_proxy(urlsplit(url), named.get("no", "")):
        return None
    for key in (scheme, "all"):
        if named.get(key):
            return _usable(named[key], _variable(f"{key}_proxy"))
    return None


def certificates() -> ssl.SSLContext | None:
    """Return a TLS context that trusts SSL_CERT_FILE and SSL_CERT_DIR; None when unset. Raises UsageError."""
    file, folders = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    if not file and not folders:
        return None
    if folders and not any(_holds_certificates(folder) for folder in folders.split(os.pathsep)):
        raise UsageError(
            f'SSL_CERT_DIR is "{folders}", which has no certificates named by their hash.',
            f"Run `openssl rehash {folders}`, or leave the variable unset.",
        )
    try:
        return ssl.create_default_context(cafile=file or None, capath=folders or None)
    except OSError as error:  # includes ssl.SSLError, raised for a file without certificates
        why = "no certificate" if isinstance(error, ssl.SSLError) else (error.strerror or "cannot be read").lower()
        raise UsageError(
            f'SSL_CERT_FILE is "{file}": {why}.', "Name a file of certificates (PEM), or leave the variable unset."
        ) from None


def _variable(name: str) -> str:
    """Return the variable that is set, preferring the lower-case one."""
    return next((n for n in (name, name.upper()) if os.environ.get(n)), "the system's settings")


def _usable(text: str, variable: str) -> Proxy:
    """Return the proxy that a variable names. Raises UsageError when it cannot be used."""
    proxy = Proxy(text if "://" in text else f"http://{text}", variable)
    if not _is_valid(proxy.url):
        raise UsageError(
            f'{variable} names the proxy "{proxy.shown}", which is not a host and port.',
            "Write it as http://HOST:PORT, special characters in a password %-encoded, or leave the variable unset.",
        )
    scheme = urlsplit(proxy.url).scheme
    if scheme not in SCHEMES:
        raise UsageError(
            f"{variable} names a {scheme}:// proxy, which is not supported.",
            f"Use one of {', '.join(f'{known}://' for known in SCHEMES)}, or leave the variable unset.",
        )
    if scheme.startswith("socks") and find_spec("socksio") is None:
        raise UsageError(
            f"{variable} names a SOCKS proxy, but the package socksio is not installed.",
            f"Install it (`{installation.to_install(['socksio'])}`), or name an HTTP proxy.",
        )
    return proxy


def _is_valid(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(re.fullmatch(r"[\w.-]+|[\da-f.:]+(%\w+)?", parts.hostname or "", re.ASCII)) and parts.port != 0
    except ValueError:  # an invalid port, or an unclosed bracket
        return False


def _bypasses_proxy(url: SplitResult, no_proxy: str) -> bool:
    """Return whether NO_PROXY covers the host: by name, domain, IP address, CIDR range, or `*` for all."""
    host = (url.hostname or "").rstrip(".")
    port = url.port or {"http": 80, "https": 443}.get(url.scheme)
    entries = [_split_port(entry.lower()) for entry in re.split(r"[,\s]+", no_proxy) if entry]
    return any(_covers(name, host) for name, only in entries if not only or int(only) == port)


def _split_port(entry: str) -> tuple[str, str]:
    """Split a NO_PROXY entry into name and port: HOST, HOST:PORT, [ADDRESS], [ADDRESS]:PORT or ADDRESS/BITS."""
    match = re.fullmatch(r"\[(.*)\](/\d+)?(?::(\d+))?", entry)
    if match:
        return match[1] + (match[2] or ""), match[3] or ""
    name, _, port = entry.partition(":")
    return (name, port) if port.isdecimal() else (entry, "")


def _covers(name: str, host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        domain = name.removeprefix("*").strip(".")
        return name == "*" or (bool(domain) and f".{host}".endswith(f".{domain}"))
    try:
        return address in ipaddress.ip_network(name, strict=False)
    except ValueError:
        return name == "*"


def _holds_certificates(folder: str) -> bool:
    try:
        return any(_HASHED_NAME.fullmatch(path.name) for path in Path(folder).iterdir())
    except OSError:
        return False
