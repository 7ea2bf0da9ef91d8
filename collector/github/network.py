"""What the environment says of the way to a server: which proxy, and whose certificates are trusted.

The same variables as of curl and Python's own urllib. A setting that cannot be used is refused before anything is sent,
with the name of its variable.
"""

import ipaddress
import os
import re
import ssl
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import SplitResult, urlsplit
from urllib.request import getproxies

from collector.errors import UsageError

SCHEMES = ("http", "https", "socks5", "socks5h")
# How OpenSSL names certificates in a folder: https://docs.openssl.org/master/man1/openssl-rehash/.
_BY_HASH = re.compile(r"[0-9a-f]{8}\.\d+")


@dataclass(frozen=True)
class Proxy:
    """A proxy: its address, which may hold a password, and the variable that names it."""

    url: str
    variable: str

    @property
    def shown(self) -> str:
        """Host and port, without user name and password."""
        return self.url.partition("://")[2].rpartition("@")[2].partition("/")[0]

    @property
    def is_https(self) -> bool:
        """Whether the proxy itself is spoken to by TLS."""
        return self.url.startswith("https:")

    @property
    def has_password(self) -> bool:
        """Whether a user name is sent to it."""
        return "@" in self.url


def proxy_for(url: str) -> Proxy | None:
    """The proxy by which a server is to be reached, None for none. Raises UsageError for one that cannot be used."""
    scheme = urlsplit(url).scheme
    named = getproxies()  # from the environment, where the desktop's settings are not kept elsewhere
    if _is_passed_over(urlsplit(url), named.get("no", "")):
        return None
    for key in (scheme, "all"):
        if named.get(key):
            return _usable(named[key], _variable(f"{key}_proxy"))
    return None


def certificates() -> ssl.SSLContext | None:
    """Trusts the certificates of SSL_CERT_FILE and SSL_CERT_DIR; None when neither is set. Raises UsageError."""
    file, folders = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    if not file and not folders:
        return None
    if folders and not any(_holds_certificates(folder) for folder in folders.split(os.pathsep)):
        raise UsageError(
            f'SSL_CERT_DIR is "{folders}", where no certificate is found by its hash.',
            f"Run `openssl rehash {folders}`, or leave the variable unset.",
        )
    try:
        return ssl.create_default_context(cafile=file or None, capath=folders or None)
    except OSError as error:  # an SSLError, for what is no certificate, is one too
        why = "is no certificate" if isinstance(error, ssl.SSLError) else (error.strerror or "cannot be read").lower()
        raise UsageError(
            f'SSL_CERT_FILE is "{file}": {why}.', "Give a file of certificates (PEM), or leave the variable unset."
        ) from None


def _variable(name: str) -> str:
    """The variable that holds it; the lower-case one wins."""
    return next((n for n in (name, name.upper()) if os.environ.get(n)), "the system's settings")


def _usable(text: str, variable: str) -> Proxy:
    """The proxy that a variable names. Raises UsageError."""
    proxy = Proxy(text if "://" in text else f"http://{text}", variable)
    if not _is_address(proxy.url):
        raise UsageError(
            f'{variable} names the proxy "{proxy.shown}", which is no host and port.',
            "Write it as http://HOST:PORT, with what is special in a password %-encoded, or leave the variable unset.",
        )
    scheme = urlsplit(proxy.url).scheme
    if scheme not in SCHEMES:
        raise UsageError(
            f"{variable} names a proxy of the kind {scheme}://, which cannot be used.",
            f"Use one of {', '.join(f'{known}://' for known in SCHEMES)}, or leave the variable unset.",
        )
    if scheme.startswith("socks") and find_spec("socksio") is None:
        raise UsageError(
            f"{variable} names a SOCKS proxy, for which the package socksio is missing.",
            f"Install it (`{sys.executable} -m pip install socksio`), or name an HTTP proxy.",
        )
    return proxy


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(re.fullmatch(r"[\w.-]+|[\da-f.:]+(%\w+)?", parts.hostname or "", re.ASCII)) and parts.port != 0
    except ValueError:  # a port that is no number or above 65535, or a bracket too few
        return False


def _is_passed_over(url: SplitResult, no_proxy: str) -> bool:
    """Whether NO_PROXY names the server: by name or domain, by address or range of addresses, or all by `*`."""
    host = (url.hostname or "").rstrip(".")
    port = url.port or {"http": 80, "https": 443}.get(url.scheme)
    entries = [_apart(entry.lower()) for entry in re.split(r"[,\s]+", no_proxy) if entry]
    return any(_names(name, host) for name, only in entries if not only or int(only) == port)


def _apart(entry: str) -> tuple[str, str]:
    """The name and the port of what may stand in NO_PROXY: HOST, HOST:PORT, [ADDRESS], [ADDRESS]:PORT, ADDRESS/BITS."""
    match = re.fullmatch(r"\[(.*)\](/\d+)?(?::(\d+))?", entry)
    if match:
        return match[1] + (match[2] or ""), match[3] or ""
    name, _, port = entry.partition(":")
    return (name, port) if port.isdecimal() else (entry, "")


def _names(name: str, host: str) -> bool:
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
        return any(_BY_HASH.fullmatch(path.name) for path in Path(folder).iterdir())
    except OSError:
        return False
