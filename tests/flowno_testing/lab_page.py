"""JupyterLab as a person sees it: cells, their outputs, menus and buttons."""

import json
import re
from pathlib import Path
from urllib.parse import urljoin

from playwright.sync_api import Locator, Page, expect

#: For the page to load and its kernel to be there, in a browser without a graphics card.
OPEN_TIMEOUT_MS = 90_000

#: For all cells of a notebook.
RUN_TIMEOUT_MS = 60_000

#: For what should follow a click or an output at once.
SOON_TIMEOUT_MS = 15_000

#: JupyterLab draws an error as it draws text for standard error.
ERROR = '[data-mime-type="application/vnd.jupyter.stderr"]'

#: Settings that a person could choose too: all cells are in the page, not just those in view.
SETTINGS = {"@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"}}


def settings_in(folder: Path) -> dict[str, str]:
    """The environment of a JupyterLab that has SETTINGS, keeping its things in `folder`."""
    for name, values in SETTINGS.items():
        file = folder / "settings" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values))
    return {
        "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
    }


class NotebookPage:
    """An open notebook."""

    def __init__(self, page: Page, url: str) -> None:
        page.goto(url, timeout=OPEN_TIMEOUT_MS)
        self._find(page)

    @classmethod
    def opened(cls, page: Page) -> "NotebookPage":
        """The notebook that has just been opened by a click."""
        notebook = cls.__new__(cls)
        notebook._find(page)
        return notebook

    def _find(self, page: Page) -> None:
        self.page = page
        self.panel = page.locator(".jp-NotebookPanel:visible")
        self.panel.wait_for(timeout=OPEN_TIMEOUT_MS)
        self.code_cells = self.panel.locator(".jp-CodeCell")
        self._wait_for_cells()
        self._wait_for_kernel()

    def _wait_for_cells(self) -> None:
        """Until the page has every cell of the file: JupyterLab draws them one by one."""
        of_notebook = re.compile(r"/(?:tree|notebooks)/([^?#]+\.ipynb)")
        self.page.wait_for_url(of_notebook, timeout=OPEN_TIMEOUT_MS)
        path = of_notebook.search(self.page.url)
        file = urljoin(self.page.url, f"/api/contents/{path[1]}")
        reply = self.page.request.get(file, params={"type": "notebook"})
        assert reply.ok, f"{file}: {reply.status} {reply.status_text}"
        # A notebook without cells is shown with an empty one.
        count = max(len(reply.json()["content"]["cells"]), 1)
        expect(self.panel.locator(".jp-Cell")).to_have_count(count, timeout=OPEN_TIMEOUT_MS)

    def _wait_for_kernel(self) -> None:
        """Until there is a kernel: what is run before is not run at all, and nobody is told.

        The toolbar's name and circle are there before the kernel is. The status bar knows better,
        but Notebook 7 has none.
        """
        expect(self.kernel_name).not_to_have_text("No Kernel", timeout=OPEN_TIMEOUT_MS)
        self.wait_until_idle(OPEN_TIMEOUT_MS)
        status_bar = self.page.locator("#jp-main-statusbar")
        if status_bar.count() > 0:
            expect(status_bar).to_contain_text("| Idle", timeout=OPEN_TIMEOUT_MS)

    def wait_until_idle(self, timeout: int = SOON_TIMEOUT_MS) -> None:
        """Until the kernel's circle in the toolbar is empty."""
        idle = self.panel.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]')
        idle.wait_for(timeout=timeout)

    @property
    def kernel_name(self) -> Locator:
        """The kernel's name in the toolbar."""
        return self.panel.locator(".jp-KernelName")

    def cell(self, number: int) -> Locator:
        """The code cell of that number, from 1."""
        return self.code_cells.nth(number - 1)

    def output(self, number: int) -> Locator:
        """All that a code cell shows."""
        return self.cell(number).locator(".jp-OutputArea-output")

    def seen(self, number: int) -> str:
        """The text that a code cell shows, an output a line."""
        return "\n".join(text.strip() for text in self.output(number).all_inner_texts())

    @property
    def errors(self) -> Locator:
        """Every error that is shown anywhere in the notebook."""
        return self.panel.locator(ERROR)

    def error_of(self, number: int) -> Locator:
        """The error that a code cell shows."""
        return self.cell(number).locator(ERROR)

    def menu(self, *names: str) -> None:
        """Chooses from the menus, as by clicks."""
        bar, *entries = names
        self.page.locator(".lm-MenuBar-item", has_text=bar).first.click()
        for entry in entries:
            self.page.locator(".lm-Menu-itemLabel", has_text=entry).first.click()

    def hide_side_bar(self) -> None:
        """Ctrl-B: the file browser goes, the notebook has the window. JupyterLab remembers it."""
        side_bar = self.page.locator("#jp-left-stack")
        if side_bar.is_visible():
            self.page.keyboard.press("Control+B")
        expect(side_bar).to_be_hidden()

    def restart(self) -> None:
        """Kernel > Restart Kernel, and yes."""
        self.menu("Kernel", "Restart Kernel…")
        self.page.locator(".jp-Dialog .jp-mod-accept").click()
        self.wait_until_idle()

    def screenshot(self, path: Path, number: int | None = None) -> None:
        """A picture of the window with a code cell in view, or with the notebook's beginning."""
        shown = self.panel.locator(".jp-Cell").first if number is None else self.output(number).last
        shown.scroll_into_view_if_needed()
        self.page.screenshot(path=path)

    def clear_outputs(self) -> None:
        """Edit > Clear Outputs of All Cells."""
        self.menu("Edit", "Clear Outputs of All Cells")
        expect(self.panel.locator(".jp-OutputArea-output")).to_have_count(0)

    def run_all(self) -> None:
        """Run > Run All Cells, to the end: no prompt is left at a star or empty.

        JupyterLab can drop, without a word, what it is asked for while it connects to the kernel.
        As a person would, this asks once more; that no kernel died is for `running_server` to see.
        """
        self.menu("Run", "Run All Cells")
        count = self.code_cells.count()
        prompts = self.code_cells.locator(".jp-InputPrompt").filter(has_text="[")
        try:
            expect(prompts.first).not_to_have_text("[ ]:", timeout=SOON_TIMEOUT_MS)
        except AssertionError:
            self.menu("Run", "Run All Cells")
        for number in range(count):
            expect(prompts.nth(number)).to_have_text(f"[{number + 1}]:", timeout=RUN_TIMEOUT_MS)
        self.wait_until_idle()

    def run(self, number: int) -> None:
        """Starts one cell, with Ctrl-Enter."""
        self.cell(number).locator(".cm-content").click()
        self.page.keyboard.press("Control+Enter")

    def replace(self, number: int, old: str, new: str) -> None:
        """Types a cell's text anew, with `old` in it replaced by `new`."""
        self.write(number, self.source(number).replace(old, new))

    def write(self, number: int, text: str) -> None:
        """Types a cell's whole text anew."""
        self.cell(number).locator(".cm-content").click()
        self.page.keyboard.press("Control+A")
        # Pasted rather than typed: the editor would close brackets and indent by itself.
        self.page.keyboard.insert_text(text)

    def source(self, number: int) -> str:
        """A cell's text."""
        return "\n".join(self.cell(number).locator(".cm-line").all_inner_texts())

    def add_cell_below_last(self) -> int:
        """A new code cell at the end; its number."""
        self.panel.locator(".jp-Cell").last.locator(".jp-InputArea").click()
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("b")
        return self.code_cells.count()

    def interrupt(self) -> None:
        """The square button of the toolbar."""
        self.panel.locator(
            '[data-jp-item-name="interrupt"] button, [data-jp-item-name="interrupt"] jp-button'
        ).first.click()

    def text_colours(self, number: int) -> set[str]:
        """The colours that parts of a cell's text are written in just now."""
        colours = (
            self.cell(number)
            .locator(".cm-line span")
            .evaluate_all("spans => spans.map(span => getComputedStyle(span).color)")
        )
        return set(colours)

    def colour_of(self, number: int, text: str) -> str:
        """The colour of the first part of a cell's text that is `text`."""
        part = self.cell(number).locator(".cm-line span", has_text=text)
        exact = part.filter(has=self.page.locator(f":scope:text-is({json.dumps(text)})"))
        found = exact if exact.count() else part
        return found.first.evaluate("span => getComputedStyle(span).color")

    def choose_theme(self, name: str) -> None:
        """Settings > Theme > the theme of that name."""
        self.menu("Settings", "Theme", name)
        body = self.page.locator("body")
        expect(body).to_have_attribute("data-jp-theme-name", name, timeout=SOON_TIMEOUT_MS)
        # While the styles of the theme load, the logo stands before all.
        expect(self.page.locator("#jupyterlab-splash")).to_have_count(0, timeout=SOON_TIMEOUT_MS)
