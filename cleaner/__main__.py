"""The command: `cleaner …` and `python -m cleaner …`."""

import sys


def main() -> None:
    """Runs the command line and leaves with its exit code."""
    try:
        from cleaner.cli import end_on_termination, run

        end_on_termination()
        code = run(sys.argv[1:])
    except KeyboardInterrupt:  # while still loading, or while saying the last word
        code = 130
    sys.exit(code)


if __name__ == "__main__":
    main()
