"""VS Code's habits, by a front end that does as it does.

It names cells by the URIs of their documents, tells of no deleted cells, lets cells run on after an
error (it holds them back itself), and listens to a cell's messages only until that is idle.
"""

from collections.abc import Iterator

import pytest

from flowno_testing.kernel import Kernel, Message, Run, execute_content, shown_text

NOTEBOOK = "vscode-notebook-cell:/home/someone/work/my%20flow.ipynb#{}"

#: Fragments as VS Code draws them.
FIRST, SECOND, THIRD = "W0sZmlsZQ%3D%3D", "W1sZmlsZQ%3D%3D", "W2sZmlsZQ%3D%3D"


class Editor:
    """A notebook that is open in VS Code."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel

    def run(self, fragment: str, code: str) -> Run:
        """Runs a cell; what comes after its idle is nobody's."""
        content = execute_content(code, stop_on_error=False, allow_stdin=True)
        metadata = {"cellId": NOTEBOOK.format(fragment)}
        return self.kernel.request("execute_request", content, metadata).finish()

    def shown(self, run: Run) -> dict[str, str]:
        """The last text of each display that the cell sees, by its identity."""
        found: dict[str, str] = {}
        for message in run.outputs:
            display_id = _display_id(message)
            if display_id:
                found[display_id] = shown_text(message, display_id) or ""
        return found


def _display_id(message: Message) -> str | None:
    return message["content"].get("transient", {}).get("display_id")


@pytest.fixture
def editor() -> Iterator[Editor]:
    """A notebook and its kernel."""
    kernel = Kernel()
    try:
        yield Editor(kernel)
    finally:
        kernel.close()


def test_displays_are_final_when_the_cell_is_idle(editor: Editor) -> None:
    code = "node Tick(n) { for i in 1..=n { yield `${i} `; sleep(0.05); } } flow.t = Tick(4);"
    run = editor.run(FIRST, code).assert_ok()
    assert editor.shown(run) == {"flowno/t": 't = "1 2 3 4 "'}
    assert run.of("update_display_data"), "a cell with an identity is live"


def test_a_cell_run_again_takes_its_nodes_back(editor: Editor) -> None:
    editor.run(FIRST, "flow.a = 1; flow.b = 2;").assert_ok()
    editor.run(FIRST, "flow.a = 3;").assert_ok()
    told = editor.run(SECOND, "flow.c = flow.b;").assert_ok()
    assert "waits for b" in editor.shown(told)["flowno/c"]


def test_cells_that_are_deleted_without_a_word_keep_their_nodes(editor: Editor) -> None:
    editor.run(FIRST, "flow.a = 1;").assert_ok()
    # The first cell is deleted now, and VS Code says nothing.
    run = editor.run(SECOND, "flow.a.value").assert_ok()
    assert run.result() == "1"


def test_a_change_elsewhere_is_told_in_the_cell_that_made_it(editor: Editor) -> None:
    """The first cell's listeners are gone, so an update of its display would not be seen."""
    editor.run(FIRST, "node Twice(x) { x * 2 } flow.a = 1; flow.b = Twice(flow.a);").assert_ok()
    run = editor.run(SECOND, "flow.a = 21;").assert_ok()
    texts = [c["data"]["text/plain"] for c in run.of("display_data")]
    assert any("also changed" in text and "b = 42" in text for text in texts), texts


def test_an_error_holds_no_cell_back(editor: Editor) -> None:
    kernel = editor.kernel
    sent = []
    for fragment, code in ((FIRST, "throw 1;"), (SECOND, "1 + 1"), (THIRD, "flow.x = 5;")):
        content = execute_content(code, stop_on_error=False)
        metadata = {"cellId": NOTEBOOK.format(fragment)}
        sent.append(kernel.request("execute_request", content, metadata))
    runs = [pending.finish() for pending in sent]
    assert [run.content["status"] for run in runs] == ["error", "ok", "ok"]


def test_two_notebooks_of_one_fragment_are_two(editor: Editor) -> None:
    """The whole URI is the identity, not its end."""
    editor.run(FIRST, "flow.a = 1;").assert_ok()
    content = execute_content("flow.b = 2;", stop_on_error=False)
    other = {"cellId": NOTEBOOK.replace("my%20flow", "other").format(FIRST)}
    editor.kernel.request("execute_request", content, other).finish().assert_ok()
    assert editor.run(SECOND, "flow.a.value + flow.b.value").assert_ok().result() == "3"
