// The C# codec. The types and the code of each packet come from the packet tables; the readers and writers
// are written by hand. It is C# 7 for .NET Standard 2.0, because Unity and Mono have no more.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <span>

#include "madang/wire/generated_names.h"
#include "madang/wire/protocol.h"

namespace madang::wire {

namespace csharp {
namespace {

constexpr std::string_view file_head =
    R"cs(// The packets of a protocol of Madang. This file is generated from the packet tables; do not edit it.
//
// Decoding throws a DecodeException for bytes that are no packet, and nothing else. Encoding throws an ArgumentException
// for a value that the format cannot hold, because that is a mistake of the caller. A decoded packet shares no memory with
// its bytes. Texts, blobs, lists and records are never null in a decoded packet; null is encoded as an empty one, but a
// null record or a null array of fixed size is a mistake of the caller.
using System;
using System.Collections.Generic;
using System.Text;

)cs";

constexpr std::string_view machinery = R"cs(
  // ---- Frames

  /// <summary>An id of 128 bits.</summary>
  public struct Id : IEquatable<Id>
  {
    public ulong high;
    public ulong low;
    public Id(ulong high, ulong low) { this.high = high; this.low = low; }
    public bool Equals(Id other) { return high == other.high && low == other.low; }
    public override bool Equals(object other) { return other is Id && Equals((Id)other); }
    public override int GetHashCode() { return high.GetHashCode() * 31 + low.GetHashCode(); }
    public override string ToString() { return high.ToString("x16") + low.ToString("x16"); }
  }

  public enum DecodeError { BadFrameSize, UnknownOpcode, BadPacket }

  /// <summary>Bytes that are no packet.</summary>
  public sealed class DecodeException : Exception
  {
    public readonly DecodeError Error;
    public DecodeException(DecodeError error) : base("the bytes are no packet: " + error) { Error = error; }
  }

  /// <summary>Cuts a stream of bytes into frames. Keeps an incomplete frame until more bytes have come.</summary>
  public sealed class FrameSplitter
  {
    private byte[] rest = new byte[0];

    /// <summary>Returns the frames that are complete now. After an exception, the rest of the stream cannot be read.
    /// </summary>
    public List<byte[]> Push(byte[] bytes, int offset, int count)
    {
      var all = new byte[rest.Length + count];
      System.Array.Copy(rest, all, rest.Length);
      System.Array.Copy(bytes, offset, all, rest.Length, count);
      var frames = new List<byte[]>();
      int at = 0;
      while (all.Length - at >= 2)
      {
        int size = all[at] | all[at + 1] << 8;
        if (size < Protocol.FrameHeaderBytes) throw new DecodeException(DecodeError.BadFrameSize);
        if (all.Length - at < size) break;
        frames.Add(Part(all, at, size));
        at += size;
      }
      rest = Part(all, at, all.Length - at);
      return frames;
    }

    private static byte[] Part(byte[] all, int from, int count)
    {
      var part = new byte[count];
      System.Array.Copy(all, from, part, 0, count);
      return part;
    }
  }

  // ---- Decoding

  internal sealed class Reader
  {
    private readonly byte[] bytes;
    private int at;
    private uint lastMask;

    internal Reader(byte[] frame) { bytes = frame; }

