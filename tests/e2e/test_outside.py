"""Madang in a project of somebody else, which takes it in as a package, as a folder, and as an archive.

The project (tests/outside) is built in a folder of its own, with warnings of its own as errors. Its builds are kept, so that
the next run of the tests is short.
"""

import gzip
import hashlib
import re
import shutil
import signal
import subprocess
import tarfile
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import EPOLL, IOCP, PATIENCE_S, RELEASE_BUILD, ROOT, WINDOWS_BUILD, WINE_RUN, System
from test_arena import operator_of, play, serve

BUILD_S = 1200
LINUX_AND_WINDOWS = [
    pytest.param(EPOLL, id="linux"),
    pytest.param(IOCP, id="windows", marks=pytest.mark.windows),
]


def madang_build(system):
    return WINDOWS_BUILD if system.windows else RELEASE_BUILD


def run(*command, **options) -> subprocess.CompletedProcess:
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=BUILD_S, **options)


def succeed(*command, **options) -> str:
    done = run(*command, **options)
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    return done.stdout


def build(system, name: str, *options: str) -> Path:
    """Builds the project, and returns the folder of the build."""
    folder = madang_build(system) / "outside" / name
    toolchain = []
    if system.windows:
        toolchain = [f"-DCMAKE_TOOLCHAIN_FILE={ROOT}/cmake/windows-toolchain.cmake"]
    # With little optimisation: what is tested here takes longer to compile than to run. (Without any, the arena has too
    # many sections for an object file of MinGW.)
    succeed("cmake", "-S", ROOT / "tests" / "outside", "-B", folder, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=",
            "-DCMAKE_CXX_FLAGS=-O1", "-DCMAKE_UNITY_BUILD=ON", "-DNODE=/there/is/none", f"-DMADANG_SOURCE={ROOT}", *toolchain, *options)
    succeed("cmake", "--build", folder)
    return folder


def output_of(system, program: Path) -> str:
    return succeed(*([WINE_RUN, f"{program}.exe"] if system.windows else [program])).strip()


@dataclass(frozen=True)
class Outside(System):
    """A system whose programs are those of a build outside."""

    folder: Path = Path()

    def command(self, program: str, *arguments: str) -> list[str]:
        path = self.folder / {"examples/arena": "arena/arena"}[program]
        return [WINE_RUN, f"{path}.exe", *arguments] if self.windows else [str(path), *arguments]


def expect_game(system, start, folder) -> None:
    """The arena that was built there is played by bots that were built there."""
    outside = Outside(system.io, system.windows, folder)
    _, address = serve(start, outside)
    bots = play(start, outside, address, "--players", "10", "--room-of", "5", "--for", "2")
    assert bots.process.returncode == 0, bots.errors
    assert "0 violations, 0 errors" in bots.lines[-1]


def expect_page(start, outside) -> None:
    """The page of the arena, which was bundled there with the codec that was generated there."""
    server, _ = serve(start, outside)
    web = server.wait_for(r"Play in a browser: (http://127\.0\.0\.1:\d+/) .*")[1]

    def fetch(path: str, **headers: str) -> bytes:
        request = urllib.request.Request(web + path, headers=headers)
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as response:
            return response.read()

    assert b"<h1>Arena</h1>" in fetch("")
    script = fetch("main.js")
    assert b"/socket" in script and b"CellEnterFighter" in script
    assert gzip.decompress(fetch("main.js", **{"Accept-Encoding": "gzip"})) == script
    assert b"canvas" in fetch("main.css")
    server.stop(signal.SIGINT)


def expect_no_operator_page(start, outside) -> None:
    """A server without pages says so at /operator. Its metrics and the requests of the operator are there."""
    server, _ = serve(start, outside)
    server.wait_for(r".*Metrics of the server: http://127\.0\.0\.1:\d+/metrics")
    with pytest.raises(urllib.error.HTTPError) as refused:
        operator_of(server, "/operator")
    assert refused.value.code == 404
    assert refused.value.read().decode() == (
        "This server was built without the operator's page (MADANG_PAGES=OFF). Its measures are at /metrics, and the requests of "
        "the operator below /operator/api/.\n")
    assert '"game":"arena"' in operator_of(server, "/operator/api/state")
    assert "arena_kills_total 0" in operator_of(server, "/metrics").splitlines()


@pytest.fixture(scope="module")
def installed():
    """Madang, installed into a folder that its build does not know."""

    def install(system):
        prefix = madang_build(system) / "outside" / "installed"
        shutil.rmtree(prefix, ignore_errors=True)
        succeed("cmake", "--install", madang_build(system), "--prefix", prefix)
        return prefix

    return install


def expect_simulation(system, folder) -> None:
    """The duel is played there under 20 seeds, and on Windows to the same states as on Linux."""
    lines = output_of(system, folder / "simulated").splitlines()
    assert lines[0] == "simulation: ok"
    on_linux = RELEASE_BUILD / "outside" / folder.name / "simulated"
    if system.windows and on_linux.exists():  # ./test has built it before; ./test windows alone may not have
        assert lines == output_of(EPOLL, on_linux).splitlines()


