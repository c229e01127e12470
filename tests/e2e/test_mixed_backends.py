"""If the locked memory is enough only for the rings of some workers, the server logs the backend of each worker."""

import os
import re
import shutil
import subprocess
import urllib.request

import pytest
from conftest import RELEASE_BUILD

WORKERS = 4
FIRST_USER = 61_000  # users without other programs: rings of programs that have just ended still count for their user


def start_with(locked_kb: int, user: int) -> subprocess.Popen:
    return subprocess.Popen(
        ["setpriv", "--reuid", str(user), "--clear-groups", "prlimit", f"--memlock={locked_kb * 1024}",
         str(RELEASE_BUILD / "madang"), "serve", "--workers", str(WORKERS), "--listen", "127.0.0.1:0",
         "--http", "off", "--operator", "127.0.0.1:0", "--map", "64x64"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_each_worker_says_what_it_runs_on(tmp_path):
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        pytest.skip("only root can become a user whose locked memory is limited")
    mixed = False
    for step, locked_kb in enumerate(range(100, 4000, 150)):
        server = start_with(locked_kb, FIRST_USER + step)
        try:
            banner = server.stdout.readline()
            assert "Madang is open" in banner, server.stderr.read()
            address = re.search(r"http://(\S+?)/operator", server.stdout.readline())[1]
            with urllib.request.urlopen(f"http://{address}/metrics") as answer:
                metrics = answer.read().decode()
        finally:
            server.terminate()
            log = server.communicate()[1]
        by_worker = dict(re.findall(r'madang_build_info\{version="[^"]+",worker="(\d)",io="(\w+)"\} 1', metrics))
        assert len(by_worker) == WORKERS
        on_uring = [io for io in by_worker.values()].count("uring")
        if on_uring < WORKERS:
            assert re.search("io_uring is refused here.*using epoll.*ulimit -l.*LimitMEMLOCK", log), log
            assert log.count("io_uring is refused") == 1
        if 0 < on_uring < WORKERS:
            mixed = True
            assert re.search(rf"workers 0 to {on_uring - 1} run on uring, the workers from {on_uring} on run on epoll", log)
            assert re.search(rf"epoll on {WORKERS - on_uring} workers?, uring on {on_uring} workers?", banner), banner
        if on_uring == WORKERS:
            break
    if not mixed:
        pytest.skip("this kernel does not count rings as locked memory")
