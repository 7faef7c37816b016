"""A kernel behind a real Jupyter Server: REST calls, and websockets as JupyterLab opens them."""

import json
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

import psutil
import websocket

from flowno_testing.deadline import wait_until
from flowno_testing.kernel import Message, execute_content, shown_text
from flowno_testing.lab import Lab

REST_TIMEOUT_S = 20.0

#: For a reply of a kernel that is not at work.
REPLY_TIMEOUT_S = 30.0

#: What Jupyter Server writes to a cell when it drops messages.
DROPPED = "rate exceeded"


def rest(lab: Lab, method: str, path: str, body: Any = None) -> Any:
    """What a REST call answers: JSON read, anything else as bytes."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"token {lab.token}", "Content-Type": "application/json"}
    request = Request(f"http://{lab.address}{path}", data=data, method=method, headers=headers)
    with urlopen(request, timeout=REST_TIMEOUT_S) as answer:
        content = answer.read()
        if "json" in answer.headers.get("Content-Type", ""):
            return json.loads(content)
        return content


def _answers(lab: Lab) -> bool:
    try:
        return bool(rest(lab, "GET", "/api/status"))
    except URLError:
        return False


def kernel_process(lab: Lab) -> psutil.Process | None:
    """The only kernel that a server has started, as soon as there is one and no other."""
    try:
        children = psutil.Process(lab.process.pid).children(recursive=True)
        kernels = [child for child in children if child.name() == "flowno"]
    except psutil.NoSuchProcess:  # it has just ended
        return None
    return kernels[0] if len(kernels) == 1 else None


@dataclass
class Heard:
    """All that has come through a socket."""

    iopub: list[Message] = field(default_factory=list)
    replies: dict[str, Message] = field(default_factory=dict)

    def last_shown(self) -> dict[str, str]:
        """The last text under each display_id."""
        shown = {}
        for message in self.iopub:
            if (identity := message["content"].get("transient", {}).get("display_id")) is not None:
                shown[identity] = shown_text(message, identity)
        return shown

    def dropped(self) -> list[str]:
        """Jupyter Server's words when it drops messages."""
        texts = (m["content"]["text"] for m in self.iopub if m["msg_type"] == "stream")
        return [text for text in texts if DROPPED in text]

    def printed(self, msg_id: str) -> str:
        """All that a cell has printed."""
        own = (m for m in self.iopub if m["parent_header"].get("msg_id") == msg_id)
        return "".join(m["content"]["text"] for m in own if m["msg_type"] == "stream")

    def busiest_second(self) -> int:
        """How many iopub messages the kernel has sent in any one second, by their dates."""
        dates = sorted(datetime.fromisoformat(m["header"]["date"]).timestamp() for m in self.iopub)
        busiest, first = 0, 0
        for last, date in enumerate(dates):
            while dates[first] <= date - 1.0:
                first += 1
            busiest = max(busiest, last - first + 1)
        return busiest


