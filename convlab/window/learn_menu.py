"""The menu of the Learn page."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from convlab.learning.plan import CLOTHES, COLOR, DIGITS, Source
from convlab.window.commands import SEPARATOR, Command, Entry
from convlab.window.header import LAB, LEARN

if TYPE_CHECKING:
    from convlab.window.learn_page import LearnPage
    from convlab.window.main_window import MainWindow

TRAIN_KEY, PAUSE_KEY, STOP_KEY, GO_ON_KEY = "Ctrl+T", "Space", "Ctrl+Shift+T", "Ctrl+Shift+G"


def learn_menu(window: MainWindow) -> list[Entry]:
    """All that can be done on the page; each command turns to it."""

    def there(act: Callable[[LearnPage], object]) -> Callable[[], None]:
        return lambda: _on_page(window, act)

    def known(text: str, kind: str) -> Command:
        return Command(text, there(lambda page: page.commands.use_data(Source(kind))))

    return [
        Command("Learn one &kernel, in the Lab", lambda: _lesson(window), ("Ctrl+K",)),
        SEPARATOR,
        Command("&Train", there(lambda page: page.session.train()), (TRAIN_KEY,)),
        Command(
            "&Pause or resume",
            there(lambda page: page.session.toggle_pause()),
            label=lambda: f"&Pause or resume\t{PAUSE_KEY}",  # a bare key, which the page acts on
        ),
        Command("&Stop", there(lambda page: page.session.stop()), (STOP_KEY,)),
        Command("&Continue an earlier training", there(lambda page: page.bar.go_on()), (GO_ON_KEY,)),
        SEPARATOR,
        known("Train on cl&othes", CLOTHES),
        known("Train on &digits", DIGITS),
        known("Train on CIFAR-1&0", COLOR),
        Command("Train on an .np&z file…", there(lambda page: page.commands.open_data())),
        Command("Train on a &folder of images…", there(lambda page: page.commands.open_folder())),
        SEPARATOR,
        Command("&All as the recipe says", there(lambda page: page.session.reset())),
        SEPARATOR,
        Command("Sa&ve the network as…", there(lambda page: page.commands.save())),
        Command("Open it on the &Network page", there(lambda page: page.commands.open_network())),
    ]


def _lesson(window: MainWindow) -> None:
    window.show_page(LAB)
    window.lab.open_lesson()


def _on_page(window: MainWindow, act: Callable[[LearnPage], object]) -> None:
    window.show_page(LEARN)
    act(window.learn)
