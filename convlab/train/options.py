"""What `convlab train` is called with, and the plan that follows from it."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from convlab.learning.plan import CLOTHES, COLOR, DIGITS, FOLDER, NPZ, OPTIMIZERS, Plan, Source
from convlab.plain_text import safe_text
from convlab.problems import Problem
from convlab.processes.recipes import RECIPES, Recipe

_KNOWN = (DIGITS, CLOTHES, COLOR)


def parser() -> argparse.ArgumentParser:
    """Of the command's words."""
    parser = argparse.ArgumentParser(
        prog="convlab train",
        description="Train a small network, and measure it.",
        epilog="Ctrl+C ends the training and keeps the best network so far. “convlab train --list” describes the recipes.",
        allow_abbrev=False,
    )
    parser.add_argument("recipe", nargs="?", metavar="RECIPE", help=", ".join(RECIPES))
    parser.add_argument(
        "--data",
        metavar="DATA",
        help=f"{', '.join(_KNOWN)}, an .npz file or a folder; by default the recipe's",
    )
    parser.add_argument("--epochs", type=int, metavar="N", help="passes through the training images")
    parser.add_argument("--batch", type=int, metavar="N", help="images per step")
    parser.add_argument("--optimizer", choices=OPTIMIZERS)
    parser.add_argument("--rate", type=float, metavar="R", help="learning rate")
    parser.add_argument("--dropout", type=float, metavar="D", help="share of units left out, 0 to 1")
    parser.add_argument("--seed", type=int, metavar="N", help="of the first weights and the order of images")
    parser.add_argument("--out", type=Path, metavar="FILE.keras", help="by default RECIPE.keras")
    parser.add_argument("--force", action="store_true", help="write over an existing file")
    parser.add_argument(
        "--continue", dest="go_on", action="store_true", help="go on from the last epoch kept"
    )
    parser.add_argument("--list", action="store_true", help="describe the recipes")
    return parser


def plan_of(options: argparse.Namespace) -> Plan:
    """The recipe's own plan, with what was said otherwise. Raises Problem."""
    recipe = _recipe(options.recipe)
    names = ("epochs", "batch", "optimizer", "rate", "dropout", "seed")
    said = {name: getattr(options, name) for name in names if getattr(options, name) is not None}
    try:
        return replace(recipe.plan(_source(options.data, recipe)), **said)
    except ValueError as error:
        raise Problem("This cannot be trained.", f"{str(error).capitalize()}.") from None


def out_of(options: argparse.Namespace) -> Path:
    """Where the network goes. Raises Problem before any time is spent if it cannot go there."""
    out: Path = options.out or Path(f"{options.recipe}.keras")
    shown = safe_text(out)
    if out.suffix != ".keras":
        raise Problem(f"“{shown}” does not end in .keras.", "", "Choose a name that does.")
    if out.exists() and not options.force:
        raise Problem(f"“{shown}” exists already.", "", "Choose another with --out, or say --force.")
    if not out.absolute().parent.is_dir():
        raise Problem(f"There is no folder “{safe_text(out.absolute().parent)}”.")
    return out


def listed() -> str:
    """The recipes, for people."""
    return "\n\n".join(_described(recipe) for recipe in RECIPES.values())


def _described(recipe: Recipe) -> str:
    plan = recipe.plan()
    batches = f"{plan.epochs} epochs, batches of {plan.batch}, {plan.optimizer}"
    goal = f"; known for {recipe.goal[1]:.4g} in {recipe.goal[0]}" if recipe.goal else ""
    return f"{recipe.name}  ({', '.join(recipe.data)})\n    {recipe.about}\n    {batches}{goal}"


def _recipe(name: str | None) -> Recipe:
    if name in RECIPES:
        return RECIPES[name]
    what = "No recipe was named." if name is None else f"There is no recipe “{safe_text(name, 80)}”."
    raise Problem(what, "", f"The recipes are {', '.join(RECIPES)}.")


def _source(said: str | None, recipe: Recipe) -> Source:
    if said is None or said in _KNOWN:
        return Source(said or recipe.data[0])
    path = Path(said)
    if path.is_dir():
        return Source(FOLDER, str(path.absolute()))
    if path.suffix.lower() == ".npz" or path.exists():
        return Source(NPZ, str(path.absolute()))
    raise Problem(
        f"There are no data “{safe_text(said, 200)}”.",
        "",
        f"Data are {', '.join(_KNOWN)}, an .npz file or a folder with a folder of images for each class.",
    )


def sequence(arguments: Sequence[str]) -> argparse.Namespace:
    """The words, taken apart."""
    return parser().parse_args(list(arguments))
