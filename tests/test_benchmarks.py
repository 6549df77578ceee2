"""The harness of the benchmarks: what it finds, and what it makes of the numbers."""

from __future__ import annotations

import importlib
import json
from pathlib import Path

import pytest

from tests.benchmarks import run

GOALS = {goal.key: goal for goal in run.GOALS}


def results() -> list[run.Result]:
    return [
        run.Result(GOALS["engine_vs_opencv"], 1.0512),
        run.Result(GOALS["memory_4k_mb"], 1234.5),
        run.Result(GOALS["step_paint_ms"], None, "no paint"),
    ]


@pytest.mark.parametrize("goal", run.GOALS, ids=lambda goal: goal.key)
def test_every_goal_has_its_function(goal: run.Goal) -> None:
    assert callable(getattr(importlib.import_module(f"tests.benchmarks.{goal.module}"), goal.key))


def test_the_table_says_what_was_reached_and_what_not() -> None:
    lines = run.markdown(results()).splitlines()
    assert lines[2].endswith("(`engine_vs_opencv`) | 1.05 ✓ | ≤ 1.2 |")
    assert lines[3].endswith("(`memory_4k_mb`) | 1,234 MB | ≤ 700 MB |")
    assert lines[4].endswith("| not measured | ≤ 4 ms |")


def test_json_has_every_key_with_its_target() -> None:
    read = json.loads(run.as_json(results()))["results"]
    assert read["engine_vs_opencv"] == {"value": 1.0512, "target": 1.2, "unit": "×", "reached": True}
    assert read["memory_4k_mb"]["reached"] is False
    assert read["step_paint_ms"]["error"] == "no paint"


def test_the_table_goes_between_the_markers_of_the_readme(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{run.BEGIN}\nold\n{run.END}\nafter\n", encoding="utf-8")
    run.write_into_readme("new", readme)
    assert readme.read_text(encoding="utf-8") == f"before\n{run.BEGIN}\nnew\n{run.END}\nafter\n"


def test_the_readme_has_the_markers() -> None:
    text = (run.ROOT / "README.md").read_text(encoding="utf-8")
    assert text.count(run.BEGIN) == text.count(run.END) == 1
