"""`./dev bench [KEY …] [--json FILE] [--readme]`: measure, compare with what is to be reached, print a table.

Each key is a function of a module beside this file; it returns one number. Every key is
measured in a process of its own, so that one neither warms nor clutters the memory of the next. Ratios are measured
side by side in one run, as medians: they hold on any machine. Ends with 0 unless something could not be measured.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent.parent
BEGIN, END = "<!-- bench -->", "<!-- /bench -->"
LIMIT = 900  # seconds for one key


class Goal(NamedTuple):
    """One line of the table: at most `target` is to be reached."""

    key: str
    module: str
    target: float
    unit: str
    what: str


GOALS = (
    Goal("engine_vs_opencv", "engine", 1.2, "×", "one kernel applied, against a bare `cv2.filter2D` (worst of 3 to 31)"),
    Goal("engine_separable_vs_opencv", "engine", 0.7, "×", "kernels of rank 1 from 7×7 up, against the same (worst)"),
    Goal("engine_vs_scipy", "engine", 0.1, "×", "one kernel applied, against `scipy.ndimage.correlate`"),
    Goal("kernel_edit_1080p_ms", "window", 16, "ms", "a weight edited → the result on screen, 1920×1080 RGB (95th percentile)"),
    Goal("step_paint_ms", "painting", 4, "ms", "one step painted, 28×28 with digits, window 1920×1080 (95th percentile)"),
    Goal("step_vs_matplotlib", "painting", 0.1, "×", "the same, against a matplotlib figure updated by blitting"),
    Goal("step_cost_4k_vs_28", "painting", 1.5, "×", "a step explained and painted on 4096×2160, against 28×28"),
    Goal("start_vs_bare_window", "window", 2.0, "×", "process start → first painted frame, against a bare PySide6 window"),
    Goal("open_vs_keras_script", "network", 0.15, "×", "a file → its filters on screen, against a script with Keras and matplotlib (whole processes)"),
    Goal("open_vgg16_s", "network", 1.0, "s", "a file of 528 MB → filters on screen, the window never blocked for 50 ms (worst)"),
    Goal("maps_while_drawing_ms", "network", 33, "ms", "a stroke → maps and prediction on screen, six convolutions at 28×28 (95th percentile)"),
    Goal("maps_vs_bare_call", "network", 2.0, "×", "an image → maps in the window's process, against a bare compiled Keras call"),
    Goal("scroll_2048_maps_ms", "network_grid", 16, "ms", "a frame while scrolling 2,048 maps (95th percentile)"),
    Goal("resnet50_maps_s", "network", 1.2, "×", "ResNet50 at 224×224: image → maps, against the bare compiled call"),
    Goal("gui_stall_ms", "network", 50, "ms", "the longest pause of the window while TensorFlow starts and a network loads"),
    Goal("train_vs_bare_fit", "training", 1.05, "×", "an epoch of `fashion-first` with the page open, against a bare `model.fit` in a script"),
    Goal("gui_stall_training_ms", "training", 33, "ms", "the longest pause of the window while a network learns (99.9th percentile)"),
    Goal("memory_4k_mb", "window", 700, "MB", "peak memory with a 4096×2160×3 image convolved and stepped"),
)  # fmt: skip


class Result(NamedTuple):
    """What was measured; `value` is None and `error` says why if nothing was."""

    goal: Goal
    value: float | None
    error: str = ""

    @property
    def reached(self) -> bool:
        return self.value is not None and self.value <= self.goal.target


def measure(goal: Goal) -> Result:
    """Measure one key in a fresh process."""
    environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.benchmarks.run", "--one", goal.key]
    try:
        ran = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=LIMIT, check=False
        )
    except subprocess.TimeoutExpired:
        return Result(goal, None, f"not finished after {LIMIT} s")
    if ran.returncode != 0:
        return Result(goal, None, (ran.stderr.strip().splitlines() or ["ended without a word"])[-1])
    return Result(goal, float(json.loads(ran.stdout.splitlines()[-1])))


def measure_here(key: str) -> float:
    """Call the function of that key."""
    goal = next(goal for goal in GOALS if goal.key == key)
    module = importlib.import_module(f"tests.benchmarks.{goal.module}")
    return float(getattr(module, key)())


def number(value: float) -> str:
    """Three significant digits, without an exponent."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def with_unit(value: float, unit: str) -> str:
    return number(value) if unit == "×" else f"{number(value)} {unit}"


def markdown(results: Sequence[Result]) -> str:
    """The table of the README."""
    lines = ["| | measured | goal |", "|---|---:|---:|"]
    for result in results:
        measured = "not measured" if result.value is None else with_unit(result.value, result.goal.unit)
        mark = " ✓" if result.reached else ""
        goal = with_unit(result.goal.target, result.goal.unit)
        lines.append(f"| {result.goal.what} (`{result.goal.key}`) | {measured}{mark} | ≤ {goal} |")
    lines.append("")
    lines.append(
        f"Measured on {machine()}; numbers without a unit are ratios of times measured side by side."
    )
    return "\n".join(lines)


def machine() -> str:
    return f"{os.cpu_count()} cores ({platform.machine()}), {platform.system()}, Python {platform.python_version()}"


def as_json(results: Sequence[Result]) -> str:
    entries = {
        result.goal.key: {
            "value": result.value,
            "target": result.goal.target,
            "unit": result.goal.unit,
            "reached": result.reached,
            **({"error": result.error} if result.error else {}),
        }
        for result in results
    }
    return json.dumps({"machine": machine(), "results": entries}, indent=2) + "\n"


def write_into_readme(table: str, readme: Path = ROOT / "README.md") -> None:
    """Put the table between its two markers."""
    text = readme.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, found, after = rest.partition(END)
    if not found:
        raise SystemExit(f"{readme.name} lacks the markers {BEGIN} and {END}.")
    readme.write_text(f"{before}{BEGIN}\n{table}\n{END}{after}", encoding="utf-8")


def show(result: Result) -> None:
    """One line on the terminal, as soon as it is known."""
    goal = result.goal
    if result.value is None:
        print(f"{goal.key:28} could not be measured: {result.error}", flush=True)
        return
    verdict = "reached" if result.reached else "MISSED"
    measured, wanted = with_unit(result.value, goal.unit), with_unit(goal.target, goal.unit)
    print(f"{goal.key:28} {measured:>10}   goal ≤ {wanted:8} {verdict}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("keys", nargs="*", metavar="KEY", help="measure only these")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results there")
    parser.add_argument("--readme", action="store_true", help="put the table into README.md")
    parser.add_argument("--one", metavar="KEY", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure_here(options.one)))
        return 0
    unknown = set(options.keys) - {goal.key for goal in GOALS}
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    results = []
    for goal in GOALS:
        if not options.keys or goal.key in options.keys:
            results.append(measure(goal))
            show(results[-1])
    if options.json:
        options.json.write_text(as_json(results), encoding="utf-8")
    if options.readme:
        write_into_readme(markdown(results))
    return 1 if any(result.value is None for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())
