"""Training: a recipe becomes a network that learns. Used by the trainer process and by the command line alike.

Whoever follows it is a `Follower`: it hears what happens, and may pause or stop it between two batches.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from convlab.learning.events import Array, Begun, EpochEnd, Result
from convlab.learning.plan import Plan
from convlab.plain_text import safe_text
from convlab.problems import Problem
from convlab.processes import checkpoint, evaluation, network_writing
from convlab.processes.following import Diverged, Follower, Stopped
from convlab.processes.recipes import RECIPES
from convlab.processes.run_files import Record, RunFiles

if TYPE_CHECKING:
    from convlab.processes.datasets import Data

_SEEDS = 2**32
_FAST_BATCH = 256
"""Images at once where nothing is learned from them."""


def train(
    plan: Plan, data: Data, image: Array | None, files: RunFiles, follower: Follower, go_on: bool = False
) -> Result:
    """Train the plan's network on `data`, and keep in `files` what is learned, epoch by epoch.

    image: (rows, columns, channels) from 0 to 1, the one whose feature maps are filmed; None for no film. go_on: from the last epoch that is
    kept there; the plan may have more epochs than then. Raises Problem; what was kept stays.
    """
    _check(plan, data, image)
    with files.at_work():
        return _train(plan, data, image, files, follower, go_on)


def _train(
    plan: Plan, data: Data, image: Array | None, files: RunFiles, follower: Follower, go_on: bool
) -> Result:
    from convlab.processes.training_callback import Following

    kept = checkpoint.read(files.checkpoint, plan) if go_on else None
    if kept is None:
        files.clear()
    model = _compiled(plan, data, len(kept.epochs) if kept else 0)
    history = History(plan, data, model, files, kept)
    following = Following(model, history, follower, image, _batches(plan, data))
    follower.tell(Begun(following.layers, int(model.count_params()), following.batches, len(history.epochs)))
    stopped = _fit(model, plan, data, following)
    history.take_best()
    return _finish(model, data, history, follower, stopped)


class History:
    """What was reached epoch by epoch, the best weights, and their safety copy in the folder of the run."""

    def __init__(
        self, plan: Plan, data: Data, model: Any, files: RunFiles, kept: checkpoint.Checkpoint | None
    ) -> None:
        self.plan = plan
        self._model = model
        self._files = files
        self._best: list[NDArray[Any]] = []
        self.epochs: tuple[EpochEnd, ...] = ()
        self.best = 0
        self.record = Record(plan, data.info.name, data.info.class_names, int(model.count_params()))
        if kept is not None:
            self._go_on_from(kept)

    def _go_on_from(self, kept: checkpoint.Checkpoint) -> None:
        kept.give(self._model)
        self.epochs, self.best, self._best = kept.epochs, kept.best, list(kept.best_weights)

    @property
    def seconds(self) -> float:
        """Of all epochs that are done."""
        return self.epochs[-1].seconds if self.epochs else 0.0

    def add(self, epoch: EpochEnd) -> None:
        """An epoch is done: keep it, and its weights if they are the best yet. Raises Problem if there is no room."""
        before = self.epochs[self.best].val_accuracy if self.epochs else -1.0
        self.epochs = (*self.epochs, epoch)
        if epoch.val_accuracy > before:
            self.best, self._best = epoch.epoch, self._model.get_weights()
        try:
            checkpoint.write(
                self._files.checkpoint,
                checkpoint.of(self._model, self.plan, self.epochs, self.best, self._best),
            )
            self._files.write(self._written())
        except OSError as error:
            raise self._files.no_room(error) from None

    def take_best(self) -> None:
        """Give the network the best weights that it had at the end of an epoch, if one was finished."""
        if self._best:
            self._model.set_weights(self._best)

    def end(self, loss: float, accuracy: float) -> None:
        """The training has ended, with this on the test images; it can go on only if it was stopped."""
        self._files.write(replace(self._written(), test_loss=loss, test_accuracy=accuracy))
        if len(self.epochs) >= self.plan.epochs:
            self._files.checkpoint.unlink(missing_ok=True)

    @property
    def files(self) -> RunFiles:
        return self._files

    def _written(self) -> Record:
        return replace(self.record, epochs=self.epochs, best=self.best, minutes=self.seconds / 60)


def build(plan: Plan, shape: tuple[int, int, int], classes: int) -> Any:
    """The recipe's network, new. Raises Problem for images that it does not fit."""
    import keras

    recipe = RECIPES[plan.recipe]
    dropout = recipe.dropout if plan.dropout is None else plan.dropout
    try:
        layers = recipe.layers(keras.layers, dropout, classes)
        return keras.Sequential([keras.Input(shape), *layers], name=plan.recipe)
    except ValueError:
        size = "×".join(map(str, shape))
        raise Problem(
            f"The recipe “{recipe.title}” does not fit images of {size}.",
            "They get smaller with each layer until nothing is left.",
            "Choose another recipe, or larger images.",
        ) from None


