"""What cells show, through jupyter_client: the first steps of a user, one after another."""

import pytest

from flowno_testing.kernel import Kernel, Run

ADD = "node Add(x, y) { x + y }"
ALSO_CHANGED = "also changed: "


def node_displays(run: Run) -> list[str]:
    """The text of each display of a node. Without `cellId` none has an identity to follow."""
    assert not any(content.get("transient") for content in run.of("display_data"))
    return [text for text in display_texts(run) if not text.startswith(ALSO_CHANGED)]


def other_texts(run: Run) -> list[str]:
    """What was said of other cells' nodes, and what was printed."""
    also = [text for text in display_texts(run) if text.startswith(ALSO_CHANGED)]
    return also + [line for line in run.stdout.splitlines() if line]


def display_texts(run: Run) -> list[str]:
    """The text of each display, in order."""
    return [content["data"]["text/plain"] for content in run.of("display_data")]


def test_defining_a_node_shows_nothing(kernel: Kernel) -> None:
    assert kernel.ok(ADD).outputs == []


def test_a_forward_reference_waits_and_then_runs(kernel: Kernel) -> None:
    kernel.ok(ADD)

    waiting = kernel.ok("flow.sum = Add(1, flow.b)")
    assert node_displays(waiting) == ["sum waits for b (no cell defines it yet: flow.b = ...)"]

    filled = kernel.ok("flow.b = 41")
    assert node_displays(filled) == ["b = 41"]
    assert filled.of("update_display_data") == []

    assert kernel.ok("flow.sum.value").result() == "42"
    kernel.ok("flow.b = 1")
    assert kernel.ok("flow.sum.value").result() == "2"


def test_a_run_that_changes_another_cells_node_says_so(kernel: Kernel) -> None:
    kernel.ok(ADD)
    kernel.ok("flow.sum = Add(1, flow.b)")
    assert f"{ALSO_CHANGED}sum = 42" in other_texts(kernel.ok("flow.b = 41"))


def test_a_reference_as_last_expression_is_that_nodes_display(kernel: Kernel) -> None:
    kernel.ok("flow.b = 41")
    shown = kernel.ok("flow.b")
    assert node_displays(shown) == ["b = 41"]
    assert shown.of("execute_result") == []


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("1 + 2", "3"),
        ("1.0 + 2.0", "3.0"),
        ('"a" + "b"', '"ab"'),
        ('[1, 2.5, "x"]', '[1, 2.5, "x"]'),
        ("true", "true"),
    ],
)
def test_a_last_expression_is_a_result_in_debug_form(
    shared_kernel: Kernel, code: str, text: str
) -> None:
    assert shared_kernel.ok(code).result() == text


def test_a_statement_has_no_result(shared_kernel: Kernel) -> None:
    assert shared_kernel.ok("let kept = 3;").outputs == []
    assert shared_kernel.ok("kept").result() == "3"


def test_a_string_in_a_node_display_has_quotes(kernel: Kernel) -> None:
    assert node_displays(kernel.ok('flow.name = "Ada"')) == ['name = "Ada"']


def test_print_goes_to_stdout_before_the_node_displays(kernel: Kernel) -> None:
    run = kernel.ok('flow.a = 1; print("hello")')
    assert run.stdout == "hello\n"
    assert [m["msg_type"] for m in run.outputs] == ["stream", "display_data"]


def test_a_node_keeps_its_state_from_run_to_run(kernel: Kernel) -> None:
    kernel.ok("node Sum(x) with #{ total: 0 } { this.total += x; this.total }")
    kernel.ok("flow.x = 3; flow.total = Sum(flow.x)")
    assert kernel.ok("flow.total.value").result() == "3"
    kernel.ok("flow.x = 4")
    assert kernel.ok("flow.total.value").result() == "7"


def test_a_cycle_pauses_at_its_limit(kernel: Kernel) -> None:
    kernel.ok("flow.generations = 5; node Inc(x = 0) { x + 1 }")
    displays = node_displays(kernel.ok("flow.n = Inc(flow.n)"))
    assert displays == ["n = 6 (generation 5, paused)"]


def test_a_cycle_without_a_default_names_what_could_take_one(kernel: Kernel) -> None:
    kernel.ok("node Inc(number) { number + 1 }")
    run = kernel.run("flow.n = Inc(flow.n)")
    assert run.content["ename"] == "MissingDefaultError"
    told = "\n".join(run.content["traceback"])
    assert "n" in told
    assert "number" in told


class TestLive:
    """With `cellId` in the request, displays appear at once and are updated in place."""

    def test_a_later_cell_updates_an_earlier_display(self, kernel: Kernel) -> None:
        kernel.ok(ADD, cell_id="c1")
        waiting = kernel.ok("flow.sum = Add(1, flow.b)", cell_id="c2")
        assert waiting.shown("flowno/sum")[-1] == (
            "sum waits for b (no cell defines it yet: flow.b = ...)"
        )
        filled = kernel.ok("flow.b = 41", cell_id="c3")
        assert filled.shown("flowno/b")[-1] == "b = 41"
        updates = [
            content["data"]["text/plain"]
            for content in filled.of("update_display_data")
            if content["transient"]["display_id"] == "flowno/sum"
        ]
        assert updates[-1:] == ["sum = 42"]

    def test_a_cell_run_again_gives_up_what_it_no_longer_defines(self, kernel: Kernel) -> None:
        kernel.ok("flow.a = 1; flow.b = 2", cell_id="c1")
        kernel.ok("flow.a = 1", cell_id="c1")
        run = kernel.run("flow.b.value", cell_id="c2")
        assert run.content["status"] == "error"
