"""The menus: every command of the window, in one readable list."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from PySide6.QtWidgets import QApplication

from convlab.window import theme
from convlab.window.commands import SEPARATOR, Command, Entry
from convlab.window.file_names import shown_name
from convlab.window.header import LAB, LEARN, NETWORK
from convlab.window.learn_menu import learn_menu
from convlab.window.looks import Looks
from convlab.window.network_examples import examples_menu
from convlab.window.player import Player
from convlab.window.session import IMAGE_STAGE

if TYPE_CHECKING:
    from convlab.window.main_window import MainWindow

Menu = tuple[str, list[Entry]]


@runtime_checkable
class Zoomed(Protocol):
    """A page that one can go nearer to."""

    def zoom_by(self, factor: float) -> None: ...

    def zoom_to_fit(self) -> None: ...

    def zoom_to_window(self) -> None: ...


def all_menus(window: MainWindow) -> list[Menu]:
    """Title and entries of each menu, in order."""
    return [
        ("&File", _file(window)),
        ("&Edit", _edit(window)),
        ("&View", _view(window)),
        ("&Step", _step(window)),
        ("Lea&rn", learn_menu(window)),
        ("&Help", _help(window)),
    ]


def _file(window: MainWindow) -> list[Entry]:
    work, images = window.work, window.images
    return [
        Command("&New experiment", work.new, ("Ctrl+N",)),
        Command("&Open…", images.open, ("Ctrl+O",)),
        Command("Open a net&work…", lambda: _network(window, "open"), ("Ctrl+Alt+O",)),
        examples_menu(window),
        *(_recent(window, place) for place in range(5)),
        SEPARATOR,
        Command("New blan&k image…", images.new_blank, ("Ctrl+Shift+N",)),
        Command("Sample i&mages…", images.gallery, ("Ctrl+G",)),
        Command("Open and resi&ze a picture…", images.open_resized, ("Ctrl+Shift+O",)),
        Command("Image from num&bers…", images.numbers, ("Ctrl+M",)),
        SEPARATOR,
        Command("&Save", window.save, ("Ctrl+S",)),
        Command("Save &as…", window.save_as, ("Ctrl+Shift+S",)),
        Command("Save a pi&cture of the page…", images.save_picture, ("Ctrl+E",)),
        SEPARATOR,
        Command("&Quit", window.close, ("Ctrl+Q", "Ctrl+W")),
    ]


def _recent(window: MainWindow, place: int) -> Command:
    """Recent file number `place`; an entry without a file is greyed and says nothing."""

    def path() -> str:
        files = window.settings.recent_files
        return files[place] if place < len(files) else ""

    return Command(
        f"&{place + 1} ",
        lambda: window.images.open_path(Path(path())) if path() else None,
        label=lambda: (
            f"&{place + 1}  " + (shown_name(Path(path()), 50) or "no recent file").replace("&", "&&")
        ),
        enabled=lambda: bool(path()),
    )


def _with_step(text: str, step: str) -> str:
    """The name of a step may hold that of a layer: an "&" in it is no mnemonic."""
    return f"{text} {step.replace('&', '&&')}"


def _network(window: MainWindow, action: str) -> None:
    """A command of the Network page, which is made if need be."""
    window.show_page(NETWORK)
    getattr(window.network_actions, action)()


def _find_layer(window: MainWindow) -> None:
    window.show_page(NETWORK)
    window.network.leave_step()
    window.network.layers.focus_search()


def _undoable(window: MainWindow) -> str:
    """What Undo would take back on the page one looks at; "" if there is nothing."""
    if window.page == LEARN:
        return "Remove a training" if window.learn.session.removed else ""
    return window.active.history.undo_label


def _edit(window: MainWindow) -> list[Entry]:
    images = window.images
    return [
        Command(
            "&Undo",
            window.undo,
            ("Ctrl+Z",),
            enabled=lambda: bool(_undoable(window)),
            label=lambda: _with_step("&Undo", _undoable(window)),
        ),
        Command(
            "&Redo",
            window.redo,
            ("Ctrl+Shift+Z", "Ctrl+Y"),
            enabled=lambda: window.page != LEARN and window.active.history.can_redo,
            label=lambda: _with_step(
                "&Redo", "" if window.page == LEARN else window.active.history.redo_label
            ),
        ),
        SEPARATOR,
        Command("&Copy the image's numbers", images.copy_numbers, ("Ctrl+C",)),
        Command("Copy the &output's numbers", images.copy_output, ("Ctrl+Shift+C",)),
        Command("Copy a pic&ture of the page", images.copy_picture, ("Ctrl+Alt+C",)),
        Command("&Paste an image or numbers", images.paste, ("Ctrl+V",)),
        SEPARATOR,
        Command("&Find a layer", lambda: _find_layer(window), ("Ctrl+F",)),
        SEPARATOR,
        Command("&Edit the image as numbers…", images.edit_numbers, ("Ctrl+D",)),
        Command("C&lear the image", images.clear, ("Ctrl+Shift+Del",)),
        Command("&Invert the image", images.invert, ("Ctrl+I",)),
    ]


def _view(window: MainWindow) -> list[Entry]:
    lab, looks, session = window.lab, Looks(window.settings), window.session
    return [
        Command("Show the &Lab", lambda: window.show_page(LAB), ("Ctrl+1",)),
        Command("Show the &Network page", lambda: window.show_page(NETWORK), ("Ctrl+2",)),
        Command("S&how the Learn page", lambda: window.show_page(LEARN), ("Ctrl+3",)),
        SEPARATOR,
        Command("Larger &text", lambda: looks.change_scale(+1), ("Ctrl++", "Ctrl+=")),
        Command("S&maller text", lambda: looks.change_scale(-1), ("Ctrl+-",)),
        Command("Text at &100 %", looks.reset_scale, ("Ctrl+0",)),
        SEPARATOR,
        *_zooming(window),
        SEPARATOR,
        Command("L&ight", lambda: looks.choose("light"), checked=lambda: looks.choice == "light"),
        Command("&Dark", lambda: looks.choose("dark"), checked=lambda: looks.choice == "dark"),
        Command(
            "Follow the &system", lambda: looks.choose("system"), checked=lambda: looks.choice == "system"
        ),
        Command("&Reduced motion", looks.toggle_motion, checked=lambda: theme.current().reduced_motion),
        SEPARATOR,
        Command("&Corner lines", lab.toggle_connectors, checked=lambda: lab.show_connectors),
        Command(
            "Output &all at once",
            lambda: session.choose_display(show_all=not session.show_all),
            ("A",),
            bare=True,
            checked=lambda: session.show_all,
        ),
        SEPARATOR,
        Command("&Presentation", window.presentation.enter, ("F5",)),
        Command("Full scr&een", window.toggle_full_screen, ("F11",)),
    ]


def _zooming(window: MainWindow) -> list[Entry]:
    """The commands that go nearer on the page that one sees, where it can do that."""

    def zoom(text: str, act: Callable[[Zoomed], object], key: str) -> Command:
        def do() -> None:
            page = window.shown_page
            if isinstance(page, Zoomed):
                act(page)

        return Command(text, do, (key,), bare=True, enabled=lambda: isinstance(window.shown_page, Zoomed))

    return [
        zoom("&Zoom in", lambda page: page.zoom_by(1.25), "Ctrl+Up"),
        zoom("Zoom &out", lambda page: page.zoom_by(0.8), "Ctrl+Down"),
        zoom("Zoom to &fit", lambda page: page.zoom_to_fit(), "Shift+Z"),
        zoom("Zoom to the &window", lambda page: page.zoom_to_window(), "Z"),
    ]


def _step(window: MainWindow) -> list[Entry]:
    return [
        *_moving(window),
        SEPARATOR,
        Command(
            "Pre&dict the next value",
            _if_stepping(window, lambda player: player.set_predicting(not player.predicting)),
            ("G",),
            bare=True,
            checked=lambda: window.active_player.predicting,
        ),
        Command("Reveal the val&ue", _if_stepping(window, Player.reveal), ("R",), bare=True),
        SEPARATOR,
        *_choosing(window),
    ]


def _moving(window: MainWindow) -> list[Entry]:
    """The commands of the player that one sees: the Lab's, or that of a network's cell."""

    def step(text: str, move: Callable[[Player], object], *keys: str) -> Command:
        return Command(text, _if_stepping(window, move, keys[0]), keys, bare=True)

    return [
        step("&Step", Player.step, "Space"),
        step("Step &back", Player.back, "Shift+Space", "Backspace"),
        step("&Play or pause", Player.toggle, "P"),
        SEPARATOR,
        step("&Next part of the step", Player.substep, "."),
        step("Pre&vious part of the step", Player.substep_back, ","),
        SEPARATOR,
        step("To the s&tart", Player.to_start, "Home"),
        step("To the &end", Player.to_end, "End"),
        step("Next &row", Player.next_row, "PgDown"),
        step("Previous r&ow", Player.previous_row, "PgUp"),
        SEPARATOR,
        step("&Faster", Player.faster, "]"),
        step("Slo&wer", Player.slower, "["),
        Command(
            "&Loop",
            lambda: window.active_transport.toggle_loop(),
            ("L",),
            bare=True,
            checked=lambda: window.active_player.loop is not None,
        ),
    ]


def _choosing(window: MainWindow) -> list[Entry]:
    session, lab = window.session, window.lab

    def choose_filter(way: int) -> None:
        window.choose_filter(way)

    return [
        Command(
            "Next stage of the c&hain", lambda: session.choose_stage(session.stage + 1), ("Ctrl+PgDown",)
        ),
        Command(
            "Previous sta&ge",
            lambda: session.choose_stage(max(session.stage - 1, IMAGE_STAGE)),
            ("Ctrl+PgUp",),
        ),
        Command("Next filter", lambda: choose_filter(+1), ("Ctrl+]",)),
        Command("Previous filter", lambda: choose_filter(-1), ("Ctrl+[",)),
        Command("Let go of what is pinned", lab.pointing.clear, ("Esc",), bare=True),
    ]


def _if_stepping(window: MainWindow, move: Callable[[Player], object], key: str = "") -> Callable[[], object]:
    """What moves the player does nothing where no player is to be seen; in the lesson it does what its key does there."""

    def act() -> None:
        if window.is_learning:
            window.lab.lesson.act(key)
        elif window.can_step:
            move(window.active_player)

    return act


def _help(window: MainWindow) -> list[Entry]:
    def show(page: str) -> None:
        from convlab.window import about

        about.PAGES[page](window)

    return [
        Command("&First steps", lambda: show("first steps"), ("F1",)),
        Command("&Keys…", lambda: show("keys"), ("Ctrl+?",)),
        Command("&About ConvLab", lambda: show("about")),
        Command("About &Qt", QApplication.aboutQt),
    ]
