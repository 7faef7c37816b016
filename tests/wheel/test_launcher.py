"""A person opens JupyterLab for the first time after `pip install`, clicks, types, and looks."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from flowno_testing.deadline import wait_until
from flowno_testing.environment import Environment
from flowno_testing.lab import SERVER_OPTIONS, Lab, running_server
from flowno_testing.lab_page import OPEN_TIMEOUT_MS, SOON_TIMEOUT_MS, NotebookPage

#: Keyword, name, string, interpolation, comment, number, and more.
LEAST_COLOURS = 6

CELL = """\
/* comments /* nest */ */
node Tick(n, pause = 0.01) with #{ seen: 0 } {
    for i in 1..=n { yield `tick ${i} `; sleep(pause); }  // a comment
}
flow.ticks = Tick(3);"""

SCRIPT = "// A script.\nfn twice(x) { x * 2 }\nprint(`${twice(21)} is all`);\n"

THEMES = ("JupyterLab Light", "JupyterLab Dark")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the file browser shows."""
    folder = tmp_path_factory.mktemp("work")
    (folder / "script.rhai").write_text(SCRIPT)
    return folder


@pytest.fixture(scope="module")
def lab(environment: Environment, folder: Path) -> Iterator[Lab]:
    """JupyterLab of the fresh environment."""
    # Without the question about news, which a person answers once.
    settings = environment.folder / "own" / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    answer = {"fetchNews": "false", "checkForUpdates": False}
    (settings / "notification.jupyterlab-settings").write_text(json.dumps(answer))
    env = {
        **environment.clean,
        "JUPYTERLAB_SETTINGS_DIR": str(environment.folder / "own" / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(environment.folder / "own" / "workspaces"),
    }
    command = [environment.program("jupyter"), "lab", *SERVER_OPTIONS]
    with running_server(command, folder, env) as lab:
        yield lab


@pytest.fixture(scope="module")
def notebook(lab: Lab, page: Page, screenshots: Path) -> NotebookPage:
    """A new notebook, made from the launcher."""
    page.goto(lab.url, timeout=OPEN_TIMEOUT_MS)
    card = page.locator('.jp-LauncherCard[title="Flowno"][data-category="Notebook"]')
    card.wait_for(timeout=OPEN_TIMEOUT_MS)
    logo = card.locator("img")
    expect(logo).to_be_visible()
    assert "logo" in (logo.get_attribute("src") or "")
    wait_until(
        lambda: logo.evaluate("logo => logo.complete && logo.naturalWidth > 0"), 15, "the logo"
    )
    page.screenshot(path=screenshots / "launcher.png")
    card.click()
    return NotebookPage.opened(page)


def test_the_launcher_has_flowno_with_its_logo_and_makes_a_notebook(
    notebook: NotebookPage,
) -> None:
    expect(notebook.kernel_name).to_contain_text("Flowno")


def test_a_cell_runs(notebook: NotebookPage) -> None:
    notebook.write(1, CELL)
    notebook.run(1)
    told = 'ticks = "tick 1 tick 2 tick 3 "'
    expect(notebook.output(1).first).to_contain_text(told, timeout=SOON_TIMEOUT_MS)


@pytest.mark.parametrize("theme", THEMES)
def test_cells_are_highlighted_in_both_themes(
    notebook: NotebookPage, screenshots: Path, theme: str
) -> None:
    notebook.choose_theme(theme)
    soon_s = SOON_TIMEOUT_MS / 1000
    wait_until(
        lambda: len(notebook.text_colours(1)) >= LEAST_COLOURS,
        soon_s,
        f"colours; there are {notebook.text_colours(1)}",
    )
    name = theme.split()[-1].lower()
    notebook.page.screenshot(path=screenshots / f"cell-{name}.png")
    # Words that only our mode knows: Rust's has none of them.
    keyword = notebook.colour_of(1, "for")
    assert notebook.colour_of(1, "node") == keyword
    assert notebook.colour_of(1, "yield") == keyword
    assert notebook.colour_of(1, "${") != notebook.colour_of(1, "`tick")
    assert notebook.colour_of(1, "Tick") != keyword


def test_tab_completes_what_cells_have_defined(notebook: NotebookPage, screenshots: Path) -> None:
    number = notebook.add_cell_below_last()
    notebook.write(number, "flow.ti")
    notebook.page.keyboard.press("Tab")
    completer = notebook.page.locator(".jp-Completer")
    expect(completer).to_contain_text("ticks", timeout=SOON_TIMEOUT_MS)
    notebook.page.keyboard.press("Enter")
    expect(notebook.cell(number).locator(".cm-content")).to_contain_text("flow.ticks")
    notebook.write(number, "flow.run")
    notebook.page.keyboard.press("Tab")
    expect(completer).to_contain_text("run_until_complete", timeout=SOON_TIMEOUT_MS)
    notebook.page.screenshot(path=screenshots / "launcher-tab.png")
    notebook.page.keyboard.press("Escape")


def test_shift_tab_explains(notebook: NotebookPage, screenshots: Path) -> None:
    number = notebook.add_cell_below_last()
    notebook.write(number, "Tick")
    notebook.page.keyboard.press("Shift+Tab")
    tooltip = notebook.page.locator(".jp-Tooltip")
    expect(tooltip).to_contain_text("Tick(n, pause = 0.01)", timeout=SOON_TIMEOUT_MS)
    notebook.page.screenshot(path=screenshots / "launcher-shift-tab.png")
    notebook.page.keyboard.press("Escape")


def test_ctrl_slash_comments_a_line(notebook: NotebookPage) -> None:
    number = notebook.add_cell_below_last()
    notebook.write(number, "flow.a = 1;")
    notebook.page.keyboard.press("Control+/")
    assert notebook.source(number) == "// flow.a = 1;"
    notebook.page.keyboard.press("Control+/")
    assert notebook.source(number) == "flow.a = 1;"


def test_a_new_line_after_a_brace_is_indented(notebook: NotebookPage) -> None:
    number = notebook.add_cell_below_last()
    notebook.write(number, "node A() {")
    notebook.page.keyboard.press("End")
    notebook.page.keyboard.press("Enter")
    notebook.page.keyboard.type("1")
    assert notebook.source(number).splitlines()[1] == "    1"


def test_a_rhai_file_opens_in_the_editor_with_colours(
    notebook: NotebookPage, screenshots: Path
) -> None:
    page = notebook.page
    page.locator(".jp-DirListing-item", has_text="script.rhai").dblclick()
    editor = page.locator(".jp-FileEditor:visible")
    editor.wait_for(timeout=SOON_TIMEOUT_MS)
    spans = editor.locator(".cm-line span")
    expect(spans.first).to_be_visible(timeout=SOON_TIMEOUT_MS)

    def colours() -> set[str]:
        return set(spans.evaluate_all("spans => spans.map(s => getComputedStyle(s).color)"))

    wait_until(lambda: len(colours()) >= 4, SOON_TIMEOUT_MS / 1000, "colours in the file")
    page.screenshot(path=screenshots / "rhai-file.png")
