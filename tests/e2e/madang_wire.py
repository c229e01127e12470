"""A client of Madang's protocol, written from docs/protocol.md with plain sockets and without our own code.

It has only what the tests need: it parses frames, and knows some of the packets.
"""

import re
import socket
import struct
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROTOCOL_PAGE = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")

SCHEMA_HASH = int(re.search(r"0x([0-9a-f]{16})", PROTOCOL_PAGE)[1], 16)

LOGIN, MOVE, SAY, SHOUT, PING, LOGOUT = range(1, 7)
WELCOME, GOODBYE, PONG, MOVED, CELL_BEGIN, CELL_FORGET, CELL_ENTER, CELL_MOVE, CELL_LEAVE, SAID, SHOUTED, CELL_THIN, CELL_POSITIONS, ANNOUNCED, NOT_SAID = range(128, 143)
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


def login(name: str | bytes, looks: int = 0, schema: int = SCHEMA_HASH) -> bytes:
    return frame(LOGIN, struct.pack("<Q", schema) + text(name) + bytes([looks]))


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

    def __init__(self, port: int, patience_s: float = 60, host: str = "127.0.0.1"):
        self.socket = socket.create_connection((host, port), timeout=patience_s)
        self._rest = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def receive(self) -> tuple[int, bytes] | None:
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
        self.send(login(name))
        return self.wait_for(WELCOME)

    def goodbye(self) -> str:
        """The reason of the server's Goodbye, behind which the connection must end."""
        body = self.wait_for(GOODBYE)
        assert body[2 : 2 + body[1]].decode("utf-8"), "a goodbye says why, in words"
        assert self.receive() is None
        return REASONS[body[0]]

    def close(self) -> None:
        self.socket.close()
