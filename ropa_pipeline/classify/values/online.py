"""Shapes of online identifiers: IP, MAC, user agents, tokens, hashes, wallets.

Belongs here: detectors of what singles out a device, a session or a purse. GDPR recital 30.
"""

import base64
import binascii
import ipaddress
import re

_MAC = re.compile(r"[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}")
_UUID = re.compile(r"\{?[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\}?")
_HEX = re.compile(r"(?:[0-9a-f]{26,128}|[0-9A-F]{26,128})")
_HASH = re.compile(
    r"\$2[abxy]?\$\d\d\$[./A-Za-z0-9]{53}|\$argon2(?:id|i|d)\$\S{20,}|\$[156]\$\S{10,}|\$[PHS]\$[./A-Za-z0-9]{20,60}"
    r"|pbkdf2_sha\d+\$\S{20,}|[0-9a-f]{32}:[^\s:]{2,64}|[0-9a-f]{64}:[^\s:]{2,64}(?::\d)?"
)
_BASE58 = re.compile(r"[1-9A-HJ-NP-Za-km-z]+")
_ETHEREUM = re.compile(r"0x[0-9a-fA-F]{40}")
_AGENT = re.compile(r"(?:Mozilla|Opera|Dalvik|curl|okhttp|python-requests|PostmanRuntime|Wget)/\d", re.IGNORECASE)
_LOWEST_INTEGER, _HIGHEST_INTEGER = 16_777_216, 3_758_096_383


def is_ip(text: str) -> bool:
    """An IPv4 or IPv6 address.

    >>> is_ip("203.0.113.7"), is_ip("2001:db8::1"), is_ip("1.2.3")
    (True, True, False)
    """
    if not (text.count(".") == 3 or text.count(":") >= 2) or len(text) > 45:
        return False
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def is_ip_integer(text: str) -> bool:
    """An IPv4 address kept as one whole number (PHP's ip2long): the range of ordinary addresses.

    >>> is_ip_integer("3405803783"), is_ip_integer("42")
    (True, False)
    """
    return text.isdigit() and 8 <= len(text) <= 10 and _LOWEST_INTEGER <= int(text) <= _HIGHEST_INTEGER


def is_mac(text: str) -> bool:
    """A MAC address."""
    return _MAC.fullmatch(text) is not None


def is_user_agent(text: str) -> bool:
    """A browser's or program's user agent."""
    return _AGENT.match(text) is not None


def is_uuid(text: str) -> bool:
    """A UUID."""
    return _UUID.fullmatch(text) is not None


def is_hex_token(text: str) -> bool:
    """A long hexadecimal token or digest that mixes letters and digits."""
    return _HEX.fullmatch(text) is not None and not text.isdigit() and not text.isalpha()


def is_password_hash(text: str) -> bool:
    """A salted password hash: bcrypt, argon2, crypt, phpass, PBKDF2, or digest with salt."""
    return _HASH.fullmatch(text) is not None


def is_jwt(text: str) -> bool:
    """A JSON Web Token: three base64url parts, the first of which opens as a JSON object."""
    parts = text.split(".")
    if len(parts) != 3 or not text.startswith("eyJ"):
        return False
    try:
        head = base64.urlsafe_b64decode(parts[0] + "=" * (-len(parts[0]) % 4))
    except (ValueError, binascii.Error):
        return False
    return head[:1] == b"{"


def is_wallet_address(text: str) -> bool:
    """A base58 public key or wallet address (Solana 43 or 44 characters, Bitcoin 26 to 35), or an Ethereum one."""
    if _ETHEREUM.fullmatch(text):
        return True
    if len(text) in (43, 44) or (26 <= len(text) <= 35 and text[0] in "13"):
        return _mixed_base58(text)
    return False


def is_signature(text: str) -> bool:
    """A base58 transaction signature (Solana, 86 to 88 characters)."""
    return 86 <= len(text) <= 88 and _mixed_base58(text)


def _mixed_base58(text: str) -> bool:
    return (
        _BASE58.fullmatch(text) is not None
        and any(char.isdigit() for char in text)
        and any(char.islower() for char in text)
        and any(char.isupper() for char in text)
    )
