"""An index of originals for replay programs: CDXJ, one line a record, by the URL as such programs sort it (SURT)."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from cleaner.archive import payload, warc
from cleaner.archive.warc import Stored

__all__ = ["lines", "surt"]

INDEXED = frozenset({"response", "revisit", "resource"})
DEFAULT_PORTS = {"http": 80, "https": 443}
REVISIT_MIME = "warc/revisit"

_WWW = re.compile(r"^www\d*\.")


def lines(path: Path, name: str) -> Iterator[str]:
    """A line, without its end, for each record of the file that can be replayed; the file is called `name` in it."""
    for stored in warc.read(path):
        if stored.kind in INDEXED and "warc-target-uri" in stored.fields:
            yield line(stored, name)


def line(stored: Stored, name: str) -> str:
    """The line of this record."""
    url = stored.fields["warc-target-uri"].strip("<>")
    stamp = re.sub(r"\D", "", stored.fields.get("warc-date", ""))[:14].ljust(14, "0")
    facts = {"url": url, **_facts(stored)}
    facts |= {"length": str(stored.length), "offset": str(stored.offset), "filename": name}
    return f"{surt(url)} {stamp} {json.dumps(facts)}"


def _facts(stored: Stored) -> dict[str, str]:
    digest = stored.fields.get("warc-payload-digest")
    if stored.kind == "resource":
        mime = stored.fields.get("content-type", "").partition(";")[0].strip()
        return {"mime": mime, "digest": digest or warc.digest(stored.block)}
    head, body = payload.split(stored.block)
    found = payload.read_payload(stored.block)
    status = head.split(None, 2)[1:2]
    mime = (payload.head_field(head, "content-type") or "").partition(";")[0].strip()
    told = REVISIT_MIME if stored.kind == "revisit" else mime
    return {
        **({"mime": told} if told else {}),
        "status": status[0].decode("latin-1") if status else "",
        "digest": digest or (found.digest if found else warc.digest(body)),
    }


def surt(url: str) -> str:
    """The URL's sort key: host from its end, path and query in lower case, arguments in order; others in lower case.

    As the canonicaliser of the Internet Archive does it, but for session ids, which it takes out and this leaves.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return url.lower()
    if parts.scheme.lower() not in DEFAULT_PORTS or not host:
        return url.lower()
    named = ",".join(reversed(_WWW.sub("", host).split(".")))
    at = f":{port}" if port not in (None, DEFAULT_PORTS[parts.scheme.lower()]) else ""
    path = parts.path.lower().rstrip("/") or "/"
    query = "&".join(sorted(parts.query.lower().split("&"))) if parts.query else ""
    return f"{named}{at}){path}{'?' + query if query else ''}"
