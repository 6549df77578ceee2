"""Makes the trained networks beside this file, and their cards. For developers: about half an hour on two cores.

python assets/networks/make_networks.py          train the networks of the box, and write them here
python assets/networks/make_networks.py --cards  write networks and cards of the newest trainings that were kept
python assets/networks/make_networks.py --table  print all recipes' newest trainings as a table for the README
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from typing import Any

from convlab.network.examples import EXAMPLES
from convlab.processes.recipes import RECIPES
from convlab.processes.run_files import KeptRun, Record, RunFiles, kept_runs

LICENCES = {
    "Fashion-MNIST": "MIT, Zalando SE, https://github.com/zalandoresearch/fashion-mnist",
    "MNIST": "CC BY-SA 3.0, Yann LeCun and Corinna Cortes",
}


def train(recipe: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "convlab", "train", recipe, "--out", "/dev/null", "--force"], check=True
    )


def newest(recipe: str) -> dict[str, KeptRun]:
    """By their data, the newest trainings of this recipe that came to their end as the recipe says."""
    usual, found = RECIPES[recipe].plan(), {}
    for kept in kept_runs():
        plan, record = kept.record.plan, kept.record
        if record.ended and len(record.epochs) == plan.epochs and replace(plan, source=usual.source) == usual:
            found.setdefault(record.data, kept)
    return found


def card(record: Record) -> dict[str, Any]:
    best = record.epochs[record.best]
    return {
        "recipe": record.plan.recipe,
        "data": record.data,
        "licence": LICENCES[record.data],
        "command": f"convlab train {record.plan.recipe}",
        "epochs": len(record.epochs),
        "best_epoch": record.best + 1,
        "parameters": record.parameters,
        "classes": list(record.class_names),
        "validation_accuracy": round(best.val_accuracy, 4),
        "test_accuracy": round(record.test_accuracy or 0, 4),
        "date": time.strftime("%Y-%m-%d", time.gmtime(record.saved)),
    }


def write_cards() -> None:
    for example in EXAMPLES:
        kept = next((kept for data, kept in newest(example.key).items() if data in LICENCES), None)
        if kept is None:
            print(f"{example.key}: no training is kept")
            continue
        shutil.copyfile(RunFiles(kept.folder).network, example.file)
        example.card_file.write_text(
            json.dumps(card(kept.record), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )


def row(recipe: str, record: Record) -> str:
    best, last = record.epochs[record.best], record.epochs[-1]
    goal = RECIPES[recipe].goal
    aim = f"{goal[0]} ≥ {goal[1]:.4g}" if goal else "—"
    return (
        f"| `{recipe}` | {record.data} | {record.parameters:,} | {len(record.epochs)} | {last.accuracy:.4f} "
        f"| {best.val_accuracy:.4f} | {record.test_accuracy:.4f} | {aim} | {record.minutes:.1f} |"
    )


def table() -> str:
    lines = [
        "| recipe | data | weights | epochs | training | validation | test | to reach | minutes |",
        "|---|---|---:|---:|---:|---:|---:|---|---:|",
    ]
    for recipe in RECIPES:
        lines += [row(recipe, kept.record) for kept in newest(recipe).values()]
    return "\n".join(lines)


def main() -> None:
    if "--table" in sys.argv:
        print(table())
        return
    if "--cards" not in sys.argv:
        for example in EXAMPLES:
            train(example.key)
    write_cards()


if __name__ == "__main__":
    main()