def _check(plan: Plan, data: Data, image: Array | None) -> None:
    if plan.recipe not in RECIPES:
        raise Problem(f"There is no recipe “{safe_text(plan.recipe, 80)}”.")
    if image is not None and image.shape != data.info.shape:
        sizes = ("×".join(map(str, shape)) for shape in (image.shape, data.info.shape))
        raise Problem("The image to be filmed is {} and the data's images are {}.".format(*sizes))
    if not 1 <= _split(plan, data) < len(data.x_train):
        raise Problem(
            "There are too few images to learn from.",
            f"{len(data.x_train):,} must do for training and validation.",
            "Give more.",
        )


def _split(plan: Plan, data: Data) -> int:
    """How many of the images are learned from; the others, the last ones, are for validation. As in Keras."""
    return math.floor(len(data.x_train) * (1 - plan.validation))


def _batches(plan: Plan, data: Data) -> int:
    return -(-_split(plan, data) // plan.batch)


def _compiled(plan: Plan, data: Data, epochs_done: int) -> Any:
    """The network, ready to learn. A training that goes on draws other random numbers than it began with."""
    import keras

    keras.utils.clear_session()
    keras.utils.set_random_seed((plan.seed + epochs_done) % _SEEDS)
    model = build(plan, data.info.shape, len(data.info.class_names))
    kinds = {"adam": keras.optimizers.Adam, "rmsprop": keras.optimizers.RMSprop, "sgd": keras.optimizers.SGD}
    model.compile(
        optimizer=kinds[plan.optimizer](plan.rate),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    model.optimizer.build(model.trainable_variables)
    return model


def _fit(model: Any, plan: Plan, data: Data, following: Any) -> bool:
    """Whether it was stopped before its last epoch was done."""
    split = _split(plan, data)
    try:
        model.fit(
            data.x_train[:split],
            data.y_train[:split],
            batch_size=plan.batch,
            epochs=plan.epochs,
            initial_epoch=min(len(following.history.epochs), plan.epochs),
            validation_data=(data.x_train[split:], data.y_train[split:]),
            validation_batch_size=max(plan.batch, _FAST_BATCH),
            verbose=0,
            callbacks=[following],
        )
    except Stopped:
        following.on_train_end()
        return True
    except Diverged:
        raise Problem(
            "The training came apart: the loss is no finite number any more.",
            f"Steps with a learning rate of {plan.rate:g} are too large for this network.",
            "Try a tenth of it.",
        ) from None
    return False


def _finish(model: Any, data: Data, history: History, follower: Follower, stopped: bool) -> Result:
    """Measure the network with the test images, and write it."""
    probabilities = _predict(model, data.x_test, follower)
    loss, accuracy = evaluation.loss_and_accuracy(probabilities, data.y_test)
    confusion = evaluation.confusion(probabilities, data.y_test)
    wrong = evaluation.most_confidently_wrong(probabilities, data.y_test, data.x_test)
    try:
        network_writing.write(model, history.files.network, data.info.class_names)
        history.end(loss, accuracy)
    except OSError as error:
        raise history.files.no_room(error) from None
    return Result(stopped, history.best, loss, accuracy, confusion, wrong, str(history.files.network))


def _predict(model: Any, images: Array, follower: Follower) -> Array:
    """(images, classes)"""
    found = []
    for start in range(0, len(images), _FAST_BATCH):
        found.append(np.asarray(model.predict_on_batch(images[start : start + _FAST_BATCH]), np.float32))
        follower.alive()
    return np.concatenate(found)
