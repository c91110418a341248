"""The command: `cleaner …` and `python -m cleaner …`."""

import gc
import sys

NEW_OBJECTS = 10_000  # between looks for garbage, 700 by default; loading alone makes a hundred thousand that all stay


def main() -> None:
    """Runs the command line and leaves with its exit code."""
    gc.set_threshold(NEW_OBJECTS)
    try:
        from cleaner.cli import end_on_termination, run

        end_on_termination()
        code = run(sys.argv[1:])
    except KeyboardInterrupt:  # while still loading, or while saying the last word
        code = 130
    sys.exit(code)


if __name__ == "__main__":
    main()