class Socket:
    """A websocket to a kernel, read by a thread."""

    def __init__(self, lab: Lab, kernel_id: str, session_id: str | None = None) -> None:
        self.session_id = session_id or uuid.uuid4().hex
        query = f"token={lab.token}&session_id={self.session_id}"
        url = f"ws://{lab.address}/api/kernels/{kernel_id}/channels?{query}"
        self._socket = websocket.create_connection(url, timeout=REST_TIMEOUT_S)
        self._socket.settimeout(None)
        self.heard = Heard()
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def close(self) -> None:
        """As when a laptop is shut: nothing is said."""
        self._socket.close()
        self._reader.join(REST_TIMEOUT_S)

    def send(self, msg_type: str, content: Message, metadata: Message | None = None) -> str:
        """Sends a request on shell, and says under which id."""
        msg_id = uuid.uuid4().hex
        header = {
            "msg_id": msg_id,
            "msg_type": msg_type,
            "username": "",
            "session": self.session_id,
            "date": datetime.now().astimezone().isoformat(),
            "version": "5.3",
        }
        message = {
            "channel": "shell",
            "header": header,
            "parent_header": {},
            "metadata": metadata or {},
            "content": content,
            "buffers": [],
        }
        self._socket.send(json.dumps(message))
        return msg_id

    def start(self, code: str, cell_id: str | None = None) -> str:
        """Sends a cell: live if it has a `cell_id`, as JupyterLab's have."""
        metadata = {} if cell_id is None else {"cellId": cell_id, "deletedCells": []}
        return self.send("execute_request", execute_content(code), metadata)

    def run(self, code: str, cell_id: str | None = None, timeout: float = REPLY_TIMEOUT_S) -> str:
        """Runs a cell to its reply and its idle status; it must succeed."""
        msg_id = self.start(code, cell_id)
        self.wait(lambda heard: self._has_ended(heard, msg_id), timeout, "the end of a cell")
        reply = self.heard.replies[msg_id]["content"]
        assert reply["status"] == "ok", reply
        return msg_id

    def kernel_info(self) -> None:
        """What JupyterLab asks as soon as a socket is open."""
        msg_id = self.send("kernel_info_request", {})
        self.wait(lambda heard: msg_id in heard.replies, REPLY_TIMEOUT_S, "a kernel_info_reply")

    def wait(self, condition: Callable[[Heard], bool], seconds: float, what: str) -> float:
        """Until a condition holds of what has come, looked at with every message; when it did."""
        with self._news:
            assert self._news.wait_for(lambda: condition(self.heard), seconds), f"no {what}"
            return time.perf_counter()

    def _has_ended(self, heard: Heard, msg_id: str) -> bool:
        if msg_id not in heard.replies:
            return False
        return any(
            m["content"].get("execution_state") == "idle"
            and m["parent_header"].get("msg_id") == msg_id
            for m in reversed(heard.iopub[-1_000:])
        )

    def _read(self) -> None:
        while True:
            try:
                text = self._socket.recv()
            except (OSError, websocket.WebSocketException):
                return
            if not text:
                return
            message = json.loads(text)
            with self._news:
                if message["channel"] == "iopub":
                    self.heard.iopub.append(message)
                else:
                    self.heard.replies[message["parent_header"]["msg_id"]] = message
                self._news.notify_all()


class ServerKernel:
    """A kernel that a server runs, until it is closed."""

    def __init__(self, lab: Lab, name: str) -> None:
        self.lab = lab
        # The address is printed before somebody listens there.
        wait_until(lambda: _answers(lab), REPLY_TIMEOUT_S, "the server")
        self.id = rest(lab, "POST", "/api/kernels", {"name": name})["id"]
        self.process = wait_until(lambda: kernel_process(lab), REPLY_TIMEOUT_S, "the process")

    def open(self, session_id: str | None = None) -> Socket:
        """As JupyterLab opens one; with the `session_id` of an earlier one it comes back."""
        return Socket(self.lab, self.id, session_id)

    def close(self) -> None:
        """Ends the kernel."""
        rest(self.lab, "DELETE", f"/api/kernels/{self.id}")


#: The nodes of [`FLOW`], and how many values each makes between two pauses of 10 ms.
NODES = 60
VALUES = 17

#: 102,000 values a second, for so many hundredths of a second.
FLOW = f"""
flow.show = "each";
node Tick(rounds) {{
    let made = 0;
    for round in 0..rounds {{
        for value in 0..{VALUES} {{ yield made; made += 1; }}
        sleep(0.01);
    }}
    made
}}
for i in 0..{NODES} {{ flow[`t${{i}}`] = Tick(ROUNDS); }}
flow.start();
"""


def flow_for(seconds: float) -> str:
    """A cell that starts the flow in the background, for so many seconds at its best."""
    return FLOW.replace("ROUNDS", str(rounds_in(seconds)))


def rounds_in(seconds: float) -> int:
    """How often each node makes its values."""
    return round(seconds * 100)


def last_values(seconds: float) -> dict[str, str]:
    """What all displays of the flow show in the end."""
    made = rounds_in(seconds) * VALUES
    return {f"flowno/t{i}": f"t{i} = {made}" for i in range(NODES)}
