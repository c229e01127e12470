"""The generated codecs and the Wireshark dissector. node, Mono and tshark run them on frames of the C++ side."""

import json
import re
import struct
import subprocess
from pathlib import Path

import madang_wire
import pytest
from conftest import PATIENCE_S, RELEASE_BUILD

HERE = Path(__file__).resolve().parent
PLAYGROUND_LINES = HERE.parent.parent / "clients" / "web" / "tests" / "playground_lines.mjs"


def run(*command, cwd=None, stdin=None):
    done = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, encoding="utf-8", input=stdin,
                          timeout=5 * PATIENCE_S)  # a compiler on a busy machine
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def samples(protocol, what, stdin=None):
    return run(RELEASE_BUILD / "tests" / "madang_protocol_samples", protocol, what, stdin=stdin)


def spoilt_frames():
    """Pairs of sender and hex, without empty frames."""
    return [line.split() for line in samples("kinds", "spoilt").splitlines() if len(line.split()) == 2]


def compile_typescript(folder, protocol, name):
    """Compiles the file NAME.ts of this folder with the codec, and nothing that only browsers or node have."""
    (folder / "protocol.ts").write_text(samples(protocol, "--typescript"), encoding="utf-8")
    (folder / f"{name}.ts").write_text((HERE / f"protocol_{name}.ts").read_text(encoding="utf-8"), encoding="utf-8")
    strict = ["--strict", "--noUncheckedIndexedAccess", "--exactOptionalPropertyTypes", "--noImplicitReturns",
              "--noUnusedLocals", "--noUnusedParameters", "--noFallthroughCasesInSwitch"]
    # Without installed @types packages: only what every browser and node have.
    run("tsc", *strict, "--target", "es2020", "--module", "commonjs", "--lib", "es2020,dom", "--typeRoots", folder,
        f"{name}.ts", cwd=folder)
    return folder / f"{name}.js"


def compile_csharp(folder):
    """Compiles the test program with the codec, as C# 7 and with each warning as an error."""
    (folder / "Protocol.cs").write_text(samples("kinds", "--csharp"), encoding="utf-8")
    program = folder / "lines.exe"
    # Fields that nobody assigns (0649) are those of packets that the test only receives.
    run("mcs", "-langversion:7", "-warn:4", "-warnaserror", "-nowarn:0649", f"-out:{program}", HERE / "ProtocolLines.cs",
        folder / "Protocol.cs")
    return program


@pytest.mark.parametrize("protocol", ["board", "kinds"])
def test_the_typescript_codec_compiles_strictly_and_agrees_with_cpp(tmp_path, protocol):
    (tmp_path / "samples.ts").write_text(samples(protocol, "samples"), encoding="utf-8")
    (tmp_path / "refused.ts").write_text((HERE / f"protocol_refused_{protocol}.ts").read_text(encoding="utf-8"),
                                         encoding="utf-8")
    program = compile_typescript(tmp_path, protocol, "round_trip")
    assert "packets went round" in run("node", program, cwd=tmp_path)


def test_random_packets_go_round_between_cpp_typescript_csharp_and_the_playground(tmp_path):
    good = [line.split() for line in samples("kinds", "frames").splitlines()]
    good = [(sender, frame) for sender, _, frame in good]
    spoilt = [tuple(line) for line in spoilt_frames()]
    assert len(good) == 35 and len(spoilt) > 1300
    lines = "".join(f"{sender} {frame}\n" for sender, frame in good + spoilt)

    cpp = samples("kinds", "round", lines).splitlines()
    typescript = run("node", compile_typescript(tmp_path, "kinds", "lines"), stdin=lines).splitlines()
    csharp = run("mono", compile_csharp(tmp_path), stdin=lines).splitlines()
    (tmp_path / "tables.json").write_text(samples("kinds", "tables"), encoding="utf-8")
    playground = run("node", PLAYGROUND_LINES, tmp_path / "tables.json", stdin=lines).splitlines()

    expected = [f"ok {frame}" for _, frame in good]
    for codec in cpp, typescript, csharp, playground:
        assert codec[: len(good)] == expected
        assert len(codec) == len(good) + len(spoilt)
    # A text that is not UTF-8 comes back with other bytes from these languages, so only the verdicts are compared.
    verdicts = [[line.split()[0] for line in codec[len(good) :]] for codec in (cpp, typescript, csharp, playground)]
    assert verdicts[1] == verdicts[0]
    assert verdicts[2] == verdicts[0]
    assert verdicts[3] == verdicts[0]
    counts = {verdict: verdicts[0].count(verdict) for verdict in ("ok", "bad_packet", "unknown_opcode", "bad_frame_size")}
    assert sum(counts.values()) == len(spoilt) and min(counts.values()) >= 10, counts


