"""`cargo xtask lab --no-browser` prints a URL behind which the tour runs, by REST and websocket."""

import json
import signal
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import nbformat
import pytest
import websocket

from flowno_testing.deadline import Deadline
from flowno_testing.kernel import KERNEL_NAME, execute_content
from flowno_testing.lab import TOUR, Lab, copy_of_tour, running_lab
from flowno_testing.server import REST_TIMEOUT_S, rest

#: The first cell of the tour ticks for a second.
CELL_TIMEOUT_S = 30.0


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab on a copy of the tour."""
    with running_lab(copy_of_tour(tmp_path_factory.mktemp("lab"))) as lab:
        yield lab


def test_the_url_leads_to_the_tour_and_opens_with_its_token(lab: Lab) -> None:
    assert "/lab/tree/tour.ipynb?" in lab.url
    assert lab.address.startswith("127.0.0.1:")
    with urlopen(lab.url, timeout=REST_TIMEOUT_S) as page:
        assert b"jupyter-config-data" in page.read()


def test_the_kernelspec_is_offered_with_its_logos(lab: Lab) -> None:
    spec = rest(lab, "GET", "/api/kernelspecs")["kernelspecs"][KERNEL_NAME]
    assert spec["spec"]["display_name"] == "Flowno"
    assert spec["spec"]["language"] == "rhai"
    assert spec["spec"]["interrupt_mode"] == "message"
    assert {"logo-32x32", "logo-64x64", "logo-svg"} <= set(spec["resources"])
    for path in spec["resources"].values():
        assert rest(lab, "GET", path)


def test_the_first_cell_of_the_tour_runs(lab: Lab) -> None:
    session = rest(
        lab,
        "POST",
        "/api/sessions",
        {
            "path": "tour.ipynb",
            "name": "tour.ipynb",
            "type": "notebook",
            "kernel": {"name": KERNEL_NAME},
        },
    )
    cell = next(c for c in nbformat.read(TOUR, as_version=4).cells if c.cell_type == "code")
    try:
        outputs = run_over_websocket(lab, session["kernel"]["id"], cell.source)
    finally:
        rest(lab, "DELETE", f"/api/sessions/{session['id']}")
    assert outputs, "the first cell shows nothing"
    assert outputs == [output["data"] for output in cell.outputs]


def run_over_websocket(lab: Lab, kernel_id: str, code: str) -> list[dict[str, Any]]:
    """The MIME bundles that a cell shows; fails if it does."""
    url = f"ws://{lab.address}/api/kernels/{kernel_id}/channels?token={lab.token}"
    channel = websocket.create_connection(url, timeout=REST_TIMEOUT_S)
    try:
        msg_id = send_execute(channel, code)
        return collect(channel, msg_id)
    finally:
        channel.close()


def send_execute(channel: websocket.WebSocket, code: str) -> str:
    """Sends a cell as a front end without live displays does, and says under which id."""
    msg_id = uuid.uuid4().hex
    message = {
        "channel": "shell",
        "header": {
            "msg_id": msg_id,
            "msg_type": "execute_request",
            "username": "",
            "session": uuid.uuid4().hex,
            "date": "2026-01-01T00:00:00Z",
            "version": "5.3",
        },
        "parent_header": {},
        "metadata": {},
        "content": execute_content(code),
        "buffers": [],
    }
    channel.send(json.dumps(message))
    return msg_id


def collect(channel: websocket.WebSocket, msg_id: str) -> list[dict[str, Any]]:
    """Reads until both the reply and idle have come."""
    deadline = Deadline(CELL_TIMEOUT_S)
    shown, status, idle = [], None, False
    while status is None or not idle:
        channel.settimeout(deadline.left("the end of the cell"))
        message = json.loads(channel.recv())
        if message["parent_header"].get("msg_id") != msg_id:
            continue
        content = message["content"]
        if message["msg_type"] == "execute_reply":
            status = content["status"]
        elif message["msg_type"] in ("display_data", "execute_result"):
            shown.append(content["data"])
        idle = idle or content.get("execution_state") == "idle"
    assert status == "ok"
    return shown


def test_one_ctrl_c_ends_it(tmp_path: Path) -> None:
    with running_lab(copy_of_tour(tmp_path)) as lab:
        process = lab.process
    # Or it dies of the signal, where that comes before Jupyter's own handler is in place.
    assert process.returncode in (0, -signal.SIGINT)
