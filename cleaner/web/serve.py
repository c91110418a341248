"""A server on a socket of its own: bound before it says where it stands, and gone with the command that started it."""

import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from cleaner.errors import UsageError
from cleaner.web.app import make_app
from cleaner.web.guard import host_names

__all__ = ["Serving", "serve"]

KEEP_ALIVE_S = 5
GRACE_S = 2  # at the end, for answers under way


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """Where to serve: an address of this machine, a port (0: any free one), and names it is reached by beside its own."""

    host: str = "127.0.0.1"
    port: int = 8017
    names: tuple[str, ...] = ()


def serve(archive: Path, serving: Serving, ready: Callable[[str], None]) -> None:
    """Nothing, once the server was told to end; `ready` has been called with its address. Raises UsageError, ArchiveError."""
    with _bound(serving) as listening:
        port = listening.getsockname()[1]
        app = make_app(archive, host_names(serving.host, port, serving.names))
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            lifespan="on",
            timeout_keep_alive=KEEP_ALIVE_S,
            timeout_graceful_shutdown=GRACE_S,
        )
        shown = f"[{serving.host}]" if ":" in serving.host else serving.host
        ready(f"http://{shown}:{port}/")
        uvicorn.Server(config).run(sockets=[listening])


def _bound(serving: Serving) -> socket.socket:
    """A listening socket; raises UsageError where the address is taken or not this machine's."""
    family = socket.AF_INET6 if ":" in serving.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((serving.host, serving.port))
        listening.listen()
    except (OSError, OverflowError) as error:
        listening.close()
        why = (error.strerror if isinstance(error, OSError) else None) or str(error)
        hint = "name another port with --port, or 0 for any free one"
        raise UsageError(
            f"cannot listen there: {why.lower()}", where=f"{serving.host}:{serving.port}", hint=hint
        ) from error
    return listening