def test_the_csharp_codec_refuses_what_the_format_cannot_hold(tmp_path):
    assert run("mono", compile_csharp(tmp_path), "misuse") == "every misuse was refused\n"


def test_the_csharp_codec_of_the_board_compiles(tmp_path):
    (tmp_path / "Protocol.cs").write_text(samples("board", "--csharp"), encoding="utf-8")
    run("mcs", "-langversion:7", "-warn:4", "-warnaserror", "-nowarn:0649", "-target:library",
        f"-out:{tmp_path}/protocol.dll", tmp_path / "Protocol.cs")


def test_the_python_client_has_the_opcodes_of_the_page():
    packets = re.findall(r"^### (\d+) (\w+)$", madang_wire.PROTOCOL_PAGE, re.MULTILINE)
    assert len(packets) > 20
    for opcode, name in packets:
        constant = re.sub(r"(?<!^)([A-Z])", r"_\1", name).upper()
        assert getattr(madang_wire, constant) == int(opcode), name


# ---- Wireshark

PORTS = {"board": 7777, "kinds": 7801}
CLIENT, SERVER = "client", "server"


ADDRESSES = {CLIENT: bytes([10, 0, 0, 1]), SERVER: bytes([10, 0, 0, 2])}


class Capture:
    """A capture file of one TCP connection, made segment by segment."""

    def __init__(self, protocol="board"):
        self.ports = {CLIENT: 50000, SERVER: PORTS[protocol]}
        # pcap, little-endian, link type 101: packets begin with their IP header.
        self.bytes = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 101)
        self.sent = {CLIENT: 1, SERVER: 1}
        self.count = 0

    def segment(self, sender, payload):
        receiver = SERVER if sender == CLIENT else CLIENT
        tcp = struct.pack(">HHIIBBHHH", self.ports[sender], self.ports[receiver], self.sent[sender], self.sent[receiver], 5 << 4,
                          0x18, 65535, 0, 0)
        ip = struct.pack(">BBHHHBBH", 0x45, 0, 40 + len(payload), 0, 0, 64, 6, 0)
        packet = ip + ADDRESSES[sender] + ADDRESSES[receiver] + tcp + payload
        self.bytes += struct.pack("<IIII", self.count, 0, len(packet), len(packet)) + packet
        self.sent[sender] += len(payload)
        self.count += 1


def dissect(tmp_path, capture, protocol="board", name="board"):
    """tshark's view: for each frame of ours its fields, by their names, in the order of the capture."""
    (tmp_path / "madang.lua").write_text(samples(protocol, "--wireshark"), encoding="utf-8")
    (tmp_path / "capture.pcap").write_bytes(capture.bytes)
    text = run("tshark", "-n", "-X", f"lua_script:{tmp_path}/madang.lua", "-r", tmp_path / "capture.pcap", "-T", "json",
               "--no-duplicate-keys", "-J", f"{name} _ws.expert _ws.malformed _ws.lua.text")
    assert "Lua Error" not in text, text
    frames = []
    for packet in json.loads(text):
        layers = packet["_source"]["layers"]
        assert "_ws.malformed" not in layers, layers
        found = layers.get(name, [])
        frames += found if isinstance(found, list) else [found]
    return frames


def complaints(frame):
    return re.findall(r'"\w+\.(bad_packet|bad_frame_size|unknown_opcode)"', json.dumps(frame))


