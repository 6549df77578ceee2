"""RecipeCard: which network is trained, and how: recipe, epochs, batch, optimizer, rate and dropout."""

from __future__ import annotations

from PySide6.QtCore import QSize, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from convlab.learning.outline import Row, outline
from convlab.learning.plan import MAX_BATCH, MAX_EPOCHS, MAX_RATE, OPTIMIZERS
from convlab.processes.client import RECIPES, Recipe
from convlab.window import theme
from convlab.window.fields import IntField, NumberField, combo, show_in_combo
from convlab.window.form import Form
from convlab.window.fronted import Fronted
from convlab.window.learn_session import LearnSession
from convlab.window.network_strip import NetworkStrip, said
from convlab.window.widgets import Card, label, push_button

_USUAL_SHAPE, _USUAL_CLASSES = (28, 28, 1), 10  # while no data are loaded: of clothes and digits
_COLOR_SHAPE = (32, 32, 3)
_TITLES = {"adam": "Adam", "rmsprop": "RMSprop", "sgd": "SGD, plain descent"}
_MOST_DROPOUT = 0.95
_LOW = 370  # pixels at 100 % of height below which the fields come before the words


class RecipeCard(Fronted, Card):
    """Shows the plan, and tells the session what is changed; nothing can be while a training goes on."""

    def __init__(self, session: LearnSession, parent: QWidget | None = None) -> None:
        super().__init__("Recipe", parent=parent)
        self._session = session
        self._rows: tuple[Row, ...] = ()
        entries = [(recipe.title, name) for name, recipe in RECIPES.items()]
        self.chooser = combo("Recipe", entries, lambda name: session.choose_recipe(str(name)))
        self.about = label("", "caption", wrap=True)
        self.strip = NetworkStrip()
        self.summary = label("", "caption", wrap=True)
        self.epochs = IntField("Epochs", 1, MAX_EPOCHS)
        self.batch = IntField("Images in a batch", 1, MAX_BATCH)
        self.optimizer = combo("Optimizer", [(_TITLES[name], name) for name in OPTIMIZERS], self._optimize)
        self.rate = NumberField("Learning rate", 1e-6, MAX_RATE, 0.001)
        self.dropout = NumberField("Dropout", 0.0, _MOST_DROPOUT, 0.1)
        self.reset = push_button("As the recipe says", session.reset, role="flat")
        self.form = Form()
        self._arrange()
        self._connect()
        self.refresh()

    def _arrange(self) -> None:
        self.header.addWidget(self.reset)
        self.rate.setStepType(NumberField.StepType.AdaptiveDecimalStepType)
        for caption, field in (
            ("Epochs", self.epochs),
            ("Batch", self.batch),
            ("Optimizer", self.optimizer),
            ("Rate", self.rate),
            ("Dropout", self.dropout),
        ):
            self.form.add_row(caption, field)
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        for widget in (self.chooser, self.about, self.strip, self.summary, self.form):
            self._column.addWidget(widget)
        self._column.addStretch(1)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setWidget(inside)
        self._area.setFocusPolicy(self._area.focusPolicy().NoFocus)
        self._area.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.chooser.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.body.addWidget(self._area, 1)
        self._area.verticalScrollBar().rangeChanged.connect(lambda: self._margin())
        self.hand_focus_to(self.chooser)
        self._restyle()
        theme.follow(self, lambda: QTimer.singleShot(0, self, self._restyle))

    def _connect(self) -> None:
        session = self._session
        for signal in (session.plan_changed, session.data_changed, session.state_changed):
            signal.connect(self.refresh)
        self.epochs.changed.connect(lambda count: session.change(epochs=count))
        self.batch.changed.connect(lambda count: session.change(batch=count))
        self.rate.changed.connect(lambda rate: session.change(rate=rate))
        self.dropout.changed.connect(self._drop)
        self.strip.pointed.connect(self._show_layer)

    def _optimize(self, name: object) -> None:
        self._session.change(optimizer=str(name))

    def _drop(self, share: float) -> None:
        """The recipe's own share needs no setting."""
        self._session.change(dropout=None if share == self._session.recipe.dropout else share)

    # --- told ---

    def refresh(self) -> None:
        """Show the plan as it is now."""
        session, plan, recipe = self._session, self._session.plan, self._session.recipe
        show_in_combo(self.chooser, plan.recipe)
        self.chooser.setToolTip(f"{recipe.name}: {recipe.about}")
        self.about.setText(recipe.about)
        self.epochs.show_value(plan.epochs)
        self.batch.show_value(plan.batch)
        show_in_combo(self.optimizer, plan.optimizer)
        self.rate.show_value(plan.rate)
        self.dropout.show_value(session.dropout)
        self._show_outline()
        self.form.show_row("Dropout", self._takes_dropout(recipe))
        self.reset.setVisible(not session.as_recipe_says and not session.busy)
        for field in (self.chooser, self.epochs, self.batch, self.optimizer, self.rate, self.dropout):
            field.setEnabled(not session.busy)

    def _shape(self) -> tuple[tuple[int, int, int], int]:
        """Of the images, and how many classes; what is usual while nobody knows."""
        info = self._session.info
        if info is not None:
            return info.shape, len(info.class_names)
        in_color = self._session.plan.source.kind not in ("fashion", "digits")
        return _COLOR_SHAPE if in_color else _USUAL_SHAPE, _USUAL_CLASSES

    def _show_outline(self) -> None:
        shape, classes = self._shape()
        recipe = self._session.recipe
        try:
            self._rows = outline(recipe.layers, self._session.dropout, shape, classes)
        except ValueError:
            self._rows = ()
        self.strip.show_rows(self._rows, max(shape[:2]))
        self._show_layer(-1)

    def _takes_dropout(self, recipe: Recipe) -> bool:
        rows = outline(recipe.layers, 0.5, _COLOR_SHAPE, 10)
        return any(row.kind == "Dropout" for row in rows)

    def _show_layer(self, place: int) -> None:
        """The layer that is pointed at, else what all of them come to."""
        if not self._rows:
            self.summary.setText("These images are too small for this recipe.")
        elif 0 <= place < len(self._rows):
            self.summary.setText(said(self._rows[place]))
        else:
            weights = sum(row.weights for row in self._rows)
            self.summary.setText(f"{len(self._rows)} layers, {weights:,} weights{_goal(self._session)}")
        self.summary.setProperty("role", "caption" if self._rows else "warning")

    # --- layout ---

    def _restyle(self) -> None:
        self._column.setSpacing(theme.px(8))
        self.summary.setMinimumHeight(
            2 * self.summary.fontMetrics().lineSpacing()
        )  # nothing moves while pointing
        self.summary.setAlignment(self.summary.alignment().AlignTop | self.summary.alignment().AlignLeft)
        self._margin()

    def _margin(self) -> None:
        """Nothing touches the bar that scrolls."""
        scrolls = self._area.verticalScrollBar().maximum() > 0
        self._column.setContentsMargins(0, 0, theme.px(6) if scrolls else 0, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.about.setVisible(self.height() >= theme.px(_LOW))
        self._margin()

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(190), theme.px(150))


def _goal(session: LearnSession) -> str:
    """What the recipe is known to reach, on the data of which that is known."""
    recipe = session.recipe
    if recipe.goal is None or session.plan.source.kind != recipe.data[0]:
        return ""
    on = "in validation" if recipe.goal[0] == "validation" else "on the test images"
    return f"; known for {100 * recipe.goal[1]:g}\u00a0% {on}"
