"""A client of Madang's protocol, written from docs/protocol.md with plain sockets and without our own code.

It has only what the tests need: it parses frames, and knows some of the packets.
"""

import re
import socket
import struct
from collections import deque
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PROTOCOL_PAGE = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")

SCHEMA_HASH = int(re.search(r"0x([0-9a-f]{16})", PROTOCOL_PAGE)[1], 16)

# The packets of a session, of cells, and of the board game.
LOGIN, SAY, SHOUT, PING, LOGOUT, ENTER_WORLD = range(1, 7)
MOVE = 32
WELCOME, GOODBYE, PONG, NOT_SAID, SHOUTED, ANNOUNCED, NOT_ENTERED = range(128, 135)
CELL_BEGIN, CELL_FORGET, CELL_MOVE, CELL_LEAVE, CELL_THROTTLED, CELL_POSITIONS, CELL_SAID, CELL_TOLD = range(140, 148)
MOVED, PACE = range(160, 162)
CELL_ENTER_PIECE, CELL_CHANGE_PIECE = range(256, 258)
UP, DOWN, LEFT, RIGHT = range(4)
NOT_PRESENTABLE, TOO_LONG, TOO_FAST, TOO_MANY_SHOUTS, MUTED = range(5)

# CloseReason by number, in the order of its table on the protocol's page.
_reasons_table = re.search(r"### `?CloseReason`?\n(.*?)(?=\n### |\n## |\Z)", PROTOCOL_PAGE, re.DOTALL)[1]
REASONS = {int(number): name for number, name in re.findall(r"\|\s*(\d+)\s*\|\s*`?(\w+)`?\s*\|", _reasons_table)}


def frame(opcode: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", 4 + len(body), opcode) + body


def text(words: str | bytes) -> bytes:
    raw = words.encode("utf-8") if isinstance(words, str) else words
    return bytes([len(raw)]) + raw


def blob(data: bytes) -> bytes:
    return struct.pack("<H", len(data)) + data


def entity_id(value: int) -> bytes:
    """An id of 128 bits: the upper half, then the lower half."""
    return struct.pack("<QQ", value >> 64, value & (1 << 64) - 1)


KING = b"\0"
PAWN = b"\5"


def login(name: str | bytes, entry: bytes = KING, schema: int = SCHEMA_HASH, world: str | bytes = "") -> bytes:
    """`entry` is the game's record Entry. The board game's has one field: the looks of the piece."""
    return frame(LOGIN, struct.pack("<Q", schema) + text(name) + text(world) + blob(entry))


class Welcome(NamedTuple):
    entity_high: int
    entity_low: int
    map_width: int
    map_height: int
    cell_size: int
    units_per_tile: int
    x: int
    y: int
    tick_rate: int
    view_radius: int
    world: str


WELCOME_LAYOUT = "<QQIIIIIIHI"


def welcome_of(body: bytes) -> Welcome:
    size = struct.calcsize(WELCOME_LAYOUT)
    assert len(body) == size + 1 + body[size]
    return Welcome(*struct.unpack_from(WELCOME_LAYOUT, body), body[size + 1 :].decode("utf-8"))


def beginning(entity: int, side: int, x: int, y: int, cell_size: int = 16) -> bytes:
    """What a server sends at first: the Welcome to a square map, and the Pace of the board game."""
    welcome = entity_id(entity) + struct.pack("<IIIIIIHI", side, side, cell_size, 1, x, y, 20, 10) + text("")
    return frame(WELCOME, welcome) + frame(PACE, struct.pack("<I", 1000))


def shouted(entity: int, name: str | bytes, words: str | bytes) -> bytes:
    return frame(SHOUTED, entity_id(entity) + text(name) + text(words))


def pieces_of(body: bytes) -> dict[bytes, str]:
    """The ids in a CellEnterPiece, with the names."""
    pieces, at = {}, 6
    for _ in range(struct.unpack_from("<H", body, 4)[0]):
        name_at = at + 16 + 2 + 1 + 1 + 1  # behind the id, the alias, the position, the looks
        end = name_at + 1 + body[name_at]
        pieces[body[at : at + 16]] = body[name_at + 1 : end].decode("utf-8")
        at = end
    assert at == len(body)
    return pieces


def words_said(body: bytes) -> bytes:
    """The text of a CellSaid: behind the cell, the alias and the text's length."""
    return body[7:]


def move(direction: int, client_time: int = 0) -> bytes:
    return frame(MOVE, struct.pack("<BI", direction, client_time))


def not_said(number: int, reason: int) -> bytes:
    """The body of NotSaid."""
    return struct.pack("<IB", number, reason)


def ping(client_time: int = 0) -> bytes:
    return frame(PING, struct.pack("<I", client_time))


def read_to_end(connection: socket.socket) -> bytes:
    """All that comes until the other side ends the connection, in order or not."""
    got = b""
    try:
        while data := connection.recv(65536):
            got += data
    except ConnectionResetError:
        pass
    return got


class Client:
    """One connection. `receive` gives the next frame as (opcode, body), or None at the end."""

    def __init__(self, port: int, patience_s: float = 60, host: str = "127.0.0.1", source: str = ""):
        self.socket = socket.create_connection((host, port), timeout=patience_s, source_address=(source, 0) if source else None)
        self._rest = b""
        self._kept: deque[tuple[int, bytes]] = deque()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def receive(self) -> tuple[int, bytes] | None:
        return self._kept.popleft() if self._kept else self._receive()

    def _receive(self) -> tuple[int, bytes] | None:
        while True:
            if len(self._rest) >= 4:
                size, opcode = struct.unpack_from("<HH", self._rest)
                if len(self._rest) >= size:
                    body, self._rest = self._rest[4:size], self._rest[size:]
                    return opcode, body
            try:
                data = self.socket.recv(65536)
            except ConnectionResetError:
                return None
            if not data:
                return None
            self._rest += data

    def wait_for(self, opcode: int) -> bytes:
        """Returns the body of the next packet with this opcode. Other packets before it are skipped."""
        while (packet := self.receive()) is not None:
            if packet[0] == opcode:
                return packet[1]
        raise AssertionError(f"the connection ended before a packet with opcode {opcode} came")

    def enter(self, name: str) -> bytes:
        """Returns the body of the Welcome when the client watches its cell: from then on it gets what is said there. The packets
        after the Welcome are still there for `receive`."""
        self.send(login(name))
        welcome = self.wait_for(WELCOME)
        is_in_sight = False
        while not is_in_sight:
            packet = self._receive()
            assert packet is not None, "the connection ended before the client was in sight"
            self._kept.append(packet)
            is_in_sight = packet[0] == CELL_ENTER_PIECE and welcome[:16] in pieces_of(packet[1])
        return welcome

    def goodbye(self) -> str:
        """The reason of the server's Goodbye, behind which the connection must end."""
        body = self.wait_for(GOODBYE)
        assert body[2 : 2 + body[1]].decode("utf-8"), "a goodbye says why, in words"
        assert self.receive() is None
        return REASONS[body[0]]

    def close(self) -> None:
        self.socket.close()
