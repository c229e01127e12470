"""The generated TypeScript codec and the Wireshark dissector. node and tshark run them on frames of the C++ encoder."""

import json
import re
import struct
import subprocess
from pathlib import Path

import madang_wire
from conftest import PATIENCE_S, RELEASE_BUILD

HERE = Path(__file__).resolve().parent


def run(*command, cwd=None):
    done = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, encoding="utf-8",
                          timeout=5 * PATIENCE_S)  # a compiler on a busy machine
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def samples(what):
    return run(RELEASE_BUILD / "tests" / "madang_protocol_samples", what)


def test_the_typescript_codec_compiles_strictly_and_agrees_with_cpp(tmp_path):
    (tmp_path / "protocol.ts").write_text(samples("typescript"), encoding="utf-8")
    (tmp_path / "samples.ts").write_text(samples("samples"), encoding="utf-8")
    (tmp_path / "round_trip.ts").write_text((HERE / "protocol_round_trip.ts").read_text(encoding="utf-8"),
                                           encoding="utf-8")
    strict = ["--strict", "--noUncheckedIndexedAccess", "--exactOptionalPropertyTypes", "--noImplicitReturns",
              "--noUnusedLocals", "--noUnusedParameters", "--noFallthroughCasesInSwitch"]
    # Without installed @types packages: only what every browser and node have.
    run("tsc", *strict, "--target", "es2020", "--module", "commonjs", "--lib", "es2020,dom", "--typeRoots", tmp_path,
        "round_trip.ts", cwd=tmp_path)
    assert "packets went round" in run("node", "round_trip.js", cwd=tmp_path)


def test_the_python_client_has_the_opcodes_of_the_page():
    packets = re.findall(r"^### (\d+) (\w+)$", madang_wire.PROTOCOL_PAGE, re.MULTILINE)
    assert len(packets) > 20
    for opcode, name in packets:
        constant = re.sub(r"(?<!^)([A-Z])", r"_\1", name).upper()
        assert getattr(madang_wire, constant) == int(opcode), name


# ---- Wireshark

CLIENT, SERVER = ("10.0.0.1", 50000), ("10.0.0.2", 7777)


def packed_address(text):
    return bytes(int(part) for part in text.split("."))


class Capture:
    """A capture file of one TCP connection, made segment by segment."""

    def __init__(self):
        # pcap, little-endian, link type 101: packets begin with their IP header.
        self.bytes = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 101)
        self.sent = {CLIENT: 1, SERVER: 1}
        self.count = 0

    def segment(self, sender, payload):
        receiver = SERVER if sender == CLIENT else CLIENT
        tcp = struct.pack(">HHIIBBHHH", sender[1], receiver[1], self.sent[sender], self.sent[receiver], 5 << 4,
                          0x18, 65535, 0, 0)
        ip = struct.pack(">BBHHHBBH", 0x45, 0, 40 + len(payload), 0, 0, 64, 6, 0)
        packet = ip + packed_address(sender[0]) + packed_address(receiver[0]) + tcp + payload
        self.bytes += struct.pack("<IIII", self.count, 0, len(packet), len(packet)) + packet
        self.sent[sender] += len(payload)
        self.count += 1


def dissect(tmp_path, capture):
    """tshark's view: for each frame of ours its fields, by their names, in the order of the capture."""
    (tmp_path / "madang.lua").write_text(samples("wireshark"), encoding="utf-8")
    (tmp_path / "capture.pcap").write_bytes(capture.bytes)
    text = run("tshark", "-n", "-X", f"lua_script:{tmp_path}/madang.lua", "-r", tmp_path / "capture.pcap", "-T", "json",
               "--no-duplicate-keys", "-J", "madang _ws.expert _ws.malformed _ws.lua.text")
    assert "Lua Error" not in text, text
    frames = []
    for packet in json.loads(text):
        layers = packet["_source"]["layers"]
        assert "_ws.malformed" not in layers, layers
        found = layers.get("madang", [])
        frames += found if isinstance(found, list) else [found]
    return frames


def complaints(frame):
    return [key for key in json.dumps(frame).split('"') if key in
            ("madang.bad_packet", "madang.bad_frame_size", "madang.unknown_opcode")]


def test_the_dissector_reads_every_packet(tmp_path):
    capture = Capture()
    opcodes = []
    for line in samples("frames").splitlines():
        sender, _, hex_bytes = line.split()
        frame = bytes.fromhex(hex_bytes)
        opcodes.append(str(frame[2] + 256 * frame[3]))
        # An IP packet cannot carry the largest frames in one.
        for at in range(0, len(frame), 60000):
            capture.segment(CLIENT if sender == "client" else SERVER, frame[at : at + 60000])
    frames = dissect(tmp_path, capture)
    assert [frame["madang.opcode"] for frame in frames] == opcodes
    assert [complaints(frame) for frame in frames] == [[]] * len(opcodes)


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
    assert first["madang.login.name"] == "Kim"
    assert first["madang.login.world"] == "tea"
    assert first["madang.login.entry"] == "04"
    assert int(first["madang.login.schema"], 0) == 0x0102030405060708
    assert second["madang.move.direction"] == "2"
    assert third["madang.move.client_time"] == str(0x01020304)
    assert steps["madang.cellmove.cell_y"] == str(0x0104)
    text = json.dumps(steps)
    assert f'"madang.step.alias": "{0x0C0D}"' in text and '"madang.step.x": "31"' in text


def test_the_dissector_says_what_is_wrong_with_a_frame(tmp_path):
    bad = {
        "0500 2000 02": ["madang.bad_packet"],  # a Move cut short
        "0a00 2000 02 04030201 00": ["madang.bad_packet"],  # and one with a byte too many
        "0a00 8e00 0300 0401 ffff": ["madang.bad_packet"],  # many steps, and none there
        "0a00 0001 0300 0401 ffff": ["madang.bad_packet"],  # many pieces, and none there
        "0500 0200 ff": ["madang.bad_packet"],  # a text that is not there
        "0400 4d00": ["madang.unknown_opcode"],
        "0400 0500": [],
        "0500 0200 00": [],
        "0300 0500": ["madang.bad_frame_size"],
        "0000": ["madang.bad_frame_size"],
    }
    capture = Capture()
    for hex_bytes in bad:
        capture.segment(CLIENT, bytes.fromhex(hex_bytes))
    found = [complaints(frame)[:1] for frame in dissect(tmp_path, capture)]
    assert dict(zip(bad, found, strict=True)) == bad
