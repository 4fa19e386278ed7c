"""A command on a pseudo terminal."""

import os
import pty
import select
import termios
import time
from pathlib import Path


class Terminal:
    """A command whose standard streams are a terminal."""

    def __init__(self, command: list[str], environment: dict[str, str], folder: Path):
        self.screen = b""
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execve(command[0], command, environment)

    def read_until(self, text: str) -> str:
        end = time.monotonic() + 60
        while text not in self.screen.decode(errors="replace"):
            assert time.monotonic() < end and self.read(), f"no '{text}' on the screen:\n{self.screen.decode()}"
        return self.screen.decode()

    def read(self) -> bool:
        """Reads available output for some seconds; false at the end."""
        if not select.select([self.master], [], [], 20)[0]:
            return False
        try:
            piece = os.read(self.master, 65536)
        except OSError:
            return False
        self.screen += piece
        return piece != b""

    def type(self, text: str) -> None:
        os.write(self.master, text.encode())

    @property
    def echoes(self) -> bool:
        return bool(termios.tcgetattr(self.master)[3] & termios.ECHO)

    def end(self) -> tuple[int, str]:
        """The exit code, and all output."""
        while self.read():
            pass
        _, status = os.waitpid(self.pid, 0)
        os.close(self.master)
        return os.waitstatus_to_exitcode(status), self.screen.decode()
