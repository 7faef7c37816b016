"""A running kernel, driven as a front end does: a request, its messages in order, its reply."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

from flowno_testing.deadline import Deadline

Message = dict[str, Any]

#: The kernelspec under test. Another kernel's name tries the helpers themselves.
KERNEL_NAME = os.environ.get("FLOWNO_TEST_KERNEL", "flowno")

#: For a kernel process to answer its first request, on a machine that does other things too.
START_TIMEOUT_S = 30.0

#: For one request. Most take milliseconds; this is when a hang is called one.
REQUEST_TIMEOUT_S = 20.0

#: What a kernel under test leaves alone unless a test says otherwise: the history of who tests.
HERMETIC = {"FLOWNO_HISTORY": "off"}

OUTPUT_TYPES = ("stream", "display_data", "update_display_data", "execute_result", "error")


def execute_content(code: str, **content: Any) -> Message:
    """The content of an execute request; `content` overrides its fields."""
    return {
        "code": code,
        "silent": False,
        "store_history": True,
        "user_expressions": {},
        "allow_stdin": False,
        "stop_on_error": True,
        **content,
    }


@dataclass
class Run:
    """A request that has ended: its reply, and all its iopub messages in order."""

    reply: Message
    messages: list[Message] = field(default_factory=list)

    @property
    def content(self) -> Message:
        """The reply's content."""
        return self.reply["content"]

    def of(self, *types: str) -> list[Message]:
        """The contents of the messages of these types, in order."""
        return [m["content"] for m in self.messages if m["msg_type"] in types]

    @property
    def outputs(self) -> list[Message]:
        """What a front end would draw, in order."""
        return [m for m in self.messages if m["msg_type"] in OUTPUT_TYPES]

    @property
    def states(self) -> list[str]:
        """The execution states that the request went through."""
        return [content["execution_state"] for content in self.of("status")]

    @property
    def stdout(self) -> str:
        """All it printed."""
        return "".join(c["text"] for c in self.of("stream") if c["name"] == "stdout")

    def shown(self, display_id: str) -> list[str]:
        """Each text shown under `display_id`, first or updated, in order."""
        return [text for message in self.messages if (text := shown_text(message, display_id))]

    def result(self) -> str:
        """The text of its execute_result, of which there must be exactly one."""
        results = self.of("execute_result")
        shown = [(message["msg_type"], message["content"]) for message in self.outputs]
        assert len(results) == 1, f"expected one execute_result in {shown}"
        return results[0]["data"]["text/plain"]

    def assert_ok(self) -> "Run":
        """Fails with the kernel's own report unless the request succeeded."""
        assert self.content["status"] == "ok", (
            "\n".join(self.content.get("traceback", [])) or self.content
        )
        return self


def shown_text(message: Message, display_id: str) -> str | None:
    """What a message shows under `display_id`, if it does."""
    content = message["content"]
    if content.get("transient", {}).get("display_id") != display_id:
        return None
    return content["data"]["text/plain"]


class Pending:
    """A request that has been sent, and whose messages can be read one by one."""

    def __init__(self, client: BlockingKernelClient, msg_id: str, timeout: float) -> None:
        self._client = client
        self._deadline = Deadline(timeout)
        self.msg_id = msg_id
        self.messages: list[Message] = []

    def __iter__(self) -> Iterator[Message]:
        """Its iopub messages as they come, to the idle status."""
        while not self._is_idle():
            try:
                message = self._client.get_iopub_msg(
                    timeout=self._deadline.left("an iopub message")
                )
            except Empty:
                continue
            if message["parent_header"].get("msg_id") == self.msg_id:
                self.messages.append(message)
                yield message

    def wait_for(self, wanted: str, display_id: str | None = None) -> Message:
        """Reads on until a message of the type `wanted` comes (and shows `display_id`)."""
        for message in self:
            if message["msg_type"] == wanted and (
                display_id is None or shown_text(message, display_id) is not None
            ):
                return message
        raise AssertionError(f"no {wanted} came before idle: {self.messages}")

    def finish(self) -> Run:
        """Reads all that is left of it."""
        for _ in self:
            pass
        return Run(self._reply(), self.messages)

    def _is_idle(self) -> bool:
        last = self.messages[-1] if self.messages else None
        return last is not None and last["content"].get("execution_state") == "idle"

    def _reply(self) -> Message:
        while True:
            try:
                reply = self._client.get_shell_msg(timeout=self._deadline.left("a reply"))
            except Empty:
                continue
            if reply["parent_header"].get("msg_id") == self.msg_id:
                return reply


class Kernel:
    """A kernel process and a client of it."""

    def __init__(
        self,
        name: str = KERNEL_NAME,
        env: dict[str, str] | None = None,
        program: Path | None = None,
        arguments: Sequence[str] = (),
        **options: Any,
    ) -> None:
        self.manager = KernelManager(kernel_name=name, **options)
        if program is not None:
            self.manager.kernel_spec.argv[0] = str(program)
        self.manager.kernel_spec.argv += arguments
        self.manager.start_kernel(env={**os.environ, **HERMETIC, **(env or {})})
        self.client: BlockingKernelClient = self.manager.client()
        try:
            self.client.start_channels()
            self.client.wait_for_ready(timeout=START_TIMEOUT_S)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Ends the process, whatever state it is in."""
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)

    @property
    def pid(self) -> int:
        """The id of the kernel's process."""
        return self.manager.provisioner.pid

    def request(
        self,
        msg_type: str,
        content: Message,
        metadata: Message | None = None,
        timeout: float = REQUEST_TIMEOUT_S,
        **header: Any,
    ) -> Pending:
        """Sends a request on the shell channel; `header` adds fields to its header."""
        message = self.client.session.msg(msg_type, content, metadata=metadata)
        message["header"].update(header)
        self.client.shell_channel.send(message)
        return Pending(self.client, message["header"]["msg_id"], timeout)

    def control(self, msg_type: str, content: Message | None = None) -> Message:
        """Sends a request on the control channel and returns its reply."""
        message = self.client.session.msg(msg_type, content or {})
        self.client.control_channel.send(message)
        deadline = Deadline(REQUEST_TIMEOUT_S)
        while True:
            try:
                reply = self.client.get_control_msg(timeout=deadline.left("a reply on control"))
            except Empty:
                continue
            if reply["parent_header"].get("msg_id") == message["header"]["msg_id"]:
                return reply

    def start(self, code: str, cell_id: str | None = None, **content: Any) -> Pending:
        """Starts a cell: live if it has a `cell_id`, as JupyterLab's have, else headless."""
        metadata = {} if cell_id is None else {"cellId": cell_id, "deletedCells": []}
        return self.request("execute_request", execute_content(code, **content), metadata)

    def run(self, code: str, cell_id: str | None = None, **content: Any) -> Run:
        """Runs a cell to its end."""
        return self.start(code, cell_id, **content).finish()

    def ok(self, code: str, cell_id: str | None = None, **content: Any) -> Run:
        """Runs a cell that must succeed."""
        return self.run(code, cell_id, **content).assert_ok()


@contextmanager
def front_end(kernel: Kernel, wait_for_ready: bool = True) -> Iterator[BlockingKernelClient]:
    """Another client of a running kernel, with a session of its own.

    To wait until the kernel is ready, a client reads iopub until nothing comes.
    """
    client = BlockingKernelClient()
    client.load_connection_info(kernel.manager.get_connection_info())
    assert client.session.session != kernel.client.session.session
    client.start_channels()
    try:
        if wait_for_ready:
            client.wait_for_ready(timeout=START_TIMEOUT_S)
        yield client
    finally:
        client.stop_channels()
