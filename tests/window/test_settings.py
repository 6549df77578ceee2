"""What is remembered between two runs."""

from __future__ import annotations

from pathlib import Path

from convlab.window.settings import Settings


def test_what_is_set_is_there_in_the_next_run() -> None:
    first = Settings()
    first.set("looks/scale", 1.5)
    first.set("looks/reduced_motion", True)
    first.close()
    second = Settings()
    assert second.number("looks/scale", 1.0, 1.0, 3.0) == 1.5
    assert second.flag("looks/reduced_motion", False)


def test_a_fresh_run_neither_sees_nor_leaves_anything() -> None:
    Settings().set("looks/scale", 2.0)
    fresh = Settings(fresh=True)
    assert fresh.number("looks/scale", 1.0, 1.0, 3.0) == 1.0
    folder = fresh.state_folder.parent
    fresh.close()
    assert not folder.exists()


def test_nonsense_in_the_file_is_answered_with_the_default() -> None:
    settings = Settings()
    settings.set("looks/scale", "very large")
    assert settings.number("looks/scale", 1.0, 1.0, 3.0) == 1.0
    settings.set("looks/scale", 99.0)
    assert settings.number("looks/scale", 1.0, 1.0, 3.0) == 3.0


def test_recent_files_are_newest_first_without_repeats_and_at_most_ten() -> None:
    settings = Settings()
    for number in range(12):
        settings.add_recent(Path(f"/work/{number}.convlab"))
    settings.add_recent(Path("/work/5.convlab"))
    recent = settings.recent_files
    assert recent[0] == str(Path("/work/5.convlab"))
    assert len(recent) == 10 and len(set(recent)) == 10
