// Runs under Mono: decodes the lines "sender hex" of the standard input with the generated codec, encodes the packets
// again, and prints "ok hex", or the error. With the argument "misuse", it tries what the codec must refuse.
using System;
using System.Collections.Generic;
using System.Text;
using Madang.AllKinds;

static class ProtocolLines
{
  static byte[] FromHex(string hex)
  {
    var bytes = new byte[hex.Length / 2];
    for (int i = 0; i < bytes.Length; ++i) bytes[i] = Convert.ToByte(hex.Substring(2 * i, 2), 16);
    return bytes;
  }

  static string ToHex(byte[] bytes)
  {
    var text = new StringBuilder();
    foreach (byte each in bytes) text.Append(each.ToString("x2"));
    return text.ToString();
  }

  static string Encoded(Func<byte[]> encode)
  {
    try
    {
      return "ok " + ToHex(encode());
    }
    catch (ArgumentException)
    {
      return "ok"; // a byte that is no UTF-8 has become a letter of three bytes
    }
  }

  static string Round(string sender, byte[] frame)
  {
    try
    {
      if (sender == "client")
      {
        IClientPacket packet = Protocol.DecodeClientPacket(frame);
        return Encoded(packet.Encode);
      }
      IServerPacket answer = Protocol.DecodeServerPacket(frame);
      return Encoded(answer.Encode);
    }
    catch (DecodeException fault)
    {
      switch (fault.Error)
      {
        case DecodeError.BadFrameSize: return "bad_frame_size";
        case DecodeError.UnknownOpcode: return "unknown_opcode";
        default: return "bad_packet";
      }
    }
  }

  static void ExpectRefusal(string what, Action encode)
  {
    try
    {
      encode();
    }
    catch (ArgumentException)
    {
      return;
    }
    throw new Exception("encoded: " + what);
  }

  static void Expect(bool claim, string what)
  {
    if (!claim) throw new Exception(what);
  }

  static void TryMisuse()
  {
    ExpectRefusal("a text of 256 bytes", () => new Words { @event = new string('x', 256) }.Encode());
    ExpectRefusal("a short text of ten bytes", () => new Words { function = "ten bytes!" }.Encode());
    ExpectRefusal("a blob of 65,536 bytes", () => new Words { @object = new byte[65536] }.Encode());
    ExpectRefusal("an infinite float", () => new Numbers { f32 = float.PositiveInfinity }.Encode());
    ExpectRefusal("a double that is no number", () => new Numbers { f64 = double.NaN }.Encode());
    ExpectRefusal("a quantised number that is no number", () => new Numbers { height = double.NaN }.Encode());
    ExpectRefusal("an unknown value", () => new Numbers { colour = (Colour)3 }.Encode());
    ExpectRefusal("an array with two items of three", () => new Words { from = new Corner { tones = new short[2] } }.Encode());
    ExpectRefusal("a frame of 80,000 bytes", () => new Lists { reals = new double[10000], paths = new[] { new Place[0], new Place[0] }, squares = new[] { new bool[2], new bool[2], new bool[2] } }.Encode());
    var numbers = (Numbers)Protocol.DecodeClientPacket(new Numbers { height = 1e9, turn = -7, mass = 2 }.Encode());
    Expect(numbers.height == 512.5 && numbers.turn == -1, "a value beyond the range becomes its end");
    Expect(Math.Abs(numbers.mass - 2) < 1e6 / uint.MaxValue, "the nearest step");

    byte[] stream = FromHex("0400040005000100070400040003");
    foreach (int piece in new[] { 1, 2, 3, 14 })
    {
      var splitter = new FrameSplitter();
      var frames = new List<string>();
      for (int at = 0; at < stream.Length; at += piece)
        foreach (byte[] frame in splitter.Push(stream, at, Math.Min(piece, stream.Length - at))) frames.Add(ToHex(frame));
      Expect(string.Join(" ", frames.ToArray()) == "04000400 0500010007 04000400", "split in pieces of " + piece);
    }
    try
    {
      new FrameSplitter().Push(FromHex("0300"), 0, 2);
      throw new Exception("a size of 3 was not refused");
    }
    catch (DecodeException fault)
    {
      Expect(fault.Error == DecodeError.BadFrameSize, "another error");
    }
    Console.WriteLine("every misuse was refused");
  }

  static void Main(string[] arguments)
  {
    if (arguments.Length == 1 && arguments[0] == "misuse")
    {
      TryMisuse();
      return;
    }
    for (string line = Console.ReadLine(); line != null; line = Console.ReadLine())
    {
      string[] words = line.Split(' ');
      Console.WriteLine(Round(words[0], FromHex(words[1])));
    }
  }
}
