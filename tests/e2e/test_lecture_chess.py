"""The homework's board, played by a client that was written only from the course's list of packets.

Every field of a packet is one byte. The first is the size of the whole packet, and the second is its type.
From the client: 1 up (y - 1), 2 down, 3 left, 4 right; more bytes may follow. From the server: 1 login_ok {id}, 2 put_player {id, x, y},
3 remove_player {id}, 4 move_player {id, x, y}.
"""

import random
import re
import signal
import socket
import struct
import time

import pytest

from conftest import EVERY_SYSTEM, EVERY_SYSTEM_AND_STOP, PATIENCE_S

UP, DOWN, LEFT, RIGHT = 1, 2, 3, 4
STEPS = {UP: (0, -1), DOWN: (0, 1), LEFT: (-1, 0), RIGHT: (1, 0)}
LOGIN_OK, PUT_PLAYER, REMOVE_PLAYER, MOVE_PLAYER = 1, 2, 3, 4
SIZES = {LOGIN_OK: 3, PUT_PLAYER: 5, REMOVE_PLAYER: 3, MOVE_PLAYER: 5}
PIECES = 128


def move(direction: int, size: int = 2, behind: int = 0) -> bytes:
    """Returns a packet of `size` bytes. The server must ignore the bytes after its type."""
    return bytes([size, direction]) + bytes([behind]) * (size - 2)


def after(square: tuple[int, int], direction: int) -> tuple[int, int]:
    """Returns the position of a piece after a move. At the edge, the piece does not move."""
    x, y = square[0] + STEPS[direction][0], square[1] + STEPS[direction][1]
    return (x, y) if 0 <= x < 8 and 0 <= y < 8 else square


