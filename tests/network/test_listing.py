"""A network as a list: entries in the file's order, and the lanes that the graph is drawn in."""

from __future__ import annotations

from dataclasses import replace

from convlab.network.description import Layer, Network
from convlab.network.listing import MOST_LANES, Entry, entries_of, found, lanes_of, unfolded, width_of
from tests.network.described import graph, layer, sequence


def _conv(name: str) -> Layer:
    return layer("Activation", name, activation="relu")


def _names(network: Network, entries: tuple[Entry, ...]) -> list[str]:
    return [
        network.layers[entry.row].name + ("" if not entry.use else f" {entry.use + 1}") for entry in entries
    ]


def _residual() -> Network:
    """a is added to b(a)."""
    return graph([(4, 4, 1)], (_conv("a"), (0,)), (_conv("b"), (1,)), (layer("Add", "sum"), (1, 2)))


def _nested() -> Network:
    """The layers a and b of the residual network lie in a network named box."""
    network = _residual()
    rows = list(network.layers)
    box = Layer("box", "box", "Functional", is_network=True)
    inner = [replace(row, path=f"box/{row.name}", parent=1, depth=1) for row in rows[1:3]]
    nodes = tuple(replace(node, layer=node.layer + (node.layer > 0)) for node in network.nodes)
    return replace(network, layers=(rows[0], box, *inner, rows[3]), nodes=nodes)


def test_a_chain_has_one_lane() -> None:
    network = sequence((4, 4, 1), _conv("a"), _conv("b"))
    entries = entries_of(network)
    lanes = lanes_of(network, entries)
    assert _names(network, entries) == ["input", "a", "b"]
    assert [lane.lane for lane in lanes] == [0, 0, 0]
    assert [lane.into for lane in lanes] == [(), ((0, 0),), ((0, 0),)]
    assert width_of(lanes) == 1


def test_what_is_added_again_goes_around_what_is_computed_in_between() -> None:
    network = _residual()
    into_b, into_sum = (lane.into for lane in lanes_of(network, entries_of(network))[2:])
    assert set(into_b) == {(0, 0), (0, 1)}  # to b, and around it
    assert set(into_sum) == {(0, 0), (1, 0)}  # both meet


def test_branches_lie_side_by_side_until_they_are_joined() -> None:
    network = graph(
        [(4, 4, 1)],
        (_conv("a"), (0,)),
        (_conv("b"), (0,)),
        (_conv("c"), (0,)),
        (layer("Concatenate", "all", axis=-1), (1, 2, 3)),
    )
    lanes = lanes_of(network, entries_of(network))
    assert [lane.lane for lane in lanes] == [0, 0, 1, 2, 0]
    assert set(lanes[-1].into) == {(0, 0), (1, 0), (2, 0)}


def test_a_shared_layer_stands_once_more_behind_what_it_reads() -> None:
    shared = _conv("shared")
    network = graph([(4, 4, 1)], (shared, (0,)), (_conv("b"), (1,)), (shared, (2,)), (_conv("c"), (3,)))
    entries = entries_of(network)
    assert _names(network, entries) == ["input_0", "shared", "b", "shared 2", "c"]
    assert [entry.node for entry in entries] == [0, 1, 2, 3, 4]
    assert width_of(lanes_of(network, entries)) == 1


def test_the_second_use_of_a_nested_network_stands_within_it() -> None:
    network = _nested()
    again = (replace(network.nodes[1], inputs=(3,), call=1), replace(network.nodes[2], inputs=(4,), call=1))
    network = replace(network, nodes=(*network.nodes, *again))
    assert _names(network, entries_of(network)) == ["input_0", "box", "a", "a 2", "b", "b 2", "sum"]


def test_a_folded_network_stands_for_what_is_in_it() -> None:
    network = _nested()
    entries = unfolded(network, entries_of(network), {1})
    assert _names(network, entries) == ["input_0", "box", "sum"]
    lanes = lanes_of(network, entries)
    assert [lane.lane for lane in lanes] == [0, 0, 0]
    assert lanes[2].into == ((0, 0),)


def test_lines_pass_the_name_of_an_open_network() -> None:
    network = _nested()
    lanes = lanes_of(network, entries_of(network))
    assert lanes[1].lane is None
    assert lanes[1].into == lanes[2].into == ((0, 0),)


def test_an_input_that_the_file_only_implies_is_left_out() -> None:
    network = sequence((4, 4, 1), _conv("a"))
    implied = replace(network.layers[0], settings={"implied": True})
    network = replace(network, layers=(implied, network.layers[1]))
    entries = entries_of(network)
    assert _names(network, entries) == ["a"]
    assert lanes_of(network, entries)[0].into == ()


def test_layers_are_found_by_words_of_their_path_and_kind() -> None:
    network = _nested()
    entries = entries_of(network)
    assert _names(network, found(network, entries, "BOX/a")) == ["a"]
    assert _names(network, found(network, entries, "activation b")) == ["a", "b"]
    assert found(network, entries, "nothing") == ()


def test_more_lines_than_can_be_drawn_are_left_out() -> None:
    """Everything is read once more at the end, so that all lines would lie side by side."""
    count = 3 * MOST_LANES
    chain = [(_conv(f"a{number}"), (number,)) for number in range(count)]
    network = graph([(4, 4, 1)], *chain, (layer("Add", "sum"), tuple(range(count))))
    assert width_of(lanes_of(network, entries_of(network))) == MOST_LANES