@pytest.mark.parametrize("protocol, name", [("board", "board"), ("kinds", "all_kinds")])
def test_the_dissector_reads_every_packet(tmp_path, protocol, name):
    capture = Capture(protocol)
    opcodes = []
    for line in samples(protocol, "frames").splitlines():
        sender, _, hex_bytes = line.split()
        frame = bytes.fromhex(hex_bytes)
        opcodes.append(str(frame[2] + 256 * frame[3]))
        # An IP packet cannot carry the largest frames in one.
        for at in range(0, len(frame), 60000):
            capture.segment(sender, frame[at : at + 60000])
    frames = dissect(tmp_path, capture, protocol, name)
    assert [frame[f"{name}.opcode"] for frame in frames] == opcodes
    assert [complaints(frame) for frame in frames] == [[]] * len(opcodes)


def test_the_dissector_agrees_with_cpp_on_spoilt_frames(tmp_path):
    # A frame with a wrong size would spoil those after it.
    lines = spoilt_frames()
    verdicts = samples("kinds", "round", "".join(f"{sender} {frame}\n" for sender, frame in lines)).splitlines()
    kept = [(sender, bytes.fromhex(frame), verdict.split()[0])
            for (sender, frame), verdict in zip(lines, verdicts, strict=True)
            if verdict != "bad_frame_size" and len(frame) < 100_000]
    capture = Capture("kinds")
    for sender, frame, _ in kept:
        capture.segment(sender, frame)
    frames = dissect(tmp_path, capture, "kinds", "all_kinds")
    found = [(complaints(frame) or ["ok"])[0] for frame in frames]
    assert found == [verdict for _, _, verdict in kept]


def test_the_dissector_shows_every_letter_of_a_text(tmp_path):
    capture = Capture()
    name = "마당 ♞".encode()
    body = struct.pack("<Q", 1) + bytes([len(name)]) + name + b"\0" + b"\0\0"
    capture.segment(CLIENT, struct.pack("<HH", 4 + len(body), 1) + body)
    assert dissect(tmp_path, capture)[0]["board.login.name"] == "마당 ♞"


def test_the_dissector_puts_frames_together_from_segments_and_takes_segments_apart(tmp_path):
    login = bytes.fromhex("17000100 0807060504030201 03 4b696d 03 746561 0100 04")
    move = bytes.fromhex("0900 2000 02 04030201")
    cell_move = bytes.fromhex("1200 8e00 0300 0401 0200 0d0c 01 02 0500 1f 00")
    capture = Capture()
    stream = login + move + move
    capture.segment(CLIENT, stream[:1])
    capture.segment(CLIENT, stream[1:10])
    capture.segment(CLIENT, stream[10:])
    capture.segment(SERVER, cell_move[:9])
    capture.segment(SERVER, cell_move[9:])

    first, second, third, steps = dissect(tmp_path, capture)
    assert first["board.login.name"] == "Kim"
    assert first["board.login.world"] == "tea"
    assert first["board.login.entry"] == "04"
    assert int(first["board.login.schema"], 0) == 0x0102030405060708
    assert second["board.move.direction"] == "2"
    assert third["board.move.client_time"] == str(0x01020304)
    assert steps["board.cellmove.cell_y"] == str(0x0104)
    text = json.dumps(steps)
    assert f'"board.step.alias": "{0x0C0D}"' in text and '"board.step.x": "31"' in text


def test_the_dissector_says_what_is_wrong_with_a_frame(tmp_path):
    bad = {
        "0500 2000 02": ["bad_packet"],  # a Move cut short
        "0a00 2000 02 04030201 00": ["bad_packet"],  # and one with a byte too many
        "0a00 8e00 0300 0401 ffff": ["bad_packet"],  # many steps, and none there
        "0a00 0001 0300 0401 ffff": ["bad_packet"],  # many pieces, and none there
        "0500 0200 ff": ["bad_packet"],  # a text that is not there
        "0400 4d00": ["unknown_opcode"],
        "0400 0500": [],
        "0500 0200 00": [],
        "0300 0500": ["bad_frame_size"],
        "0000": ["bad_frame_size"],
    }
    capture = Capture()
    for hex_bytes in bad:
        frame = bytes.fromhex(hex_bytes)
        is_of_server = int.from_bytes(frame[2:4], "little") >= 128
        capture.segment(SERVER if is_of_server else CLIENT, frame)
    found = [complaints(frame)[:1] for frame in dissect(tmp_path, capture)]
    assert dict(zip(bad, found, strict=True)) == bad
