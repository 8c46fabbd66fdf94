"""A run's kernel: a process of its own that starts warm, and dies with all its children.

Where the system can fork, a kernel is forked from a server that has imported what notebooks need (`dxlib.preload`),
over sockets in the file system: on TCP, runs side by side take each other's ports. Elsewhere it is a plain kernel.
"""

from __future__ import annotations

import contextlib
import ctypes
import multiprocessing
import os
import signal
import sys
import threading
import time
import types
from pathlib import Path
from queue import Empty
from typing import Any

import psutil
from ipykernel.kernelspec import get_kernel_dict
from jupyter_client import AsyncKernelClient, AsyncKernelManager
from jupyter_client.channels import AsyncZMQSocketChannel
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.provisioning import LocalProvisioner
from traitlets import Type

from dxlib import server
from dxlib.server import FORKS

PROVISIONER = "dx-fork"
_DIES_WITH_PARENT, _TAKES_IN_ORPHANS = 1, 36  # PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER of prctl(2)
_starting = threading.Lock()


def manager(sockets: Path) -> AsyncKernelManager:
    """The manager of one kernel of this environment; `sockets` is an empty folder of its own with a short name."""
    kernel = KernelManager()
    if FORKS:
        kernel.transport, kernel.ip = "ipc", str(sockets / "k")
    kernel.connection_file = str(sockets / "kernel.json")
    return kernel


class OutputChannel(AsyncZMQSocketChannel):
    """Where outputs come: asked without a limit of time, it waits for a message once, not for its coming and then for it."""

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:
        return await (self._recv() if timeout is None else super().get_msg(timeout))


class KernelClient(AsyncKernelClient):
    """A client that does not wait for silence before a run begins."""

    iopub_channel_class = Type(OutputChannel)

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel has answered, and its answer's end is seen where outputs come: nothing else is under way.

        jupyter_client's own goes on until nothing has come for a fifth of a second. Raises RuntimeError.
        """
        deadline = time.monotonic() + (timeout or float("inf"))
        while time.monotonic() < deadline and await self._async_is_alive():
            asked = self.kernel_info()
            with contextlib.suppress(Empty):
                reply = await self.shell_channel.get_msg(timeout=1)
                self._handle_kernel_info_reply(reply)
                while True:  # outputs that get lost while the channel connects are asked for again
                    seen = await self.iopub_channel.get_msg(timeout=0.05)
                    if seen["parent_header"].get("msg_id") == asked and seen["content"].get("execution_state") == "idle":
                        return
        raise RuntimeError("the kernel did not answer")


class KernelManager(AsyncKernelManager):
    """Starts kernels of this very Python, whatever kernels the user has installed."""

    client_factory = Type(KernelClient)

    @property
    def kernel_spec(self) -> KernelSpec:
        spec = get_kernel_dict()
        if FORKS:
            spec["metadata"] = {"kernel_provisioner": {"provisioner_name": PROVISIONER}}
        return KernelSpec(**spec)


class ForkProvisioner(LocalProvisioner):
    """Forks a kernel from a warm server; registered with jupyter_client as `dx-fork`."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork the kernel that `cmd` (… -m ipykernel_launcher …) describes, with the given cwd and env."""
        options = cmd[cmd.index("ipykernel_launcher") + 1 :]
        self.process = _Forked(options, os.fspath(kwargs.get("cwd") or Path.cwd()), dict(kwargs.get("env", os.environ)))
        self.pid = self.pgid = self.process.pid  # the kernel makes itself its group's leader
        self.cwd = kwargs.get("cwd", Path.cwd())
        return self.connection_info

    async def kill(self, restart: bool = False) -> None:
        """Kill the kernel and everything it has started, also what has left its process group."""
        if self.process:
            end(self.process.pid)


def end(pid: int) -> None:
    """Kill a process and all its descendants, at once."""
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        process.suspend()  # so that it starts no other while its children are counted
        for child in process.children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                child.kill()
        process.kill()


class _Forked:
    """A forked kernel with the face of a subprocess.Popen, which is what LocalProvisioner works with."""

    stdin = stdout = stderr = None

    def __init__(self, options: list[str], cwd: str, env: dict[str, str]):
        context = multiprocessing.get_context("forkserver")
        server.warm()
        self._process = context.Process(target=_kernel, args=(options, cwd, env), name="dx-kernel")
        with _starting, _as_any_parent():
            self._process.start()
        self.pid = self._process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int | None:
        self._process.join(timeout)
        return self._process.exitcode

    def send_signal(self, signum: int) -> None:
        os.kill(self.pid, signum)

    def kill(self) -> None:
        end(self.pid)

    terminate = kill


@contextlib.contextmanager
def _as_any_parent():
    """Let any process start a kernel: a script without a main guard, and a daemonic worker such as Dask's.

    multiprocessing would import the caller's main module in the child, and forbids daemonic processes to have children
    because it could not end them; a kernel ends with its parent by itself.
    """
    here, main = multiprocessing.current_process(), sys.modules["__main__"]
    daemon = here.daemon
    sys.modules["__main__"] = types.ModuleType("__main__")
    if daemon:
        here.daemon = False
    try:
        yield
    finally:
        sys.modules["__main__"] = main
        if daemon:
            here.daemon = True


def _kernel(options: list[str], cwd: str, env: dict[str, str]) -> None:
    """Become an IPython kernel, in the child."""
    os.setsid()
    server = os.getppid()
    _let_the_server_end()
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        libc.prctl(_DIES_WITH_PARENT, signal.SIGKILL)
        libc.prctl(_TAKES_IN_ORPHANS, 1)
        if os.getppid() != server:
            os._exit(1)
    os.environ.clear()
    os.environ.update(env)
    os.chdir(cwd)
    nowhere = os.open(os.devnull, os.O_WRONLY)  # what a kernel prints for nobody must not reach the user's shell
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)

    from ipykernel.kernelapp import IPKernelApp

    fast = ["--HistoryManager.enabled=False", f"--IPKernelApp.parent_handle={server}"]
    IPKernelApp.launch_instance(argv=[*options, *fast])


def _let_the_server_end() -> None:
    """Close the kernel's copy of the pipe that tells the fork server that its starter lives.

    With it closed the server ends when the run's process does, however that dies, and the kernel with the server.
    """
    from multiprocessing import forkserver

    alive = getattr(forkserver._forkserver, "_forkserver_alive_fd", None)
    if alive is not None:
        os.close(alive)
        forkserver._forkserver._forkserver_alive_fd = None