def expect_program(system, folder) -> None:
    """The program that README shows."""
    source = (ROOT / "tests" / "outside" / "my_game.cpp").read_text(encoding="utf-8")
    for readme in ["README.md", "README.ko.md"]:
        shown = re.search(r"```cpp\n(class MyGame.*?)```", (ROOT / readme).read_text(encoding="utf-8"), re.DOTALL)[1]
        beginning, end = shown.split("int main")
        assert beginning in source and end in source, readme
    command = [*([WINE_RUN, f"{folder}/my_game.exe"] if system.windows else [folder / "my_game"]), "serve"]
    config = succeed(*command, "--friendly-fire", "--tick-rate", "30", "--print-config")
    assert "friendly_fire = true" in config and "tick_rate = 30" in config and 'listen = "127.0.0.1:7777"' in config
    assert "--friendly-fire" in succeed(*command, "--help")
    wrong = run(*command, "--friendly-fire=perhaps")
    assert wrong.returncode == 2 and wrong.stderr.startswith("my_game: "), wrong.stderr


def expect_hash(system, folder) -> None:
    """libsodium is linked there."""
    expected = hashlib.blake2b(b"abc", digest_size=32).hexdigest()
    assert output_of(system, folder / "hash") == f"hash: {expected}"


def expect_codecs(folder) -> None:
    """What madang_generate() has written there."""
    for name, line in {
        "chat/protocol.ts": "export interface Say {",
        "chat/Protocol.cs": "  public sealed class Say : IClientPacket",
        "chat/protocol.md": "# The protocol chat",
        "chat/chat.lua": "local port = 7000",
        "chat/chat.dict": 'Say="\\x06\\x00\\x01\\x00\\x00\\x00"',
        "chat/chat.schema": "server 1 Said speaker:u32 text:text",
        "arena_protocol.ts": "export interface Fire {",
    }.items():
        assert line in (folder / name).read_text(encoding="utf-8").splitlines(), name


@pytest.mark.parametrize("system", LINUX_AND_WINDOWS)
def test_a_package(start, installed, system):
    prefix = installed(system)
    folder = build(system, "package", "-DMADANG_FROM=package", f"-DCMAKE_PREFIX_PATH={prefix}",
                   f"-DMADANG_ESBUILD={ROOT}/clients/web/node_modules/.bin/esbuild")
    assert output_of(system, folder / "pages") == "pages: 7"
    assert output_of(system, folder / "port") == "port: ok"
    expect_hash(system, folder)
    expect_simulation(system, folder)
    expect_program(system, folder)
    expect_codecs(folder)
    expect_game(system, start, folder)
    if not system.windows:
        expect_page(start, Outside(system.io, system.windows, folder))
        for neighbour in ["catch2", "doctest", "glog"]:
            succeed(folder / f"beside_{neighbour}")


@pytest.mark.parametrize("system", LINUX_AND_WINDOWS)
def test_a_folder(start, system):
    folder = build(system, "folder", "-DMADANG_FROM=folder")
    assert output_of(system, folder / "pages") == "pages: 0", "it was built without node"
    expect_no_operator_page(start, Outside(system.io, system.windows, folder))
    expect_hash(system, folder)
    expect_simulation(system, folder)
    expect_codecs(folder)
    assert output_of(system, folder / "port") == "port: ok"
    expect_game(system, start, folder)


@pytest.mark.parametrize("system", LINUX_AND_WINDOWS)
def test_an_archive_of_which_only_the_completion_port_is_built(tmp_path, system):
    archive = tmp_path / "madang.tar.gz"
    names = succeed("git", "ls-files", "--cached", "--others", "--exclude-standard", cwd=ROOT).splitlines()
    with tarfile.open(archive, "w:gz", compresslevel=1) as packed:
        for name in names:
            if (ROOT / name).is_file():
                packed.add(ROOT / name, f"madang/{name}")
    folder = build(system, "archive", "-DMADANG_FROM=archive", f"-DMADANG_ARCHIVE={archive}")
    assert output_of(system, folder / "port") == "port: ok"
    built = {path.stem for path in folder.rglob("libmadang_*.a")}
    assert built == {"libmadang_base", "libmadang_io"}


