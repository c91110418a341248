"""Addresses as pure text: made absolute, freed of tracking, compared. Nothing is fetched here; any string is safe."""

import re
import unicodedata
from functools import lru_cache
from urllib.parse import SplitResult, urljoin, urlsplit

__all__ = ["absolute", "host", "key", "reference", "without_tracking"]

# Parameters that say who sent the reader, never which page is meant. Names that some sites use for content
# (`ref`, `source`, `id`, `campaign`) stay out on purpose. Lower case; sources: the platforms' own documentation.
_TRACKING_NAMES = """
fbclid fb_action_ids fb_action_types fb_source fb_ref gclid gclsrc dclid gbraid wbraid srsltid _ga _gl
msclkid twclid ttclid yclid ysclid _openstat igshid igsh li_fat_id epik s_kwcid ef_id mc_cid mc_eid _hsenc _hsmi
__hssc __hstc __hsfp hsctatracking mkt_tok vero_id vero_conv oly_anon_id oly_enc_id __s rb_clickid wickedid
ml_subscriber ml_subscriber_hash _branch_match_id _branch_referrer __twitter_impression sr_share cmpid xtor
at_medium at_campaign at_custom1 at_custom2 at_custom3 at_custom4 at_link_id at_link_origin at_link_type at_format
at_ptr_name at_bbc_team at_campaign_type ns_mchannel ns_campaign ns_source ns_linkname ns_fee
guccounter guce_referrer guce_referrer_sig wt_mc wt.mc_id spm echobox
"""
TRACKING_PARAMETERS = frozenset(_TRACKING_NAMES.split())
TRACKING_PREFIXES = (
    "utm_",
    "pk_",
    "piwik_",
    "mtm_",
    "matomo_",
    "hsa_",
    "ga_campaign",
    "ga_source",
    "ga_medium",
    "ga_term",
)
TRACKING_FRAGMENTS = ("xtor=", "echobox=", "utm_", ":~:text=")

_ANY_BASE = "https://any.invalid/"
DEFAULT_PORTS = {"http": 80, "https": 443}

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_C0_AND_SPACE = "".join(map(chr, range(0x21)))
_LINE_SIGNS = re.compile("[\t\n\r]")
_UNSAFE = re.compile('[\x00-\x20"<>`\\\\^{|}\x7f-\xa0\u2028\u2029\ud800-\udfff]')
_BAD_HOST = re.compile(r"[\s%\"<>^`{|}\\]")
_ESCAPE = re.compile("%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def absolute(href: str, base: str | None = None) -> str | None:
    """`href` as an absolute http, https or mailto address as seen from `base`; None for other schemes and nonsense.

    Characters that cannot stand in an address are percent-encoded, letters of all scripts stay as they are.
    """
    cleaned = _trimmed(href)
    if not cleaned:
        return None
    scheme = _SCHEME.match(cleaned)
    if scheme is None:
        return _joined(_forward(cleaned), base)
    name = scheme[0][:-1].lower()
    if name == "mailto":
        return _mail(cleaned[scheme.end() :])
    if name not in DEFAULT_PORTS:
        return None
    return _web(f"{name}:{_forward(cleaned[scheme.end() :])}")


def reference(href: str, base: str | None = None) -> str | None:
    """`href` absolute where it can be, without a base also a safe relative one; None for what may not be linked."""
    found = absolute(href, base)
    if found is None and not base and absolute(href, _ANY_BASE) is not None:
        return _quoted(_forward(_trimmed(href)))
    return found


def without_tracking(url: str) -> str:
    """`url` without the parameters and fragments that only say where the reader came from; all else byte for byte."""
    if "?" not in url and "#" not in url:
        return url
    rest, hash_sign, fragment = url.partition("#")
    if fragment.lower().startswith(TRACKING_FRAGMENTS):
        hash_sign = fragment = ""
    path, question, query = rest.partition("?")
    if query:
        query = "&".join(pair for pair in query.split("&") if not _is_tracking(pair))
        question = "?" if query else ""
    return f"{path}{question}{query}{hash_sign}{fragment}"


def host(url: str) -> str:
    """The host of `url` in lower case, other scripts as `xn--`, without port; empty where there is none."""
    parts = _split(url)
    return _ascii_host(parts.hostname or "") if parts else ""


@lru_cache(maxsize=256)  # what keeps a page asks for its key several times in a row
def key(url: str) -> str:
    """The form in which two addresses of one page are equal: no user, fragment, default port or tracking.

    Scheme and host in lower case, needless percent-encoding undone. What cannot be split comes back as it is.
    """
    parts = _split(url)
    if parts is None or not parts.hostname:
        return url
    port = "" if parts.port in (None, DEFAULT_PORTS.get(parts.scheme)) else f":{parts.port}"
    name = _ascii_host(parts.hostname)
    place = f"[{name}]" if ":" in name else name
    path = _plain_escapes(parts.path) or "/"
    query = without_tracking("?" + parts.query).removeprefix("?")
    return f"{parts.scheme}://{place}{port}{path}" + (f"?{_plain_escapes(query)}" if query else "")


def _trimmed(href: str) -> str:
    # What browsers take off before they read an address: more than this could hide a scheme, less could change a path.
    return _LINE_SIGNS.sub("", href.strip(_C0_AND_SPACE))


def _joined(href: str, base: str | None) -> str | None:
    if not base:
        return _web(f"https:{href}") if href.startswith("//") else None
    try:
        joined = urljoin(base, href)
    except ValueError:
        return None
    return _web(joined)


def _web(url: str) -> str | None:
    quoted = _quoted(url)
    parts = _split(quoted)
    if parts is None or parts.scheme not in DEFAULT_PORTS or not parts.hostname or _BAD_HOST.search(parts.netloc):
        return None
    return quoted


def _mail(address: str) -> str | None:
    # `mailto:?subject=…` has no addressee: it is a share button, not a link.
    quoted = _quoted(address.strip())
    return f"mailto:{quoted}" if "@" in quoted.partition("?")[0] else None


def _forward(href: str) -> str:
    # Browsers read a backslash before the query as a slash.
    cut = min((at for at in (href.find("?"), href.find("#")) if at >= 0), default=len(href))
    return href[:cut].replace("\\", "/") + href[cut:]


def _quoted(url: str) -> str:
    return _UNSAFE.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "replace")), url)


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises where the port is no number
    except ValueError:
        return None
    return parts


def _is_tracking(pair: str) -> bool:
    name = pair.partition("=")[0].lower()
    return name in TRACKING_PARAMETERS or name.startswith(TRACKING_PREFIXES)


def _ascii_host(name: str) -> str:
    if name.isascii():
        return name.lower()
    return ".".join(map(_ascii_label, unicodedata.normalize("NFKC", name).lower().split(".")))


def _ascii_label(label: str) -> str:
    return label if label.isascii() else "xn--" + label.encode("punycode", "replace").decode("ascii")


def _plain_escapes(text: str) -> str:
    return _ESCAPE.sub(_plain_escape, text) if "%" in text else text


def _plain_escape(found: re.Match[str]) -> str:
    char = chr(int(found[1], 16))
    return char if char in _UNRESERVED else f"%{found[1].upper()}"
