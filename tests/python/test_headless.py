"""A notebook that nbclient runs twice is the same twice, but for times."""

import nbformat
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from flowno_testing.kernel import KERNEL_NAME

CELL_TIMEOUT_S = 30

#: All that could differ: time, order, identities, pictures, errors, what other cells' nodes become.
CELLS = [
    "node Count(n) { for i in 0..n { yield i; sleep(0.01); } }\n"
    "node Total(stream xs) { let t = 0; for x in xs { t += x; } t }\n"
    'node Loud(x) { print(`got ${x}`); display(html("<b>shown</b>")); progress(1, 2); x }\n'
    "node Add(x, y = 0) { x + y }\n"
    "template Twice(f, x) { f.once = Add(x, x); Add(f.once, 0) }",
    "flow.total = Total(flow.numbers); flow.loud = Loud(flow.total);\n"
    "flow.twice = Twice(flow.loud);",
    "flow.numbers = Count(20); flow.steps = Add(1, flow.steps);",
    "for i in 0..20 { flow[`n${i}`] = Add(i, flow.total); }",
    "let tasks = []; for i in 0..5 { tasks.push(spawn(|| { sleep(0.01 * (5 - i)); i })); }\n"
    'print(tasks.map(|t| t.join())); debug("said");',
    "plot(#{ a: [1, 4, 9], b: [2, 3, 5] })",
    "flow",
    "flow.nodes()",
    'flow.total.history(5).len(); flow.lineage("twice")',
    "node Fail(x) { throw `no ${x}` } flow.fail = Fail(flow.total); flow.after = Add(flow.fail);",
    "flow.numbers = Count(10); flow.total",
    "#{ b: 1, a: [2.5, (), true], c: flow.total.value }",
]


def run() -> str:
    """A fresh run as JSON, without when its cells ran."""
    cells = [new_code_cell(code, id=f"cell-{number}") for number, code in enumerate(CELLS)]
    for cell in cells:
        cell.metadata.tags = ["raises-exception"]
    notebook = new_notebook(cells=cells)
    NotebookClient(notebook, kernel_name=KERNEL_NAME, timeout=CELL_TIMEOUT_S).execute()
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    return nbformat.writes(notebook)


def test_two_runs_are_equal_byte_by_byte() -> None:
    first = run()
    assert first.count('"output_type"') > len(CELLS)
    assert run() == first
