"""A worker repeats what a follower does, through its faults and until it is told to stop."""

from threading import Event

import pytest
from django.db import OperationalError

from samphan.platform.followers import Follower
from samphan.runtime.worker import Following, stop_together


def following(look):
    return Following(Follower("tests.follower", look, 0.001))


@pytest.mark.parametrize("fault", [ValueError("unreadable"), OperationalError("gone")])
def test_goes_on_after_a_fault(monkeypatch, fault):
    monkeypatch.setattr("samphan.runtime.worker.AFTER_FAULT_SECONDS", 0.001)
    looks, came_back = [], Event()

    def look():
        looks.append(1)
        if len(looks) == 1:
            raise fault
        came_back.set()
        return False

    thread = following(look)
    thread.start()
    assert came_back.wait(5)
    stop_together([thread])
    assert not thread.is_alive()


def test_takes_portions_without_a_pause_until_none_waits_and_stops_between_two():
    taken, halfway, go_on = [], Event(), Event()

    def look():
        taken.append(1)
        if len(taken) == 3:
            halfway.set()
            go_on.wait(5)
        return True

    thread = following(look)
    thread.start()
    assert halfway.wait(5)
    thread.ask_to_stop()
    go_on.set()
    stop_together([thread])
    assert len(taken) == 3
    assert not thread.is_alive()