    internal byte U8() { return bytes[Take(1)]; }
    internal ushort U16() { return (ushort)Unsigned(2); }
    internal uint U32() { return (uint)Unsigned(4); }
    internal ulong U64() { return Unsigned(8); }
    internal sbyte I8() { return unchecked((sbyte)U8()); }
    internal short I16() { return unchecked((short)U16()); }
    internal int I32() { return unchecked((int)U32()); }
    internal long I64() { return unchecked((long)U64()); }
    internal float F32()
    {
      float value = BitConverter.ToSingle(BitConverter.GetBytes(U32()), 0);
      if (float.IsNaN(value) || float.IsInfinity(value)) throw Bad();
      return value;
    }
    internal double F64()
    {
      double value = BitConverter.Int64BitsToDouble(I64());
      if (double.IsNaN(value) || double.IsInfinity(value)) throw Bad();
      return value;
    }
    internal double Quantised(int size, double low, double high)
    {
      return low + Unsigned(size) * ((high - low) / (Math.Pow(256, size) - 1));
    }
    internal bool Bool()
    {
      byte value = U8();
      if (value > 1) throw Bad();
      return value == 1;
    }
    internal Id Id()
    {
      ulong high = U64();
      return new Id(high, U64());
    }
    internal string Text(int bytesMax)
    {
      int size = U8();
      if (size > bytesMax) throw Bad();
      return Encoding.UTF8.GetString(bytes, Take(size), size);
    }
    internal byte[] Blob()
    {
      int size = U16();
      var blob = new byte[size];
      System.Array.Copy(bytes, Take(size), blob, 0, size);
      return blob;
    }
    /// <summary>Reads the number of a value. `count` is the number of values.</summary>
    internal byte Value(int count)
    {
      byte value = U8();
      if (value >= count) throw Bad();
      return value;
    }
    internal T[] List<T>(Func<Reader, T> item)
    {
      int count = U16();
      // Each item has a byte at least. So a count without items costs nothing.
      if (count > bytes.Length - at) throw Bad();
      return Array(count, item);
    }
    internal T[] Array<T>(int count, Func<Reader, T> item)
    {
      var items = new T[count];
      for (int i = 0; i < count; ++i) items[i] = item(this);
      return items;
    }
    /// <summary>Remembers the mask of the fields that follow; Has() asks for its bits.</summary>
    internal byte Mask(byte mask) { lastMask = mask; return mask; }
    internal ushort Mask(ushort mask) { lastMask = mask; return mask; }
    internal uint Mask(uint mask) { lastMask = mask; return mask; }
    internal bool Has(int bit) { return (lastMask >> bit & 1) == 1; }
    internal void End()
    {
      if (at != bytes.Length) throw Bad();
    }

    private static DecodeException Bad() { return new DecodeException(DecodeError.BadPacket); }
    /// <summary>Returns where the next bytes begin.</summary>
    private int Take(int count)
    {
      if (bytes.Length - at < count) throw Bad();
      int from = at;
      at += count;
      return from;
    }
    private ulong Unsigned(int size)
    {
      int from = Take(size);
      ulong value = 0;
      for (int i = 0; i < size; ++i) value |= (ulong)bytes[from + i] << (8 * i);
      return value;
    }
  }

  // ---- Encoding

  internal sealed class Writer
  {
    private readonly List<byte> bytes = new List<byte> { 0, 0, 0, 0 };

    internal void U8(byte value) { bytes.Add(value); }
    internal void U16(ushort value) { Unsigned(value, 2); }
    internal void U32(uint value) { Unsigned(value, 4); }
    internal void U64(ulong value) { Unsigned(value, 8); }
    internal void I8(sbyte value) { U8(unchecked((byte)value)); }
    internal void I16(short value) { U16(unchecked((ushort)value)); }
    internal void I32(int value) { U32(unchecked((uint)value)); }
    internal void I64(long value) { U64(unchecked((ulong)value)); }
    internal void F32(float value)
    {
      if (float.IsNaN(value) || float.IsInfinity(value)) throw new ArgumentException("a float is " + value);
      U32(BitConverter.ToUInt32(BitConverter.GetBytes(value), 0));
    }
    internal void F64(double value)
    {
      I64(BitConverter.DoubleToInt64Bits(Finite(value)));
    }
    /// <summary>The nearest step. A value beyond the range becomes its end.</summary>
    internal void Quantised(double value, int size, double low, double high)
    {
      double part = (Math.Min(Math.Max(Finite(value), low), high) - low) / (high - low);
      Unsigned((ulong)Math.Floor(part * (Math.Pow(256, size) - 1) + 0.5), size);
    }
    internal void Bool(bool value) { U8(value ? (byte)1 : (byte)0); }
    internal void Id(Id value)
    {
      U64(value.high);
      U64(value.low);
    }
    internal void Text(string value, int bytesMax)
    {
      byte[] text = Encoding.UTF8.GetBytes(value ?? "");
      U8((byte)Checked(text.Length, bytesMax));
      bytes.AddRange(text);
    }
    internal void Blob(byte[] value)
    {
      U16((ushort)Checked(value == null ? 0 : value.Length, ushort.MaxValue));
      if (value != null) bytes.AddRange(value);
    }
    internal void Value(byte value, int count)
    {
      Checked(value, count - 1);
      U8(value);
    }
    internal void List<T>(T[] items, Action<Writer, T> item)
    {
      int count = items == null ? 0 : items.Length;
      U16((ushort)Checked(count, ushort.MaxValue));
      for (int i = 0; i < count; ++i) item(this, items[i]);
    }
    internal void Array<T>(T[] items, int count, Action<Writer, T> item)
    {
      if (items == null || items.Length != count) throw new ArgumentException("an array has not " + count + " items");
      foreach (T each in items) item(this, each);
    }
    internal byte[] Frame(ushort opcode)
    {
      byte[] frame = bytes.ToArray();
      Checked(frame.Length, ushort.MaxValue);
      frame[0] = (byte)frame.Length;
      frame[1] = (byte)(frame.Length >> 8);
      frame[2] = (byte)opcode;
      frame[3] = (byte)(opcode >> 8);
      return frame;
    }
    /// <summary>Returns the bytes without a header.</summary>
    internal byte[] Body() { return bytes.GetRange(4, bytes.Count - 4).ToArray(); }