class Player:
    """A client of the course. `board` is what it knows: id -> (x, y)."""

    def __init__(self, port: int, receive_buffer: int = 0):
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(PATIENCE_S)
        self.socket.connect(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = bytearray()
        self.board: dict[int, tuple[int, int]] = {}
        self.packets = 0
        type_, fields = self.next()
        assert type_ == LOGIN_OK
        self.id = fields[0]
        assert self.next() == (PUT_PLAYER, (self.id, *self.board[self.id]))

    def next(self) -> tuple[int, tuple[int, ...]]:
        """The next packet: its type and fields, noted on the board."""
        while len(self.received) < 2 or len(self.received) < self.received[0]:
            part = self.socket.recv(65536)
            assert part, "the server ended the connection"
            self.received += part
        size, type_ = self.received[0], self.received[1]
        assert SIZES.get(type_) == size
        fields = tuple(self.received[2:size])
        del self.received[:size]
        self.packets += 1
        self._note(type_, fields)
        return type_, fields

    def _note(self, type_: int, fields: tuple[int, ...]) -> None:
        if type_ == LOGIN_OK:
            return
        id_, square = fields[0], fields[1:]
        assert (id_ in self.board) == (type_ != PUT_PLAYER), "only who was put can move or be removed, and once"
        if type_ == REMOVE_PLAYER:
            del self.board[id_]
            return
        assert all(0 <= at < 8 for at in square)
        self.board[id_] = square

    def wait_for(self, type_: int, id_: int) -> tuple[int, ...]:
        while True:
            found, fields = self.next()
            if found == type_ and fields[0] == id_:
                return fields

    def see(self, count: int) -> None:
        """Reads until `count` pieces, its own included, are on the board."""
        while len(self.board) != count:
            self.next()

    def move(self, direction: int) -> tuple[int, int]:
        """Moves, and returns the packet that all clients must get."""
        self.socket.sendall(move(direction))
        return self.wait_for(MOVE_PLAYER, self.id)[1:]

    def is_dropped(self) -> bool:
        try:
            while self.socket.recv(65536):
                pass
        except ConnectionError:
            pass
        return True

    def leave(self) -> None:
        self.socket.close()


@pytest.fixture(params=EVERY_SYSTEM)
def system(request):
    return request.param


class Guest:
    """A client that only sits there."""

    def __init__(self, connection: socket.socket, id_: int):
        self.socket = connection
        self.id = id_

    def leave(self) -> None:
        self.socket.close()


class Board:
    def __init__(self, program):
        self.program = program
        self.port = int(program.wait_for(r"listening on 127\.0\.0\.1:(\d+) \(io: \w+\)")[1])
        self.players: list[Player] = []

    def join(self, **options) -> Player:
        self.players.append(Player(self.port, **options))
        return self.players[-1]

    def freeze(self) -> None:
        self.program.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.program.process.send_signal(signal.SIGCONT)

    def join_many(self, count: int) -> list[Player]:
        """All of them know each other."""
        players = [self.join() for _ in range(count)]
        for player in players:
            player.see(count)
        return players


@pytest.fixture
def board(start, system):
    made = Board(start(system, "examples/lecture/chess_server", "0", system.io))
    yield made
    for player in made.players:
        player.leave()
    made.program.stop()


def test_a_newcomer_is_told_its_id_then_itself_then_everyone_present(board):
    first = board.join()
    second = board.join()
    assert first.wait_for(PUT_PLAYER, second.id)[1:] == second.board[second.id]
    first_stands_on = first.move(RIGHT)

    third = board.join()
    packets = [third.next(), third.next()]
    assert sorted(packets) == sorted(
        [
            (PUT_PLAYER, (first.id, *first_stands_on)),
            (PUT_PLAYER, (second.id, *second.board[second.id])),
        ]
    )
    assert len({first.id, second.id, third.id}) == 3


def test_everyone_sees_who_comes_moves_and_leaves(board):
    players = board.join_many(5)
    for mover in players:
        direction = random.choice(list(STEPS))
        square = mover.move(direction)
        for other in players:
            if other is not mover:
                assert other.wait_for(MOVE_PLAYER, mover.id)[1:] == square
    gone = players.pop(2)
    gone.leave()
    for player in players:
        player.wait_for(REMOVE_PLAYER, gone.id)
        assert gone.id not in player.board
        assert player.board == players[0].board


def test_up_is_less_y_and_left_is_less_x(board):
    player = board.join()
    for direction in (DOWN, DOWN, RIGHT, RIGHT, UP, LEFT):
        expected = after(player.board[player.id], direction)
        assert player.move(direction) == expected


def test_a_move_into_the_edge_stays_put_and_everyone_is_told_so(board):
    player, other = board.join_many(2)
    for direction in (UP, LEFT, DOWN, RIGHT):
        for _ in range(10):
            expected = after(player.board[player.id], direction)
            assert player.move(direction) == expected
            assert other.wait_for(MOVE_PLAYER, player.id)[1:] == expected
    assert player.board[player.id] == (7, 7)


def test_several_packets_in_one_read_all_count(board):
    player = board.join()
    random_moves = random.Random(1).choices(list(STEPS), k=500)
    player.socket.sendall(b"".join(move(direction) for direction in random_moves))
    for direction in random_moves:
        expected = after(player.board[player.id], direction)
        assert player.wait_for(MOVE_PLAYER, player.id)[1:] == expected


def test_a_packet_over_several_reads_counts_once(board):
    player, other = board.join_many(2)
    for direction in (RIGHT, DOWN, LEFT, UP):
        expected = after(player.board[player.id], direction)
        player.socket.sendall(move(direction)[:1])
        other.move(UP)  # its answer says that the server has read the first half by itself
        player.socket.sendall(move(direction)[1:])
        assert player.wait_for(MOVE_PLAYER, player.id)[1:] == expected


def test_packets_joined_and_split_at_any_byte_count_once_each(board):
    player, other = board.join_many(2)
    moves = [RIGHT, RIGHT, DOWN, LEFT, DOWN]
    stream = b"".join(move(direction) for direction in moves)
    for at in range(len(stream) + 1):
        player.socket.sendall(stream[:at])
        other.move(UP)
        player.socket.sendall(stream[at:])
        for direction in moves:
            expected = after(player.board[player.id], direction)
            assert player.wait_for(MOVE_PLAYER, player.id)[1:] == expected


@pytest.mark.parametrize(
    "right", [bytes([8, 4, 0, 0, 0, 0, 0, 0]), bytes([4, 4, 0, 0])], ids=["64-bit", "32-bit"]
)
def test_the_packets_of_the_courses_own_client_count_in_any_split(board, right):
    player, other = board.join_many(2)
    stream = right + move(DOWN) + right + bytes([right[0], LEFT]) + right[2:]
    directions = [RIGHT, DOWN, RIGHT, LEFT]
    for at in range(len(stream) + 1):
        player.socket.sendall(stream[:at])
        other.move(UP)  # its answer says that the server has read the first part by itself
        player.socket.sendall(stream[at:])
        for direction in directions:
            expected = after(player.board[player.id], direction)
            assert player.wait_for(MOVE_PLAYER, player.id)[1:] == expected


def test_a_packet_has_any_length_from_2_to_255(board):
    player = board.join()
    generator = random.Random(5)
    directions = [generator.choice(list(STEPS)) for _ in range(2, 256)]
    packets = [move(direction, size, size) for size, direction in enumerate(directions, 2)]
    player.socket.sendall(b"".join(packets))
    for direction in directions:
        expected = after(player.board[player.id], direction)
        assert player.wait_for(MOVE_PLAYER, player.id)[1:] == expected
    player.socket.sendall(move(UP))
    while player.next() != (MOVE_PLAYER, (player.id, *player.board[player.id])):
        pass  # no other packet has moved the piece meanwhile
    assert player.packets == 2 + len(packets) + 1


def test_packets_that_arrive_byte_by_byte_count_once_each(board):
    player, other = board.join_many(2)
    for size in (2, 3, 4, 8, 21):
        expected = after(player.board[player.id], RIGHT)
        for byte in move(RIGHT, size, behind=LEFT):
            assert player.board[player.id] != expected or expected[0] == 7
            player.socket.sendall(bytes([byte]))
            other.move(UP)
        assert player.wait_for(MOVE_PLAYER, player.id)[1:] == expected


class CourseClient:
    """The course's client of 2019: an array of ten pieces, ids in a signed char, and the size of a pointer for a length."""

    def __init__(self, port: int, pointer_bytes: int):
        self.pointer_bytes = pointer_bytes
        self.shown: list[tuple[int, int] | None] = [None] * 10
        self.id = -1
        self.received = b""
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
        while self.id < 0 or self.shown[self.id] is None:
            self.process()

    def process(self) -> None:
        self.received += self.socket.recv(1024)
        while self.received and len(self.received) >= self.received[0]:
            packet, self.received = self.received[: self.received[0]], self.received[self.received[0] :]
            _size, type_, *fields = struct.unpack(f"BB{len(packet) - 2}b", packet)
            id_ = fields[0]
            if type_ == LOGIN_OK:
                self.id = id_
            elif 0 <= id_ < 10:
                self.shown[id_] = None if type_ == REMOVE_PLAYER else (fields[1], fields[2])

    def press(self, direction: int) -> None:
        self.socket.sendall(move(direction, self.pointer_bytes))

    def sees(self, shown: list) -> bool:
        while self.shown != shown:
            self.process()
        return True


def test_the_courses_own_client_sees_everyone_however_often_they_come_and_go(board):
    clients = [CourseClient(board.port, 8 if number % 2 else 4) for number in range(10)]
    generator = random.Random(6)
    for _ in range(40):
        leaver = generator.randrange(10)
        clients[leaver].socket.close()
        for client in clients:
            if client is not clients[leaver]:
                while client.shown[leaver] is not None:
                    client.process()
        clients[leaver] = CourseClient(board.port, 8)
        assert clients[leaver].id == leaver
        mover = generator.choice(clients)
        mover.press(generator.choice(list(STEPS)))
    for client in clients:
        for _ in range(7):
            client.press(LEFT)
            client.press(UP)
    for client in clients:
        assert client.sees([(0, 0)] * 10)
    for client in clients:
        client.socket.close()


def test_as_many_clients_as_there_are_pieces_play_at_once_and_see_the_same_board(board):
    players = board.join_many(PIECES)
    assert len({player.id for player in players}) == PIECES
    generator = random.Random(2)
    for player in players:
        player.socket.sendall(b"".join(move(generator.choice(list(STEPS))) for _ in range(4)))
    moves_seen_before = [player.packets for player in players]
    for player, before in zip(players, moves_seen_before):
        while player.packets < before + PIECES * 4:
            assert player.next()[0] == MOVE_PLAYER
        assert player.board == players[0].board


def test_when_every_id_is_taken_the_next_is_refused_until_one_is_free(board):
    players = board.join_many(PIECES)
    assert {player.id for player in players} == set(range(PIECES))
    for _ in range(3):
        with socket.create_connection(("127.0.0.1", board.port), timeout=PATIENCE_S) as refused:
            assert refused.recv(1) == b""
    board.program.wait_for(r"refused 127\.0\.0\.1:\d+: all 128 pieces are taken")

    gone = players.pop(100)
    gone.leave()
    for player in players:
        player.wait_for(REMOVE_PLAYER, gone.id)
    assert board.join().id == gone.id


def test_a_newcomer_gets_the_lowest_free_id(board):
    players = {player.id: player for player in board.join_many(8)}
    assert set(players) == set(range(8))
    for ids in ([3], [0], [7, 2], [5, 1, 6], [4, 7]):
        for id_ in ids:
            players.pop(id_).leave()
            for other in players.values():
                other.wait_for(REMOVE_PLAYER, id_)
        for id_ in sorted(ids):
            players[id_] = board.join()
            assert players[id_].id == id_
            for other in players.values():
                other.see(len(players))


def test_the_remove_of_an_id_comes_before_its_next_put_even_for_one_who_reads_late(board):
    # Player.next() asserts this: a put of a piece on the board, or a move of a piece that is not there, fails.
    watcher, late = board.join_many(2)
    for _ in range(300):
        guest = board.join()
        assert guest.id == 2
        guest.socket.sendall(move(RIGHT) * 3)
        # The server mostly gets both events in one turn: one client leaves, and one comes.
        guest.leave()
        watcher.wait_for(REMOVE_PLAYER, 2)
    watcher.socket.sendall(move(DOWN))
    expected = watcher.wait_for(MOVE_PLAYER, watcher.id)
    while late.next() != (MOVE_PLAYER, expected):
        pass
    assert late.board == watcher.board


def test_one_who_goes_and_one_who_comes_in_the_same_turn_keep_their_order(board):
    watcher = board.join()
    leaver = board.join()
    watcher.see(2)
    for _ in range(50):
        # While the server is stopped by a signal, both wait for the same turn.
        board.freeze()
        leaver.leave()
        newcomer = socket.create_connection(("127.0.0.1", board.port), timeout=PATIENCE_S)
        board.thaw()
        login = newcomer.recv(3, socket.MSG_WAITALL)
        assert login[:2] == bytes([3, LOGIN_OK]) and login[2] in (1, 2)
        watcher.wait_for(REMOVE_PLAYER, leaver.id)
        while login[2] not in watcher.board:
            watcher.next()
        leaver = Guest(newcomer, login[2])
    leaver.leave()


# Wrong packets, and the server's lines about them. The noise begins with a size and an unknown type.
WRONG = {
    "size 0": (bytes([0, 1]), "its packet has a size of 0 bytes, but the minimum is 2"),
    "size 1": (bytes([1, 1]), "its packet has a size of 1 bytes, but the minimum is 2"),
    "type 0": (bytes([2, 0]), "its packet has the unknown type 0"),
    "type 5": (bytes([2, 5]), "its packet has the unknown type 5"),
    "type 255": (bytes([255, 255]) + bytes(300), "its packet has the unknown type 255"),
    "size 0 behind a long one": (move(LEFT, 200) + bytes([0]), "its packet has a size of 0 bytes, but .*"),
    "a web browser": (b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "its packet has the unknown type 69"),
    "noise": (bytes([77, 200]) + random.Random(3).randbytes(4096), "its packet has the unknown type 200"),
}


@pytest.mark.parametrize("what", WRONG)
def test_one_who_sends_nonsense_is_dropped_and_the_others_play_on(board, what):
    witness, wrong = board.join_many(2)
    nonsense, said = WRONG[what]
    wrong.socket.sendall(move(RIGHT) + nonsense)
    assert wrong.is_dropped()
    board.program.wait_for(f"piece {wrong.id} left: {said}")
    witness.wait_for(REMOVE_PLAYER, wrong.id)
    assert witness.move(DOWN) == after((witness.id % 8, witness.id // 8 % 8), DOWN)


def test_one_who_resets_is_removed_and_the_others_play_on(board):
    witness, gone = board.join_many(2)
    gone.socket.sendall(move(RIGHT, 255)[:100])
    gone.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    gone.leave()
    assert witness.next() == (REMOVE_PLAYER, (gone.id,))
    assert board.join().id == gone.id


def test_silence_and_half_a_packet_keep_nobody_waiting(board):
    silent, half, player = board.join_many(3)
    half.socket.sendall(move(RIGHT, 255)[:254])
    for _ in range(3):
        player.move(DOWN)
    half.socket.sendall(bytes(1))
    assert half.wait_for(MOVE_PLAYER, half.id)[1:] == after((half.id % 8, 0), RIGHT)
    silent.see(3)


def memory_kib(process) -> int:
    status = open(f"/proc/{process.pid}/status", encoding="ascii").read()
    return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1])


@pytest.mark.parametrize("system", [p for p in EVERY_SYSTEM if p.id != "iocp"])
def test_floods_from_all_who_do_not_read_take_no_more_memory_than_is_said(board):
    # At most one MiB in the outbox and one in flight for each client. Far less is needed, because floods are paused.
    before = memory_kib(board.program.process)
    players = board.join_many(20)
    witness = players.pop(0)
    burst = move(LEFT, 3) * 20_000
    for player in players:
        player.socket.setblocking(False)
    for _ in range(20):
        for player in players:
            try:
                player.socket.send(burst)
            except OSError:
                pass  # full, or dropped by now
        witness.socket.sendall(move(DOWN))
        witness.wait_for(MOVE_PLAYER, witness.id)
    assert memory_kib(board.program.process) < before + len(players) * 2 * 1024 + 8 * 1024


def test_one_who_leaves_in_the_middle_of_a_packet_is_removed_and_nothing_moves(board):
    witness, gone = board.join_many(2)
    gone.socket.sendall(move(RIGHT)[:1])
    gone.leave()
    packets = [witness.next()]
    assert packets == [(REMOVE_PLAYER, (gone.id,))]


def test_one_who_never_reads_is_dropped_and_the_others_play_on(board):
    mover, sleeper = board.join(), board.join(receive_buffer=4096)
    mover.see(2)
    burst = b"".join(move(direction) for direction in (RIGHT, LEFT) * 500)
    deadline = time.monotonic() + PATIENCE_S
    while sleeper.id in mover.board:
        assert time.monotonic() < deadline, "the sleeper was never dropped"
        mover.socket.sendall(burst)
        for _ in range(1000):
            while mover.next()[0] != MOVE_PLAYER:
                pass
    board.program.wait_for(rf"piece {sleeper.id} left: it does not read")
    assert board.join().move(DOWN)


def test_one_who_asks_faster_than_it_reads_slows_down_only_itself(board):
    witness, flooder = board.join_many(2)
    flooder.socket.setblocking(False)
    burst = move(UP) * 10_000
    sent = 0
    try:
        while sent < 16 << 20:
            sent += flooder.socket.send(burst)
    except BlockingIOError:
        pass
    expected = after(witness.board[witness.id], DOWN)
    assert witness.move(DOWN) == expected
    # A client that reads gets one answer for each whole packet.
    flooder.socket.settimeout(PATIENCE_S)
    answers = 0
    while answers < sent // 2:
        type_, fields = flooder.next()
        answers += type_ == MOVE_PLAYER and fields[0] == flooder.id


@pytest.mark.parametrize(("system", "by"), EVERY_SYSTEM_AND_STOP)
def test_it_stops_in_order_with_players_still_there(board, by):
    players = board.join_many(10)
    board.program.stop(by)
    assert all(player.is_dropped() for player in players)
    assert board.program.lines[-1] == "stopped"
    assert board.program.errors == []
