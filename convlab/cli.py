"""The command line: `convlab [FILE …]` opens the window, `convlab inspect FILE` prints the layers of a network,
`convlab train RECIPE` trains one.

Qt is imported only by the command that needs it, so that `convlab --version` answers at once and works without a
screen. Exit codes: 0 all went well, 1 a fault of the program, 2 a wrong call or no display.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

from convlab import __version__
from convlab.problems import Problem

Command = Callable[[Sequence[str]], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code. `arguments` without the program's name, by default sys.argv's."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    command, rest = _command(given)
    try:
        return command(rest)
    except Problem as problem:
        _say(problem)
        return 2
    except KeyboardInterrupt:
        return 130


def _command(given: list[str]) -> tuple[Command, list[str]]:
    """A first word that names a subcommand picks it; anything else is what `convlab FILE` takes."""
    if given and given[0] in SUBCOMMANDS:
        return SUBCOMMANDS[given[0]], given[1:]
    return open_window, given


def open_window(given: Sequence[str]) -> int:
    """Open the window with the files that were named, and stay until it is closed."""
    options = _window_parser().parse_args(given)
    from convlab import display

    display.prepare()
    import convlab.experiment.experiment  # noqa: F401 - before Qt, which reads the source of what is imported after it
    from convlab.window.application import run

    return run(
        options.files,
        fresh=options.fresh,
        debug=options.debug,
        quit_after=options.quit_after,
        report_first_frame=options.report_first_frame,
        report_filters=options.report_filters,
    )


def inspect(given: Sequence[str]) -> int:
    """Print what a network's file holds."""
    from convlab.inspection import command

    return command.inspect(given)


def train(given: Sequence[str]) -> int:
    """Train one of the small networks."""
    from convlab.train import command

    return command.train(given)


# Commands, each a function of its arguments; a file of the same name is opened as ./NAME.
SUBCOMMANDS: dict[str, Command] = {"inspect": inspect, "train": train}


def _window_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="convlab",
        description="See what a convolution does, step by step: on an image you draw and a kernel you edit.",
        epilog="Without a file it opens with a drawn letter and an edge kernel. Space steps. "
        "“convlab inspect FILE” prints the layers of a network, “convlab train --list” says what can be trained.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "files",
        nargs="*",
        metavar="FILE",
        help="a .convlab experiment, a picture, .npy, .csv or a Keras network",
    )
    parser.add_argument("--fresh", action="store_true", help="throw-away settings: as on a first start")
    parser.add_argument("--debug", action="store_true", help="tell on the terminal what happens inside")
    parser.add_argument("--version", action="version", version=f"ConvLab {__version__}")
    # For tests and measurements only:
    parser.add_argument("--quit-after", type=_seconds, metavar="SECONDS", help=argparse.SUPPRESS)
    parser.add_argument("--report-first-frame", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--report-filters", action="store_true", help=argparse.SUPPRESS)
    return parser


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds < 86_400:
        raise ValueError(text)
    return seconds


def _say(problem: Problem) -> None:
    """On the terminal, if there is one: pythonw and GUI scripts on Windows have no stderr."""
    if sys.stderr is not None:
        lines = [part for part in (problem.what, problem.why, problem.remedy) if part]
        print("convlab: " + "\n  ".join(lines), file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
