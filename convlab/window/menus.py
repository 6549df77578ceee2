"""The menus: every command of the window, in one readable list."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from convlab.plain_text import safe_text
from convlab.window import theme
from convlab.window.commands import SEPARATOR, Command, Entry
from convlab.window.looks import Looks
from convlab.window.session import IMAGE_STAGE

if TYPE_CHECKING:
    from convlab.window.main_window import MainWindow

Menu = tuple[str, list[Entry]]


def all_menus(window: MainWindow) -> list[Menu]:
    """Title and entries of each menu, in order."""
    return [
        ("&File", _file(window)),
        ("&Edit", _edit(window)),
        ("&View", _view(window)),
        ("&Step", _step(window)),
        ("&Help", _help(window)),
    ]


def _file(window: MainWindow) -> list[Entry]:
    work, images = window.work, window.images
    return [
        Command("&New experiment", work.new, ("Ctrl+N",)),
        Command("&Open…", images.open, ("Ctrl+O",)),
        *(_recent(window, place) for place in range(5)),
        SEPARATOR,
        Command("New blan&k image…", images.new_blank, ("Ctrl+Shift+N",)),
        Command("Sample i&mages…", images.gallery, ("Ctrl+G",)),
        Command("Open and resi&ze a picture…", images.open_resized, ("Ctrl+Shift+O",)),
        Command("Image from num&bers…", images.numbers, ("Ctrl+M",)),
        SEPARATOR,
        Command("&Save", work.save, ("Ctrl+S",)),
        Command("Save &as…", work.save_as, ("Ctrl+Shift+S",)),
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
            f"&{place + 1}  " + (safe_text(Path(path()).name, 50) or "no recent file").replace("&", "&&")
        ),
        enabled=lambda: bool(path()),
    )


def _edit(window: MainWindow) -> list[Entry]:
    session, images = window.session, window.images
    return [
        Command(
            "&Undo",
            session.undo,
            ("Ctrl+Z",),
            enabled=lambda: session.history.can_undo,
            label=lambda: f"&Undo {session.history.undo_label}",
        ),
        Command(
            "&Redo",
            session.redo,
            ("Ctrl+Shift+Z", "Ctrl+Y"),
            enabled=lambda: session.history.can_redo,
            label=lambda: f"&Redo {session.history.redo_label}",
        ),
        SEPARATOR,
        Command("&Copy the image's numbers", images.copy_numbers, ("Ctrl+C",)),
        Command("Copy the &output's numbers", images.copy_output, ("Ctrl+Shift+C",)),
        Command("Copy a pic&ture of the page", images.copy_picture, ("Ctrl+Alt+C",)),
        Command("&Paste an image or numbers", images.paste, ("Ctrl+V",)),
        SEPARATOR,
        Command("&Edit the image as numbers…", images.edit_numbers, ("Ctrl+D",)),
        Command("C&lear the image", images.clear, ("Ctrl+Shift+Del",)),
        Command("&Invert the image", images.invert, ("Ctrl+I",)),
    ]


def _view(window: MainWindow) -> list[Entry]:
    lab, looks, session = window.lab, Looks(window.settings), window.session
    return [
        Command("Larger &text", lambda: looks.change_scale(+1), ("Ctrl++", "Ctrl+=")),
        Command("S&maller text", lambda: looks.change_scale(-1), ("Ctrl+-",)),
        Command("Text at &100 %", looks.reset_scale, ("Ctrl+0",)),
        SEPARATOR,
        Command("&Zoom in", lambda: lab.zoom_by(1.25), ("Ctrl+Up",), bare=True),
        Command("Zoom &out", lambda: lab.zoom_by(0.8), ("Ctrl+Down",), bare=True),
        Command("Zoom to &fit", lab.zoom_to_fit, ("Shift+Z",), bare=True),
        Command("Zoom to the &window", lab.zoom_to_window, ("Z",), bare=True),
        SEPARATOR,
        Command("&Light", lambda: looks.choose("light"), checked=lambda: looks.choice == "light"),
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


def _step(window: MainWindow) -> list[Entry]:
    player, session, lab = window.player, window.session, window.lab
    return [
        Command("&Step", player.step, ("Space",), bare=True),
        Command("Step &back", player.back, ("Shift+Space", "Backspace"), bare=True),
        Command("&Play or pause", player.toggle, ("P",), bare=True),
        SEPARATOR,
        Command("&Next part of the step", player.substep, (".",), bare=True),
        Command("Pre&vious part of the step", player.substep_back, (",",), bare=True),
        SEPARATOR,
        Command("To the s&tart", player.to_start, ("Home",), bare=True),
        Command("To the &end", player.to_end, ("End",), bare=True),
        Command("Next &row", player.next_row, ("PgDown",), bare=True),
        Command("Previous r&ow", player.previous_row, ("PgUp",), bare=True),
        SEPARATOR,
        Command("&Faster", player.faster, ("]",), bare=True),
        Command("Slo&wer", player.slower, ("[",), bare=True),
        Command(
            "&Loop",
            window.lab.transport.toggle_loop,
            ("L",),
            bare=True,
            checked=lambda: player.loop is not None,
        ),
        SEPARATOR,
        Command(
            "Pre&dict the next value",
            lambda: player.set_predicting(not player.predicting),
            ("G",),
            bare=True,
            checked=lambda: player.predicting,
        ),
        Command("Reveal the val&ue", player.reveal, ("R",), bare=True),
        SEPARATOR,
        Command(
            "Next stage of the c&hain", lambda: session.choose_stage(session.stage + 1), ("Ctrl+PgDown",)
        ),
        Command(
            "Previous sta&ge",
            lambda: session.choose_stage(max(session.stage - 1, IMAGE_STAGE)),
            ("Ctrl+PgUp",),
        ),
        Command("Next filter", lambda: session.choose_filter(session.filter + 1), ("Ctrl+]",)),
        Command("Previous filter", lambda: session.choose_filter(session.filter - 1), ("Ctrl+[",)),
        Command("Let go of what is pinned", lab.pointing.clear, ("Esc",), bare=True),
    ]


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
