"""`cleaner archive serve`: the archive as pages in a browser, on this machine."""

from typing import Annotated

import typer

from cleaner.cli import terminal
from cleaner.cli.choices import ArchiveChoice, Saying, with_records
from cleaner.errors import UsageError

__all__ = ["serve_command"]

LOCAL = frozenset({"127.0.0.1", "::1", "localhost"})


@with_records
def serve_command(
    *,
    listen: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Address to listen on; by default only this machine reaches it.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="NUMBER", min=0, max=65_535, help="Port; 0 takes any free one.")] = 8017,
    name: Annotated[
        list[str], typer.Option("--name", metavar="HOST", help="Answer under this name too (repeatable).")
    ] = (),  # type: ignore[assignment]
    archive: ArchiveChoice,
    saying: Saying,
) -> int:
    """Read, inspect and search the archive in a browser.

    Pages need no script and load nothing from outside. Ctrl-C ends it.

    Example: cleaner archive serve -a archive
    """
    from cleaner.archive import Archive

    folder = archive.path()
    with Archive(folder, create=False) as opened:
        for warning in opened.warnings:
            terminal.note(f"cleaner: warning: {warning}", wanted=not saying.json)
    try:
        from cleaner.web import Serving, serve
    except ModuleNotFoundError as error:
        hint = "install them with: pip install 'article-cleaner[web]'"
        raise UsageError(f"the web pages need a package that is not here: {error.name}", hint=hint) from error

    def ready(address: str) -> None:
        if saying.json:
            terminal.product_json({"address": address, "archive": str(folder)})
            return
        terminal.note(f"{folder} is at {address}")
        open_to_all = listen not in LOCAL
        terminal.note("anybody who reaches this machine can read it: there is no password", wanted=open_to_all)

    serve(folder, Serving(host=listen, port=port, names=tuple(name)), ready)
    return 0
