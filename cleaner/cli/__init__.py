"""The command line: one file a command, typer only here. stdout is the product, stderr is for people.

Commands import what they need when they run, so that help and completion answer at once.
"""

from cleaner.cli.app import end_on_termination, run

__all__ = ["end_on_termination", "run"]
