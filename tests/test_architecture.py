"""The house rules that a program can check: who may import whom, and what may stand nowhere."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "convlab"

# Each part and what it may use; everybody may use the ground.
GROUND = {"", "problems", "resources", "plain_text", "strict_json"}
ARROWS = {
    "operations": set(),
    "experiment": {"operations"},
    "network": {"operations"},
    "learning": {"operations"},
    "drawing": {"operations", "experiment", "network", "learning"},
    "processes": {"operations", "experiment", "network", "learning"},
    "window": {"operations", "experiment", "network", "learning", "drawing", "processes"},
    "display": set(),
    "inspection": {"network", "processes"},
    "train": {"learning", "processes"},
    "cli": {
        "window",
        "display",
        "inspection",
        "train",
        "experiment",
        "network",
        "learning",
        "processes",
        "operations",
    },
    "__main__": {"cli"},
}
CLIENTS = ("window", "cli", "inspection")
CLIENT_FILES = {  # the window's side of the other processes
    f"processes/{name}.py"
    for name in ("client", "child", "asking", "engine_client", "engine_process", "trainer_client")
}
ENGINE_FILES = {
    f"processes/{name}.py"
    for name in (
        "engine",
        "tensorflow",
        "build",
        "keras_layers",
        "trainer",
        "training",
        "training_callback",
        "filming",
        "network_writing",
    )
}
HDF5_FILES = {"network/hdf5.py", "network/hdf5_items.py", "network/rewrite.py"}
SLOW_TO_IMPORT = ("cv2", "scipy", "matplotlib", "h5py", "PIL", "tensorflow", "keras")


class Import(NamedTuple):
    """One imported module; `at_start` if importing the file imports it too."""

    file: str
    line: int
    module: str
    at_start: bool

    @property
    def top(self) -> str:
        return self.module.split(".")[0]

    @property
    def part(self) -> str:
        """Of a module of ours: the part it belongs to; "" is the package itself."""
        return [*self.module.split("."), ""][1]

    @property
    def place(self) -> str:
        return f"convlab/{self.file}:{self.line} imports {self.module}"


def trees() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path.relative_to(PACKAGE).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def modules_of(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        assert node.level == 0, "imports name the whole module: from convlab.operations.step import Step"
        if node.module == "convlab" or (node.module or "").startswith("convlab."):
            return [f"{node.module}.{alias.name}" for alias in node.names]
        return [str(node.module)]
    return []


def is_for_types_only(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


def imports_in(file: str, node: ast.AST, at_start: bool = True) -> Iterator[Import]:
    """All imports below `node`; those in functions and for types only do not happen at the start."""
    for child in ast.iter_child_nodes(node):
        for module in modules_of(child):
            yield Import(file, child.lineno, module, at_start)  # type: ignore[attr-defined]
        inner = at_start and not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        yield from imports_in(file, child, inner and not is_for_types_only(child))


IMPORTS = [imported for file, tree in trees() for imported in imports_in(file, tree)]


def part_of(file: str) -> str:
    return file.split("/")[0].removesuffix(".py").replace("__init__", "")


def breaches(*tops: str, outside: set[str] = frozenset(), at_start: bool = False) -> list[str]:  # type: ignore[assignment]
    """Where one of these modules is imported, other than in the files or parts `outside`."""
    return [
        one.place
        for one in IMPORTS
        if one.top in tops and one.file not in outside and part_of(one.file) not in outside
        if one.at_start or not at_start
    ]


def test_the_arrows_point_one_way() -> None:
    wrong = [
        one.place
        for one in IMPORTS
        if one.top == "convlab" and part_of(one.file) not in GROUND
        if one.part not in GROUND | ARROWS[part_of(one.file)] | {part_of(one.file), "__version__"}
    ]
    assert wrong == []


def test_the_ground_uses_nothing_of_ours() -> None:
    ground = [one for one in IMPORTS if part_of(one.file) in GROUND]
    assert [one.place for one in ground if one.top == "convlab" and one.part not in GROUND] == []


def test_the_window_talks_to_other_processes_only_through_the_client() -> None:
    reached = [one for one in IMPORTS if part_of(one.file) in CLIENTS and one.part == "processes"]
    assert [one.place for one in reached if one.module.split(".")[2] != "client"] == []


def test_the_other_processes_know_no_qt() -> None:
    worker = [one for one in IMPORTS if part_of(one.file) == "processes" and one.file not in CLIENT_FILES]
    assert [one.place for one in worker if one.top in ("PySide6", "shiboken6")] == []
    assert [one.place for one in worker if one.module.startswith("convlab.processes.client")] == []


def test_no_qt_below_drawing() -> None:
    assert breaches("PySide6", "shiboken6", outside={"drawing", "window", "inspection"} | CLIENT_FILES) == []


def test_no_widgets_below_the_window() -> None:
    wrong = [one.place for one in IMPORTS if part_of(one.file) != "window" and "QtWidgets" in one.module]
    assert wrong == []


def test_tensorflow_and_keras_live_behind_the_engine() -> None:
    assert breaches("tensorflow", "keras", outside=ENGINE_FILES) == []


def test_h5py_lives_behind_the_reader() -> None:
    assert breaches("h5py", outside=HDF5_FILES) == []
    users = [one for one in IMPORTS if one.module.startswith("convlab.network.hdf5") and one.at_start]
    assert {part_of(one.file) for one in users} <= {"network"}


def test_pictures_of_others_are_decoded_behind_the_reader() -> None:
    assert breaches("PIL", outside={"processes"}) == []
    assert breaches("PIL", outside={"processes/pictures.py"} | ENGINE_FILES, at_start=True) == []


def test_nothing_that_unpickles_is_imported() -> None:
    assert breaches("pickle", "shelve", "marshal", "dill", "joblib", "cloudpickle", "multiprocessing") == []


def test_a_start_imports_nothing_slow() -> None:
    workers = {f"processes/{file}.py" for file in ("reader", "pictures")} | ENGINE_FILES
    late = HDF5_FILES | {"operations/planes.py"}  # themselves imported only when they are needed
    assert breaches(*SLOW_TO_IMPORT, outside=workers | late, at_start=True) == []


def test_no_star_imports() -> None:
    stars = [
        f"convlab/{file}:{node.lineno}"
        for file, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.names[0].name == "*"
    ]
    assert stars == []


@cache
def calls() -> list[tuple[str, ast.Call, str]]:
    """Where, the call, and what is called, as it is written."""
    return [
        (f"convlab/{file}:{node.lineno}", node, ast.unparse(node.func))
        for file, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    ]


def test_no_text_is_run_as_a_program() -> None:
    forbidden = {"eval", "exec", "compile", "__import__", "os.system"}
    assert [place for place, _, name in calls() if name in forbidden] == []


def test_numpy_files_are_read_without_pickles() -> None:
    loads = [(place, node) for place, node, name in calls() if name in ("np.load", "numpy.load")]
    wrong = [place for place, node in loads if "allow_pickle=False" not in ast.unparse(node)]
    assert wrong == []


def test_only_the_samples_are_read_with_numpy_in_the_window() -> None:
    loads = [place.split(":")[0] for place, _, name in calls() if name in ("np.load", "numpy.load")]
    assert [
        file for file in loads if "/processes/" not in file and file != "convlab/experiment/samples.py"
    ] == []


LONGER_LIVED = {
    "session",
    "_session",
    "player",
    "_player",
    "_pace",
    "source",
    "_source",
    "computer",
    "engine",
    "reader",
}


def test_what_outlives_a_widget_is_not_connected_to_a_lambda_of_it() -> None:
    """Qt forgets the method of a widget that is gone, but not a lambda: it would be called, and find nothing there."""
    wrong = []
    for place, node, name in calls():
        parts = name.split(".")
        if (
            parts[-1] == "connect"
            and isinstance(node.args[0], ast.Lambda)
            and LONGER_LIVED & set(parts[-3:-1])
        ):
            wrong.append(f"{place}: {ast.unparse(node)}")
    assert wrong == []


def test_text_on_labels_is_never_rich_text() -> None:
    """QLabel("…") guesses: a name with <b> in it would be markup. widgets.label() makes plain ones."""
    guessing = [
        place for place, node, name in calls() if name == "QLabel" and ast.unparse(node) != "QLabel()"
    ]
    assert guessing == []
    rich = [place for place, _, name in calls() if name.endswith((".setHtml", ".insertHtml", "QTextBrowser"))]
    assert rich == []


def test_message_boxes_show_plain_text() -> None:
    with_boxes = {place.split(":")[0] for place, _, name in calls() if name == "QMessageBox"}
    assert [file for file in with_boxes if "PlainText" not in (ROOT / file).read_text(encoding="utf-8")] == []
    static = [
        place for place, _, name in calls() if name.startswith("QMessageBox.") and name[12:13].islower()
    ]
    assert static == []  # QMessageBox.warning(…) guesses too


@pytest.mark.parametrize("module", ["convlab.window.application", "convlab.experiment.experiment"])
def test_what_a_start_imports_is_light(module: str) -> None:
    code = f"import sys, {module}; print(*sorted({set(SLOW_TO_IMPORT)!r} & set(sys.modules)))"
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split() == []


@pytest.mark.parametrize("stay", ["report_first_frame=True", "quit_after=1.5"])
def test_a_running_window_has_nothing_of_the_other_processes(stay: str) -> None:
    """Up to the first frame nothing slow is loaded either; later OpenCV may be."""
    unwanted = set(SLOW_TO_IMPORT) if "first" in stay else {"h5py", "PIL", "tensorflow", "keras"}
    code = (
        f"import sys\nfrom convlab.window.application import run\ncode = run([], fresh=True, {stay})\n"
        f"print('loaded:', *sorted({unwanted!r} & set(sys.modules)))\nsys.exit(code)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines()[-1] == "loaded:"
