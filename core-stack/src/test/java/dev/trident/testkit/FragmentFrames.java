package dev.trident.testkit;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Fragments as byte arrays, made and joined without any code of the engine. */
public final class FragmentFrames {
  private static final int MORE = 0x2000;
  private static final int HEADER = 20;

  private FragmentFrames() {}

  /** A part of the data of a datagram. */
  public record Part(int offset, int length, boolean more) {}

  /** The fragment with {@code data} at {@code offset} of the datagram {@code id}, as a datagram. */
  public static byte[] fragment(
      int source, int destination, int protocol, int id, int offset, boolean more, byte[] data) {
    int flags = (more ? MORE : 0) | offset / 8;
    byte[] datagram = Frames.ipv4(source, destination, protocol, new byte[0], flags, data);
    Frames.putShort(datagram, 4, id);
    return Frames.withIpv4Checksum(datagram);
  }

  /** Cuts in parts of {@code each} bytes, a multiple of 8. */
  public static List<Part> cut(int total, int each) {
    List<Part> parts = new ArrayList<>();
    for (int offset = 0; offset < total; offset += each) {
      int length = Math.min(each, total - offset);
      parts.add(new Part(offset, length, offset + length < total));
    }
    return parts;
  }

  /** Cuts at random places, which are multiples of 8; no part is longer than {@code most}. */
  public static List<Part> cutAtRandom(int total, int most, Random random) {
    List<Part> parts = new ArrayList<>();
    for (int offset = 0; offset < total; ) {
      int length = Math.min(8 * (1 + random.nextInt(most / 8)), total - offset);
      parts.add(new Part(offset, length, offset + length < total));
      offset += length;
    }
    return parts;
  }

  /**
   * Joins the fragments of one datagram, in frames in the order of their offsets, after checking
   * what RFC 791 wants of each: one datagram without fragments.
   */
  public static byte[] join(List<byte[]> frames, int mtu) {
    byte[] first = Frames.datagram(frames.getFirst());
    ByteBuffer data = ByteBuffer.allocate(65_536);
    for (int i = 0; i < frames.size(); i++) {
      byte[] datagram = Frames.datagram(frames.get(i));
      boolean isLast = i == frames.size() - 1;
      require(datagram.length <= mtu, "fragment of " + datagram.length);
      require(Frames.getByte(datagram, 0) == 0x45, "options");
      require(Frames.getShort(datagram, 4) == Frames.getShort(first, 4), "identification");
      require(Frames.getInt(datagram, 8) >>> 16 == Frames.getInt(first, 8) >>> 16, "protocol");
      require(Frames.getInt(datagram, 12) == Frames.getInt(first, 12), "source");
      require(Frames.getInt(datagram, 16) == Frames.getInt(first, 16), "destination");
      int flags = Frames.getShort(datagram, 6);
      require((flags & 0xe000) == (isLast ? 0 : MORE), "flags " + Integer.toHexString(flags));
      require((flags & 0x1fff) * 8 == data.position(), "offset");
      require(isLast || (datagram.length - HEADER) % 8 == 0, "length " + datagram.length);
      data.put(Frames.data(datagram));
    }
    byte[] all = new byte[data.position()];
    data.flip().get(all);
    byte[] header = new byte[HEADER];
    System.arraycopy(first, 0, header, 0, HEADER);
    byte[] whole = Frames.concat(header, all);
    Frames.putShort(whole, 2, whole.length);
    Frames.putShort(whole, 6, 0);
    return Frames.withIpv4Checksum(whole);
  }

  private static void require(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError("bad fragment: " + what);
    }
  }
}