    private static int Checked(int value, int max)
    {
      if (value > max) throw new ArgumentException(value + " is more than " + max);
      return value;
    }
    private static double Finite(double value)
    {
      if (double.IsNaN(value) || double.IsInfinity(value)) throw new ArgumentException("a double is " + value);
      return value;
    }
    private void Unsigned(ulong value, int size)
    {
      for (int i = 0; i < size; ++i) bytes.Add((byte)(value >> (8 * i)));
    }
  }
)cs";

/// Returns the name of a field: words of the language need an @.
std::string name_of_field(std::string_view name) {
  static constexpr std::array<std::string_view, 77> words = {
      "abstract",  "as",         "base",      "bool",     "break",    "byte",      "case",    "catch",
      "char",      "checked",    "class",     "const",    "continue", "decimal",   "default", "delegate",
      "do",        "double",     "else",      "enum",     "event",    "explicit",  "extern",  "false",
      "finally",   "fixed",      "float",     "for",      "foreach",  "goto",      "if",      "implicit",
      "in",        "int",        "interface", "internal", "is",       "lock",      "long",    "namespace",
      "new",       "null",       "object",    "operator", "out",      "override",  "params",  "private",
      "protected", "public",     "readonly",  "ref",      "return",   "sbyte",     "sealed",  "short",
      "sizeof",    "stackalloc", "static",    "string",   "struct",   "switch",    "this",    "throw",
      "true",      "try",        "typeof",    "uint",     "ulong",    "unchecked", "unsafe",  "ushort",
      "using",     "virtual",    "void",      "volatile", "while"};
  const std::string text = camel_case(name);
  return std::ranges::find(words, text) == words.end() ? text : "@" + text;
}

std::string type_of(const TypeInfo& type) {
  switch (type.kind) {
    case TypeKind::u8: return "byte";
    case TypeKind::u16: return "ushort";
    case TypeKind::u32: return "uint";
    case TypeKind::u64: return "ulong";
    case TypeKind::i8: return "sbyte";
    case TypeKind::i16: return "short";
    case TypeKind::i32: return "int";
    case TypeKind::i64: return "long";
    case TypeKind::f32: return "float";
    case TypeKind::f64:
    case TypeKind::quantised: return "double";
    case TypeKind::boolean: return "bool";
    case TypeKind::id: return "Id";
    case TypeKind::text: return "string";
    case TypeKind::blob: return "byte[]";
    case TypeKind::enumeration: return std::string(type.enumeration->name);
    case TypeKind::record: return std::string(type.record->name);
    case TypeKind::list:
    case TypeKind::array: return type_of(*type.item) + "[]";
  }
  return "";
}

bool is_reference(const TypeInfo& type) {
  return type.kind == TypeKind::text || type.kind == TypeKind::blob || type.kind == TypeKind::record ||
         type.item;
}

std::string range_of(const QuantisedInfo& info) {
  const int size = info.steps == TypeKind::u8 ? 1 : info.steps == TypeKind::u16 ? 2 : 4;
  return fmt::format("{}, {}, {}", size, info.low, info.high);
}

/// Returns an expression that reads a value from the reader `from`. `depth` makes names of nested lambdas.
std::string read_of(const TypeInfo& type, std::string_view from, int depth = 0) {
  const std::string next = fmt::format("from{}", depth + 1);
  const auto item_reader = [&] {
    return fmt::format("{} => {}", next, read_of(*type.item, next, depth + 1));
  };
  switch (type.kind) {
    case TypeKind::boolean: return fmt::format("{}.Bool()", from);
    case TypeKind::text: return fmt::format("{}.Text({})", from, type.count);
    case TypeKind::enumeration:
      return fmt::format("({}){}.Value({})", type.enumeration->name, from, type.enumeration->values.size());
    case TypeKind::quantised: return fmt::format("{}.Quantised({})", from, range_of(*type.quantised));
    case TypeKind::record: return fmt::format("{}.ReadFrom({})", type.record->name, from);
    case TypeKind::list: return fmt::format("{}.List({})", from, item_reader());
    case TypeKind::array: return fmt::format("{}.Array({}, {})", from, type.count, item_reader());
    default: return fmt::format("{}.{}()", from, pascal_case(name_of(type.kind)));
  }
}

/// Returns a statement that writes a value to the writer `to`.
std::string write_of(const TypeInfo& type, std::string_view value, std::string_view to, int depth = 0) {
  const std::string next = fmt::format("to{}", depth + 1);
  const std::string item = fmt::format("item{}", depth + 1);
  const auto item_writer = [&] {
    return fmt::format("({}, {}) => {}", next, item, write_of(*type.item, item, next, depth + 1));
  };
  switch (type.kind) {
    case TypeKind::boolean: return fmt::format("{}.Bool({})", to, value);
    case TypeKind::text: return fmt::format("{}.Text({}, {})", to, value, type.count);
    case TypeKind::enumeration:
      return fmt::format("{}.Value((byte){}, {})", to, value, type.enumeration->values.size());
    case TypeKind::quantised:
      return fmt::format("{}.Quantised({}, {})", to, value, range_of(*type.quantised));
    case TypeKind::record: return fmt::format("{}.WriteTo({})", value, to);
    case TypeKind::list: return fmt::format("{}.List({}, {})", to, value, item_writer());
    case TypeKind::array: return fmt::format("{}.Array({}, {}, {})", to, value, type.count, item_writer());
    default: return fmt::format("{}.{}({})", to, pascal_case(name_of(type.kind)), value);
  }
}

/// Returns a text for a comment of XML.
std::string escaped(std::string_view doc) {
  std::string text;
  for (const char c : doc) {
    if (c == '<')
      text += "&lt;";
    else if (c == '&')
      text += "&amp;";
    else
      text += c;
  }
  return text;
}

void add_summary(std::string& text, std::string_view indent, std::string_view doc) {
  if (!doc.empty())
    fmt::format_to(std::back_inserter(text), "{}/// <summary>{}</summary>\n", indent, escaped(doc));
}

void add_enumerations(std::string& text, const Protocol& protocol) {
  for (const EnumInfo* info : enumerations_of(protocol)) {
    text += "\n";
    add_summary(text, "  ", info->doc);
    fmt::format_to(std::back_inserter(text), "  public enum {} : byte\n  {{\n", info->name);
    for (std::size_t number = 0; number < info->values.size(); ++number) {
      add_summary(text, "    ", info->values[number].doc);
      fmt::format_to(std::back_inserter(text), "    {} = {},\n", pascal_case(info->values[number].name),
                     number);
    }
    text += "  }\n";
  }
}

/// Appends the class of a record or packet: its fields, and functions that read and write it.
void add_class(std::string& text, const RecordInfo& record, std::string_view bases) {
  text += "\n";
  add_summary(text, "  ", record.doc);
  fmt::format_to(std::back_inserter(text), "  public sealed class {}{}\n  {{\n", record.name, bases);
  for (const FieldInfo& field : record.fields) {
    add_summary(text, "    ", field.doc);
    const bool is_nullable = !field.is_always_there() && !is_reference(field.type);
    const bool has_value = field.is_always_there() && field.type.record;
    fmt::format_to(std::back_inserter(text), "    public {}{} {}{};\n", type_of(field.type),
                   is_nullable ? "?" : "", name_of_field(field.name),
                   has_value ? fmt::format(" = new {}()", type_of(field.type)) : "");
  }
  fmt::format_to(std::back_inserter(text),
                 "\n    internal static {0} ReadFrom(Reader from)\n    {{\n      var read = new {0}();\n",
                 record.name);
  for (const FieldInfo& field : record.fields) {
    std::string read = read_of(field.type, "from");
    if (is_mask(record, field)) read = fmt::format("from.Mask({})", read);
    const std::string check = field.is_always_there() ? "" : fmt::format("if (from.Has({})) ", field.bit);
    fmt::format_to(std::back_inserter(text), "      {}read.{} = {};\n", check, name_of_field(field.name),
                   read);
  }
  text += "      return read;\n    }\n    internal void WriteTo(Writer to)\n    {\n";
  for (const FieldInfo& field : record.fields) {
    const std::string name = "this." + name_of_field(field.name);
    const bool is_nullable = !field.is_always_there() && !is_reference(field.type);
    const std::string check = field.is_always_there() ? "" : fmt::format("if ({} != null) ", name);
    fmt::format_to(std::back_inserter(text), "      {}{};\n", check,
                   write_of(field.type, is_nullable ? name + ".Value" : name, "to"));
  }
  text += "    }\n";
}

/// Returns what a packet is to a receiver, such as " : IClientPacket".
std::string bases_of(const Protocol& protocol, const PacketInfo& packet) {
  const auto is_in = [&](std::span<const PacketInfo> packets) {
    return std::ranges::any_of(
        packets, [&](const PacketInfo& each) { return each.record.name == packet.record.name; });
  };
  if (is_in(protocol.client) && is_in(protocol.server)) return " : IClientPacket, IServerPacket";
  return is_in(protocol.client) ? " : IClientPacket" : " : IServerPacket";
}

void add_decoder(std::string& text, std::string_view sender, std::span<const PacketInfo> packets) {
  fmt::format_to(std::back_inserter(text), R"(
    /// <summary>Returns the packet that this whole frame holds.</summary>
    public static I{0}Packet Decode{0}Packet(byte[] frame)
    {{
      var from = new Reader(frame);
      if (frame.Length < FrameHeaderBytes || from.U16() != frame.Length) throw new DecodeException(DecodeError.BadFrameSize);
      I{0}Packet packet;
      switch (from.U16())
      {{
)",
                 sender);
  for (const PacketInfo& packet : packets)
    fmt::format_to(std::back_inserter(text), "        case {}: packet = {}.ReadFrom(from); break;\n",
                   packet.opcode, packet.record.name);
  text +=
      "        default: throw new DecodeException(DecodeError.UnknownOpcode);\n      }\n      from.End();\n"
      "      return packet;\n    }\n";
}

}  // namespace
}  // namespace csharp

std::string protocol_csharp(const Protocol& protocol) {
  using namespace csharp;
  std::string text(file_head);
  fmt::format_to(std::back_inserter(text), "namespace Madang.{}\n{{\n  // ---- Enumerations\n",
                 pascal_case(protocol.name));
  add_enumerations(text, protocol);
  text += "\n  // ---- Records\n";
  for (const RecordInfo* record : records_of(protocol)) {
    add_class(text, *record, "");
    text += "  }\n";
  }
  if (protocol.entry) {
    add_class(text, *protocol.entry, "");
    text +=
        "    /// <summary>Returns the bytes of Login.entry.</summary>\n    public byte[] Encode()\n    {\n"
        "      var to = new Writer();\n      WriteTo(to);\n      return to.Body();\n    }\n  }\n";
  }
  text +=
      "\n  // ---- Packets\n\n  /// <summary>A packet of a client.</summary>\n  public interface "
      "IClientPacket\n"
      "  {\n    /// <summary>Returns the packet as one whole frame.</summary>\n    byte[] Encode();\n  }\n"
      "\n  /// <summary>A packet of the server.</summary>\n  public interface IServerPacket\n"
      "  {\n    /// <summary>Returns the packet as one whole frame.</summary>\n    byte[] Encode();\n  }\n";
  for (const PacketInfo* packet : packets_of(protocol)) {
    add_class(text, packet->record, bases_of(protocol, *packet));
    fmt::format_to(std::back_inserter(text),
                   R"(    /// <summary>Returns the packet as one whole frame.</summary>
    public byte[] Encode()
    {{
      var to = new Writer();
      WriteTo(to);
      return to.Frame({});
    }}
  }}
)",
                   packet->opcode);
  }
  fmt::format_to(std::back_inserter(text), R"(
  public static class Protocol
  {{
    public const string Name = "{}";
    public const int DefaultPort = {};
    /// <summary>Names this version of the protocol{}.</summary>
    public const ulong SchemaHash = 0x{:016x};
    public const int FrameHeaderBytes = 4;
)",
                 protocol.name, protocol.default_port, protocol.entry ? "; it goes into Login" : "",
                 protocol.schema);
  add_decoder(text, "Client", protocol.client);
  add_decoder(text, "Server", protocol.server);
  text += "  }\n";
  text += machinery;
  text += "}\n";
  return text;
}

}  // namespace madang::wire
