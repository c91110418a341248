"""What every page of one server shares: the open archive, the templates, the tokens; and how a page is answered."""

import hashlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import quote, urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from cleaner import urls
from cleaner.archive import Archive, Entry
from cleaner.archive.layout import CATALOGUE
from cleaner.jobs.apart import Apart
from cleaner.web.guard import Tokens

__all__ = ["Desk", "Endpoint", "desk_of", "found", "html_page", "style_sheet"]

Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]


class Desk:
    """One server's archive, templates and tokens; used by one thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._apart = Apart()
        self._archive = self._opened()
        self._catalogue = self._identity()
        self.tokens = Tokens()
        self.templates = _templates()

    @property
    def archive(self) -> Archive:
        """The open archive; opened again where its catalogue was built anew by another process."""
        if self._identity() != self._catalogue:
            self._archive.close()
            self._archive = self._opened()
            self._catalogue = self._identity()
        return self._archive

    def _opened(self) -> Archive:
        archive = Archive(self._path, create=False)
        archive.clean = self._apart  # a page that hangs must not hang the server
        return archive

    def close(self) -> None:
        """Nothing; the archive is closed."""
        self._archive.close()
        self._apart.close()

    def _identity(self) -> int:
        try:
            return (self._path / CATALOGUE).stat().st_ino
        except FileNotFoundError:
            return 0


def desk_of(request: Request) -> Desk:
    """The desk of the server that was asked."""
    desk: Desk = request.state.desk
    return desk


def found(request: Request) -> Entry:
    """The capture that the address names; raises InputError where the archive has none."""
    return desk_of(request).archive.show(str(request.path_params["id"])).entry


def html_page(request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """The template filled; every value in it is escaped unless it is marked as HTML of ours."""
    rendered = (
        desk_of(request)
        .templates.get_template(template)
        .render(path=request.url.path, style=f"/static/style.css?v={style_sheet()[1]}", **context)
    )
    return HTMLResponse(rendered.encode("utf-8", "replace"), status_code=status)


@lru_cache(maxsize=1)
def style_sheet() -> tuple[bytes, str]:
    """The style sheet and a name for its content."""
    content = files("cleaner.web").joinpath("static/style.css").read_bytes()
    return content, hashlib.sha256(content).hexdigest()[:12]


def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("cleaner.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "day": lambda moment: moment[:10] if moment else "",
        "minute": lambda moment: moment[:16].replace("T", " ") if moment else "",
        "instant": lambda unix_s: datetime.fromtimestamp(unix_s, UTC).isoformat(timespec="minutes"),
        "rulelink": lambda rule: "/rules/" + quote(rule),
        "query": lambda values: urlencode({name: value for name, value in values.items() if value}),
        "number": lambda value: f"{value:,}".replace(",", "\u202f"),
        "safe_href": urls.absolute,
    }
    return environment
