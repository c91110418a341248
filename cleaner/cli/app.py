"""The command tree, and the one place where an error becomes an exit code and a line on stderr."""

import os
import sys
from collections.abc import Sequence
from typing import Annotated

import click
import typer

from cleaner.cli import add, archive, clean, rules
from cleaner.cli.terminal import report_bug, report_error
from cleaner.errors import CleanerError

__all__ = ["app", "run"]

EXIT_BUG = 70
EXIT_INTERRUPTED = 130

app = typer.Typer(
    name="cleaner",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Strip ads and other residue from articles; keep clean text beside the untouched original.",
)
app.command("clean")(clean.clean_command)
app.command("add")(add.add_command)
app.add_typer(archive.app, name="archive")
app.add_typer(rules.app, name="rules")


def _version(wanted: bool) -> None:  # noqa: FBT001  # the signature click calls
    if wanted:
        from importlib.metadata import version

        typer.echo(f"cleaner {version('article-cleaner')}")
        raise typer.Exit


@app.callback()
def _root(
    *,
    version: Annotated[  # noqa: ARG001  # acted on while parsing
        bool, typer.Option("--version", help="Print the version and leave.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Strip ads and other residue from articles; keep clean text beside the untouched original."""


def run(arguments: Sequence[str]) -> int:
    """The exit code of one command line; everything a person must know has been printed."""
    words = spelt_out(arguments)
    as_json = "--json" in words
    try:
        result = app(args=words, prog_name="cleaner", standalone_mode=False)
    except CleanerError as error:
        report_error(error, json_lines=as_json)
        return error.exit_code
    except click.exceptions.Abort:
        return EXIT_INTERRUPTED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader left; nothing more can be said on stdout, and closing it must not complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001  # the outermost door: a bug is named as one, with its exit code
        report_bug(error)
        return EXIT_BUG
    return result if isinstance(result, int) else 0


def spelt_out(arguments: Sequence[str]) -> list[str]:
    """The arguments with `--explain` alone written as `--explain=range`, which the parser needs."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    return ["--explain=range" if a == "--explain" and i < end else a for i, a in enumerate(arguments)]
