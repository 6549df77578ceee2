"""Where the cards of the Learn page stand: inside the page, never over each other, all of them reachable."""

from __future__ import annotations

from itertools import combinations

import pytest

from convlab.window.learn_columns import CURVES, DATA, FILM, RECIPE, RESULT, RUNS, Place, places

ALL = {RECIPE, DATA, FILM, CURVES, RESULT, RUNS}
SIZES = [
    (988, 640, 1.0),
    (1404, 780, 1.0),
    (1884, 960, 1.0),
    (980, 500, 1.5),
    (960, 520, 2.0),
    (1856, 860, 2.0),
]


def overlap(one: Place, other: Place) -> bool:
    beside = one.x + one.width <= other.x or other.x + other.width <= one.x
    above = one.y + one.height <= other.y or other.y + other.height <= one.y
    return not (beside or above)


@pytest.mark.parametrize("result", [False, True])
@pytest.mark.parametrize("size", SIZES)
def test_all_places_lie_beside_or_above_each_other(size: tuple[int, int, float], result: bool) -> None:
    width, height, scale = size
    found = places(width, height, scale, result=result)
    assert not any(overlap(one, other) for one, other in combinations(found, 2))
    assert all(p.x >= 0 and p.y >= 0 and p.width > 60 and p.height > 60 for p in found)
    assert max(p.x + p.width for p in found) == width
    assert max(p.y + p.height for p in found) == height


@pytest.mark.parametrize("size", SIZES)
def test_every_card_has_one_place_as_soon_as_there_is_a_result(size: tuple[int, int, float]) -> None:
    cards = [card for place in places(*size, result=True) for card in place.cards]
    assert sorted(cards) == sorted(ALL)


def test_with_much_room_everything_is_seen_at_once() -> None:
    assert [place.cards for place in places(1404, 780, 1.0, result=True)] == [
        (RECIPE,),
        (DATA,),
        (FILM,),
        (RESULT,),
        (CURVES,),
        (RUNS,),
    ]


def test_before_there_is_a_result_the_film_has_its_place() -> None:
    (film,) = (place for place in places(1404, 780, 1.0) if FILM in place.cards)
    assert film.height == 780


def test_with_little_room_one_card_is_seen_at_a_time() -> None:
    (only,) = places(960, 520, 2.0, result=True)
    assert set(only.cards) == ALL


def test_a_presentation_shows_only_what_comes_of_it() -> None:
    cards = {card for place in places(1404, 780, 1.0, side=False, result=True) for card in place.cards}
    assert cards == {FILM, CURVES, RESULT, RUNS}
