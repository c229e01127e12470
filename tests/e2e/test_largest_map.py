"""The largest map with the smallest cells, 16.7 million cells: the server's memory depends on its players, not on the map."""

import struct

import pytest

import madang_wire as wire
from conftest import EPOLL, URING

EVERY_LINUX = [pytest.param(EPOLL, id="epoll"), pytest.param(URING, id="uring")]

SIDE, CELL = 16384, 4
LAST_TILE, LAST_CELL = SIDE - 1, SIDE // CELL - 1
MOVED_BLOCKED = 1
# The obstacles are a bit a tile, 32 MiB. A byte a cell for each of two workers and the zone would be 50 MB more, a list
# a cell 1.2 GB.
PEAK_KB_MAX = 120_000


def peak_kb(pid: int) -> int:
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))


class Walker:
    """A client, the position of its piece, and the cells that it watches."""

    def __init__(self, port: int, name: str):
        self.client = wire.Client(port)
        self.client.send(wire.login(name))
        self.cells: set[tuple[int, int]] = set()
        welcome = wire.welcome_of(self.until(wire.WELCOME))
        assert (welcome.map_width, welcome.map_height, welcome.cell_size) == (SIDE, SIDE, CELL)
        self.at = (welcome.x, welcome.y)

    def until(self, opcode: int) -> bytes:
        while (packet := self.client.receive()) is not None:
            kind, body = packet
            if kind == wire.CELL_BEGIN:
                self.cells.add(struct.unpack_from("<HH", body))
            if kind == wire.CELL_FORGET:
                self.cells.remove(struct.unpack_from("<HH", body))
            if kind == opcode:
                return body
        raise AssertionError("the connection ended")

    def step(self, direction: int) -> int:
        self.client.send(wire.move(direction))
        body = self.until(wire.MOVED)
        self.at = struct.unpack_from("<HH", body, 4)
        return body[8]

    def walk_until_blocked(self, direction: int) -> None:
        while self.step(direction) != MOVED_BLOCKED:
            pass


@pytest.mark.parametrize("system", EVERY_LINUX)
def test_players_walk_to_the_edges_of_the_largest_map_and_its_cells_take_no_memory(start, system):
    program = start(system, "madang", "serve", "--listen", "127.0.0.1:0", "--http", "off", "--operator", "off", "--io", system.io,
                    "--workers", "2", "--map", f"{SIDE}x{SIDE}", "--cell-size", str(CELL), "--obstacle-percent", "0",
                    "--tick-rate", "100", "--move-interval-ms", "10", "--command-budget-burst", "1000000", "--demo-bots", "200", "--arrival-radius", "0", "--idle-timeout-ms", "3600000")
    port = int(program.wait_for(r"Madang is open: 127\.0\.0\.1:(\d+) .*")[1])
    walkers = [Walker(port, f"walker {number}") for number in range(400)]  # some of them arrive near the edges
    rightmost = max(walkers, key=lambda walker: walker.at[0])
    lowest = max((walker for walker in walkers if walker is not rightmost), key=lambda walker: walker.at[1])

    rightmost.walk_until_blocked(wire.RIGHT)
    assert rightmost.at[0] == LAST_TILE
    lowest.walk_until_blocked(wire.DOWN)
    assert lowest.at[1] == LAST_TILE
    for _ in range(30):
        rightmost.step(wire.DOWN)
        lowest.step(wire.LEFT)
    assert max(column for column, _ in rightmost.cells) == LAST_CELL
    assert max(row for _, row in lowest.cells) == LAST_CELL
    for walker in (rightmost, lowest):
        own = (walker.at[0] // CELL, walker.at[1] // CELL)
        assert own in walker.cells
        assert len(walker.cells) <= 8 * 8, "those within its leave radius, 14 tiles"
    peak = peak_kb(program.process.pid)
    print(f"at most {peak / 1000:.0f} MB resident")
    assert peak < PEAK_KB_MAX
    for walker in walkers:
        walker.client.close()
    program.stop()
