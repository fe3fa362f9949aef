"""Starts, kills and restarts the real binary on a data folder. Stopped by pid, never by name."""
import os
import pathlib
import re
import signal
import subprocess
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("MARU_BINARY", ROOT / "build" / "maru"))
READY = re.compile(r"ready http=(\S+)(?: grpc=(\S+))?")


class Server:
    """One `maru up`. `http` and `grpc` are HOST:PORT once start() returns."""

    def __init__(self, data, *arguments, project=None, environment=None, start_limit_s=60):
        self.data = pathlib.Path(data)
        self.arguments = list(arguments)
        self.project = project
        self.environment = dict(os.environ, **(environment or {}))
        self.start_limit_s = start_limit_s
        self.process = None
        self.http = self.grpc = ""
        self.log = []

    @property
    def url(self):
        return f"http://{self.http}"

    def start(self):
        command = [str(BINARY), "up"]
        if self.project:
            command.append(str(self.project))
        command += ["--data", str(self.data), "--listen", "127.0.0.1:0", "--grpc", "127.0.0.1:0", *self.arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=self.environment)
        ready = threading.Event()

        def read(stream):
            for line in stream:
                self.log.append(line)
                match = READY.search(line)
                if match:
                    self.http, self.grpc = match.group(1), match.group(2) or ""
                    ready.set()
            ready.set()

        self.reader = threading.Thread(target=read, args=(self.process.stdout,), daemon=True)
        self.reader.start()
        if not ready.wait(self.start_limit_s) or not self.http:
            self.kill()
            raise RuntimeError("the server did not get ready:\n" + "".join(self.log[-30:]))
        return self

    def stop(self, limit_s=30):
        """SIGTERM and wait; returns the exit code."""
        if self.process is None:
            return None
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(limit_s)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        self.process = None
        self.http = ""
        return code

    def kill(self):
        """SIGKILL: what a power cut looks like to the process."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None
        self.http = ""

    def restart(self):
        if self.process is not None:
            self.stop()
        return self.start()

    @property
    def pid(self):
        return self.process.pid

    def __enter__(self):
        return self.start()

    def __exit__(self, *unused):
        if self.process is not None:
            self.kill()


def wait_until(condition, limit_s=30, every_s=0.05, what="the condition"):
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(every_s)
    raise AssertionError(f"{what} did not hold within {limit_s} s")
