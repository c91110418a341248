"""The command line: one file a command, typer and rich only here. stdout is the product, stderr is for people."""

from cleaner.cli.app import run

__all__ = ["run"]
