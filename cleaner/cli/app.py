"""The command tree, and the one place where an error becomes an exit code and a line on stderr."""

import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import Annotated, NoReturn

import typer

from cleaner.cli import add, archive, batch, clean, crawl, lists, mcp, rules, serve, site, terminal
from cleaner.cli.choices import Command
from cleaner.cli.tally import EXIT_BUG
from cleaner.errors import CleanerError, UsageError

__all__ = ["app", "run"]

EXIT_INTERRUPTED = 130  # by Ctrl-C or SIGTERM: nothing went wrong, and the same command goes on

_HELP = """Strip ads and other residue from articles; keep clean text beside the untouched original.

Example: cleaner clean --explain https://example.org/ferry
"""
_EXIT_CODES = (
    "Exit codes: 0 done, 1 some of several failed, 2 wrong usage, 3 no article, 4 network, 5 HTTP status, 6 refused, "
    "7 archive damaged or not writable, 66 input unreadable, 70 a bug, 75 try later, 130 interrupted."
)
_SHARED_FLAGS = ("--json", "-q", "--quiet")  # these may also stand before the command's name

app = typer.Typer(
    name="cleaner",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=_HELP,
    epilog=_EXIT_CODES,
)
app.command("clean", cls=Command)(clean.clean_command)
app.command("add", cls=Command)(add.add_command)
app.command("batch", cls=Command)(batch.batch_command)
archive.app.command("serve", cls=Command)(serve.serve_command)
app.command("crawl", cls=Command)(crawl.crawl_command)
app.add_typer(archive.app, name="archive")
app.command("import", cls=Command)(lists.import_command)
app.command("mcp", cls=Command)(mcp.mcp_command)
app.add_typer(rules.app, name="rules")
app.add_typer(site.app, name="site")


def _version(wanted: bool) -> None:  # noqa: FBT001  # the signature click calls
    if wanted:
        from importlib.metadata import version

        typer.echo(f"cleaner {version('article-cleaner')}")
        raise typer.Exit


@app.callback(help=_HELP, epilog=_EXIT_CODES)
def _root(
    *,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and leave.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Nothing; the commands do the work."""


def run(arguments: Sequence[str]) -> int:
    """The exit code of one command line; everything a person must know has been printed."""
    terminal.speak_utf8()
    words = spelt_out(arguments)
    as_json = "--json" in words[: _end(words)]
    try:
        result = app(args=words, prog_name="cleaner", standalone_mode=False)
    except CleanerError as error:
        terminal.report_error(error, json_lines=as_json)
        return error.exit_code
    except typer.TyperException as error:
        return _misused(error, as_json=as_json)
    except (KeyboardInterrupt, typer.Abort):
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        return _reader_left()
    except SystemExit as end:
        # Typer leaves so after completion, and where the reader of its help has left.
        broken = isinstance(end.__context__, BrokenPipeError)
        return _reader_left() if broken else int(end.code or 0)
    except Exception as error:  # noqa: BLE001  # the outermost door: a bug is named as one, with its exit code
        terminal.report_bug(error, json_lines=as_json)
        return EXIT_BUG
    return result if isinstance(result, int) else 0


def _reader_left() -> int:
    """0: whoever read the output has had enough of it, as `head` has."""
    terminal.leave_stdout()
    return 0


def _misused(error: typer.TyperException, *, as_json: bool) -> int:
    """2, with the parser's complaint on one line; or the help where only a command's name was given."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "cleaner"
    message = " ".join(error.format_message().split())
    if context and message == " ".join(context.get_help().split()):
        sys.stderr.write(context.get_help() + "\n")
        return UsageError.exit_code
    told = message.removesuffix(".").replace("Value error, ", "")
    hint = f"see: {path} --help"
    terminal.report_error(UsageError(told[:1].lower() + told[1:], hint=hint), json_lines=as_json)
    return UsageError.exit_code


def spelt_out(arguments: Sequence[str]) -> list[str]:
    """The arguments as the parser needs them: `--explain` alone as `--explain=range`, shared flags behind the command."""
    words = list(arguments)
    end = _end(words)
    words[:end] = ["--explain=range" if word == "--explain" else word for word in words[:end]]
    early = 0
    while early < end and (words[early] in _SHARED_FLAGS or words[early].startswith("--explain=")):
        early += 1
    return [*words[early:end], *words[:early], *words[end:]] if early < end else words


def _end(words: Sequence[str]) -> int:
    return words.index("--") if "--" in words else len(words)


def end_on_termination() -> None:
    """Nothing; from now on SIGTERM ends the program through its `finally` clauses, so that no half-written file stays."""

    def end(_number: int, _frame: FrameType | None) -> NoReturn:
        sys.exit(EXIT_INTERRUPTED)

    signal.signal(signal.SIGTERM, end)