def test_codecs_are_written_again_when_their_tables_change(tmp_path, installed):
    (tmp_path / "chat.h").write_text((ROOT / "tests" / "outside" / "chat.h").read_text())
    (tmp_path / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.25)\nproject(chat LANGUAGES CXX)\nfind_package(madang REQUIRED COMPONENTS wire)\n"
        "madang_generate(codecs PROTOCOL chat::protocol HEADERS chat.h SCHEMA chat.schema)\n")
    succeed("cmake", "-S", tmp_path, "-B", tmp_path / "build", f"-DCMAKE_PREFIX_PATH={installed(EPOLL)}")
    succeed("cmake", "--build", tmp_path / "build")
    schema = tmp_path / "build" / "chat.schema"
    assert schema.read_text().splitlines()[0] == "client 1 Say text:text volume:u8(0000000000000000,3ff0000000000000)"
    (tmp_path / "chat.h").write_text((tmp_path / "chat.h").read_text().replace('1, "Say"', '2, "Say"'))
    succeed("cmake", "--build", tmp_path / "build")
    assert schema.read_text().startswith("client 2 Say ")

    writer = tmp_path / "build" / "codecs_writer"
    assert run(writer, "--typescript").stdout.startswith("// The packets of a protocol")
    for arguments, code, problem in [(["--python"], 2, "--python is no format"), ([], 2, "--typescript "),
                                     (["--help"], 0, "--csharp "), (["--schema", tmp_path], 1, "Is a directory"),
                                     (["--schema", "/dev/full"], 1, "No space left")]:
        done = run(writer, *arguments)
        assert (done.returncode, problem in done.stdout + done.stderr) == (code, True), arguments


def test_a_program_that_does_not_want_the_keeper_needs_none_of_its_libraries(tmp_path, installed):
    without = "set(CMAKE_IGNORE_PATH /usr/include)"  # so they are not found
    (tmp_path / "main.cpp").write_text("int main() {}\n")
    (tmp_path / "CMakeLists.txt").write_text(
        f"cmake_minimum_required(VERSION 3.25)\nproject(outside LANGUAGES CXX)\n{without}\n"
        "find_package(madang REQUIRED COMPONENTS wire OPTIONAL_COMPONENTS keeper)\n"
        "if(madang_keeper_FOUND)\n  message(FATAL_ERROR \"there is a keeper\")\nendif()\n"
        "add_executable(main main.cpp)\ntarget_link_libraries(main madang::wire)\n")
    succeed("cmake", "-S", tmp_path, "-B", tmp_path / "build", f"-DCMAKE_PREFIX_PATH={installed(EPOLL)}")
    succeed("cmake", "--build", tmp_path / "build")


def test_what_is_missing_is_named(tmp_path, installed):
    prefix = installed(EPOLL)
    for requested, problem in [
        ("find_package(madang 0.9 REQUIRED)", "compatible with requested version"),
        ("find_package(madang 0.1 REQUIRED COMPONENTS ports)", "no component ports; it has: "),
        ("set(CMAKE_IGNORE_PATH /usr/include)\nfind_package(madang REQUIRED COMPONENTS keeper)",
         "Madang's library keeper needs sqlite3 (Debian: apt-get install libsqlite3-dev), and sodium (Debian: "),
        ("set(CMAKE_CXX_COMPILER_VERSION 11.4)\nfind_package(madang REQUIRED)", "Madang needs GCC 12 or later"),
        ("set(CMAKE_CXX_COMPILER_ID MSVC)\nfind_package(madang REQUIRED)", "on Windows with MinGW"),
        (f"set(MADANG_COMPONENTS io)\nadd_subdirectory({ROOT} one)\nadd_subdirectory({ROOT} two)",
         "This build has Madang already"),
        (f"find_package(madang REQUIRED)\nadd_subdirectory({ROOT} madang)", "This build has Madang already"),
        (f"set(MADANG_COMPONENTS ports)\nadd_subdirectory({ROOT} madang)", "ports, which is no library of Madang"),
        (f"set(MADANG_PAGES ON)\nset(CMAKE_IGNORE_PATH /bin /usr/bin)\nadd_subdirectory({ROOT} madang)", "The pages need node"),
        ("find_package(madang REQUIRED)\nmadang_generate(codecs RUST a.rs PROTOCOL a::b HEADERS a.h)", "not expected: RUST a.rs"),
        ("find_package(madang REQUIRED)\nmadang_generate(codecs HEADERS a.h SCHEMA a)", "needs PROTOCOL and HEADERS"),
        ("find_package(madang REQUIRED)\nmadang_generate(codecs PROTOCOL a::b HEADERS a.h)", "names no file to write"),
        ("find_package(madang REQUIRED)\nset(CMAKE_CROSSCOMPILING ON)\nset(CMAKE_CROSSCOMPILING_EMULATOR)\n"
         "madang_generate(codecs PROTOCOL a::b HEADERS a.h SCHEMA a)", "CMAKE_CROSSCOMPILING_EMULATOR"),
    ]:
        source = tmp_path / str(abs(hash(requested)))
        source.mkdir()
        (source / "CMakeLists.txt").write_text(
            f"cmake_minimum_required(VERSION 3.25)\nproject(outside LANGUAGES CXX)\n{requested}\n")
        done = run("cmake", "-S", source, "-B", source / "build", f"-DCMAKE_PREFIX_PATH={prefix}")
        assert done.returncode != 0, requested
        assert problem in " ".join(done.stderr.split()), (requested, done.stderr)
