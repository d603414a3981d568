package dev.trident.testkit;

import com.google.common.base.Joiner;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** IGMP messages and frames as byte arrays, made and read without any code of the engine. */
public final class IgmpFrames {
  public static final int IGMP_PROTOCOL = 2;
  public static final int ALL_HOSTS = 0xe0000001;
  private static final byte[] ROUTER_ALERT = {(byte) 0x94, 4, 0, 0};
  private static final String[] RECORDS = {
    "?", "IS_IN", "IS_EX", "TO_IN", "TO_EX", "ALLOW", "BLOCK"
  };

  private IgmpFrames() {}

  // ---- making -----------------------------------------------------------------------------------

  /** A message of 8 bytes. */
  public static byte[] message(int type, int code, int group) {
    return withChecksum(
        ByteBuffer.allocate(8)
            .put((byte) type)
            .put((byte) code)
            .putShort((short) 0)
            .putInt(group)
            .array());
  }

  /** A query of version 3 with the usual robustness and interval. */
  public static byte[] queryV3(int code, int group, int... sources) {
    ByteBuffer query =
        ByteBuffer.allocate(12 + 4 * sources.length)
            .put((byte) 0x11)
            .put((byte) code)
            .putShort((short) 0)
            .putInt(group)
            .put((byte) 2)
            .put((byte) 125)
            .putShort((short) sources.length);
    for (int source : sources) {
      query.putInt(source);
    }
    return withChecksum(query.array());
  }

  /** Recomputes the checksum in place. */
  public static byte[] withChecksum(byte[] message) {
    Frames.putShort(message, 2, 0);
    Frames.putShort(message, 2, Frames.checksum(message, 0, message.length, 0));
    return message;
  }

  /** A frame with a datagram that has TTL 1 and Router Alert. */
  public static byte[] frame(int source, int destination, byte[] message) {
    byte[] datagram = Frames.ipv4(source, destination, IGMP_PROTOCOL, ROUTER_ALERT, 0, message);
    datagram[8] = 1;
    Frames.withIpv4Checksum(datagram);
    long mac = 0x0100_5e00_0000L | (destination & 0x7f_ffff);
    return Frames.ethernet(mac, StackHarness.PEER_MAC, Frames.IPV4, datagram);
  }

  // ---- reading ----------------------------------------------------------------------------------

  /**
   * What a frame says, as "destination: v2 group", "destination: leave group" or "destination: v3
   * RECORD group sources, ...". Everything that must always hold is asserted.
   */
  public static String read(byte[] frame) {
    byte[] datagram = Frames.datagram(frame);
    int destination = Frames.getInt(datagram, 16);
    check(
        Frames.getMac(frame, 0) == (0x0100_5e00_0000L | (destination & 0x7f_ffff)), "MAC address");
    check(Frames.getByte(datagram, 0) == 0x46, "header of 24 bytes");
    check(Frames.getByte(datagram, 1) == 0xc0, "TOS 0xc0");
    check(Frames.getByte(datagram, 8) == 1, "TTL 1");
    check(Frames.getByte(datagram, 9) == IGMP_PROTOCOL, "protocol IGMP");
    check(Frames.getInt(datagram, 20) == 0x94040000, "Router Alert");
    check(Frames.checksum(datagram, 0, 24, 0) == 0, "header checksum");
    byte[] message = Frames.data(datagram);
    check(Frames.checksum(message, 0, message.length, 0) == 0, "checksum of the message");
    String to = Frames.dotted(destination) + ": ";
    int type = Frames.getByte(message, 0);
    return to
        + switch (type) {
          case 0x12 -> "v1 " + group(message);
          case 0x16 -> "v2 " + group(message);
          case 0x17 -> "leave " + group(message);
          case 0x22 -> "v3 " + Joiner.on(", ").join(records(message));
          default -> throw new AssertionError("message of type " + type);
        };
  }

  private static String group(byte[] message) {
    check(message.length == 8, "8 bytes");
    check(Frames.getByte(message, 1) == 0, "zero where a query has its response time");
    return Frames.dotted(Frames.getInt(message, 4));
  }

  private static List<String> records(byte[] message) {
    List<String> records = new ArrayList<>();
    int at = 8;
    for (int left = Frames.getShort(message, 6); left > 0; left--) {
      StringBuilder record = new StringBuilder(RECORDS[Frames.getByte(message, at)]);
      record.append(' ').append(Frames.dotted(Frames.getInt(message, at + 4)));
      int sources = Frames.getShort(message, at + 2);
      at += 8;
      for (int i = 0; i < sources; i++, at += 4) {
        record.append(' ').append(Frames.dotted(Frames.getInt(message, at)));
      }
      records.add(record.toString());
    }
    check(at == message.length, "a message that ends with its last record");
    return records;
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("expected " + what);
    }
  }
}
