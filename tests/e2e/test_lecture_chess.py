"""The homework's board, played by a client that was written from the course's list of packets and nothing else.

Every field of a packet is one byte; the first is the size of the whole packet, the second its type.
From the client: 1 up (y - 1), 2 down, 3 left, 4 right. From the server: 1 login_ok {id}, 2 put_player {id, x, y},
3 remove_player {id}, 4 move_player {id, x, y}.
"""

import random
import socket
import time

import pytest

from conftest import EVERY_SYSTEM, EVERY_SYSTEM_AND_STOP, PATIENCE_S

UP, DOWN, LEFT, RIGHT = 1, 2, 3, 4
STEPS = {UP: (0, -1), DOWN: (0, 1), LEFT: (-1, 0), RIGHT: (1, 0)}
LOGIN_OK, PUT_PLAYER, REMOVE_PLAYER, MOVE_PLAYER = 1, 2, 3, 4
SIZES = {LOGIN_OK: 3, PUT_PLAYER: 5, REMOVE_PLAYER: 3, MOVE_PLAYER: 5}
PIECES = 256


def move(direction: int) -> bytes:
    return bytes([2, direction])


def after(square: tuple[int, int], direction: int) -> tuple[int, int]:
    """Where a piece stands after a move: into the edge, it stays put."""
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
        """Moves, and tells what everyone is told about it."""
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


class Board:
    def __init__(self, program):
        self.program = program
        self.port = int(program.wait_for(r"listening on 127\.0\.0\.1:(\d+) \(io: \w+\)")[1])
        self.players: list[Player] = []

    def join(self, **options) -> Player:
        self.players.append(Player(self.port, **options))
        return self.players[-1]

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


def test_250_clients_play_at_once_and_see_the_same_board(board):
    players = board.join_many(250)
    assert len({player.id for player in players}) == 250
    generator = random.Random(2)
    for player in players:
        player.socket.sendall(b"".join(move(generator.choice(list(STEPS))) for _ in range(4)))
    moves_seen_before = [player.packets for player in players]
    for player, before in zip(players, moves_seen_before):
        while player.packets < before + 250 * 4:
            assert player.next()[0] == MOVE_PLAYER
        assert player.board == players[0].board


def test_when_every_id_is_taken_the_next_is_refused_until_one_is_free(board):
    players = board.join_many(PIECES)
    assert {player.id for player in players} == set(range(PIECES))
    for _ in range(3):
        with socket.create_connection(("127.0.0.1", board.port), timeout=PATIENCE_S) as refused:
            assert refused.recv(1) == b""
    board.program.wait_for(r"refused 127\.0\.0\.1:\d+: all 256 pieces are taken")

    gone = players.pop(100)
    gone.leave()
    for player in players:
        player.wait_for(REMOVE_PLAYER, gone.id)
    assert board.join().id == gone.id


def test_an_id_comes_back_only_after_all_others_have_been_used(board):
    watcher = board.join()
    ids = []
    for _ in range(2 * (PIECES - 1) + 10):
        player = board.join()
        ids.append(player.id)
        player.leave()
        watcher.wait_for(REMOVE_PLAYER, player.id)
    assert len(set(ids)) == PIECES - 1
    for at in range(len(ids) - PIECES + 2):
        assert len(set(ids[at : at + PIECES - 1])) == PIECES - 1


WRONG = {
    "size 0": bytes([0, 1]),
    "size 1": bytes([1, 1]),
    "size 3": bytes([3, 1, 1]),
    "size 255": bytes([255]) + bytes(300),
    "type 0": bytes([2, 0]),
    "type 5": bytes([2, 5]),
    "type 255": bytes([2, 255]),
    "a web browser": b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "noise": random.Random(3).randbytes(4096),
}


@pytest.mark.parametrize("what", WRONG)
def test_one_who_sends_nonsense_is_dropped_and_the_others_play_on(board, what):
    witness, wrong = board.join_many(2)
    wrong.socket.sendall(move(RIGHT) + WRONG[what])
    assert wrong.is_dropped()
    witness.wait_for(REMOVE_PLAYER, wrong.id)
    assert witness.move(DOWN) == after((witness.id % 8, witness.id // 8 % 8), DOWN)


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
    board.program.wait_for(rf"piece {sleeper.id} left: it does not read what it is sent")
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
    # Whoever reads gets it all: one answer for each whole packet.
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
