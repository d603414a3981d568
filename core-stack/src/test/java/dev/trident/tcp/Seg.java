package dev.trident.tcp;

import dev.trident.buffer.Slab;
import dev.trident.wire.InternetChecksum;
import dev.trident.wire.Ipv4Header;
import dev.trident.wire.TcpHeader;
import dev.trident.wire.TcpOptions;
import java.util.ArrayList;
import java.util.List;

/**
 * A segment in a script: what a peer sends, or expects. Sequence numbers are relative to the
 * initial ones. In an expectation, what is not said is not compared.
 */
final class Seg {
  static final int ANY = Integer.MIN_VALUE;

  int flags;
  int seq = ANY;
  int ack = ANY;
  int wnd = ANY;
  int mss = ANY;
  int scale = ANY;
  int length = ANY;
  int urgentPointer = ANY;

  /** Of a segment that was received: its timestamps, and whether it has any. */
  boolean hasTimestamps;

  int tsVal;
  int tsEcr;

  byte[] data = {};
  byte[] rawOptions = {};

  private Seg(int flags) {
    this.flags = flags;
  }

  static Seg syn() {
    return new Seg(TcpHeader.SYN);
  }

  static Seg synAck() {
    return new Seg(TcpHeader.SYN | TcpHeader.ACK);
  }

  static Seg ack() {
    return new Seg(TcpHeader.ACK);
  }

  static Seg psh() {
    return new Seg(TcpHeader.ACK | TcpHeader.PSH);
  }

  static Seg fin() {
    return new Seg(TcpHeader.ACK | TcpHeader.FIN);
  }

  static Seg rst() {
    return new Seg(TcpHeader.RST);
  }

  static Seg rstAck() {
    return new Seg(TcpHeader.RST | TcpHeader.ACK);
  }

  static Seg flags(int flags) {
    return new Seg(flags);
  }

  Seg and(int more) {
    flags |= more;
    return this;
  }

  Seg seq(int value) {
    seq = value;
    return this;
  }

  Seg ack(int value) {
    ack = value;
    return this;
  }

  Seg wnd(int value) {
    wnd = value;
    return this;
  }

  Seg mss(int value) {
    mss = value;
    return this;
  }

  Seg scale(int value) {
    scale = value;
    return this;
  }

  /** With URG and that pointer. */
  Seg urgent(int pointer) {
    urgentPointer = pointer;
    return and(TcpHeader.URG);
  }

  Seg data(String text) {
    return data(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
  }

  Seg data(byte[] bytes) {
    data = bytes;
    length = bytes.length;
    return this;
  }

  /** Payload of that length, of whatever contents when expected. */
  Seg length(int bytes) {
    length = bytes;
    return this;
  }

  Seg options(int... bytes) {
    rawOptions = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      rawOptions[i] = (byte) bytes[i];
    }
    return this;
  }

  /** The bytes on the wire, with absolute numbers and the right checksum. */
  byte[] encode(
      int source, int destination, int sourcePort, int destinationPort, int seqBase, int ackBase) {
    byte[] payload = data.length == 0 && length > 0 ? new byte[length] : data;
    int optionBytes =
        rawOptions.length + (mss == ANY ? 0 : TcpOptions.MSS_BYTES) + (scale == ANY ? 0 : 4);
    int headerBytes = TcpHeader.BYTES + (optionBytes + 3) / 4 * 4;
    byte[] bytes = new byte[headerBytes + payload.length];
    Slab slab = new Slab(bytes.length);
    slab.copyFrom(payload, 0, headerBytes, payload.length);
    int at = TcpHeader.BYTES;
    if (mss != ANY) {
      at = TcpOptions.writeMss(slab, at, mss);
    }
    if (scale != ANY) {
      at = TcpOptions.writeWindowScale(slab, at, scale);
    }
    slab.copyFrom(rawOptions, 0, at, rawOptions.length);
    TcpHeader header = new TcpHeader(slab).wrap(0);
    header.write(
        sourcePort << 16 | destinationPort,
        seqBase + (seq == ANY ? 0 : seq),
        (flags & TcpHeader.ACK) == 0 ? 0 : ackBase + (ack == ANY ? 0 : ack),
        headerBytes,
        flags,
        wnd == ANY ? 65_535 : wnd,
        urgentPointer == ANY ? 0 : urgentPointer);
    header.checksum(
        InternetChecksum.complement(
            InternetChecksum.pseudoHeader(
                    source, destination, Ipv4Header.PROTOCOL_TCP, bytes.length)
                + InternetChecksum.sum(slab, 0, bytes.length)));
    slab.copyTo(0, bytes, 0, bytes.length);
    slab.close();
    return bytes;
  }

  /** Every difference between this expectation and a segment with numbers made relative. */
  List<String> differences(Seg actual) {
    List<String> found = new ArrayList<>();
    compare(found, "flags", flags, actual.flags);
    compare(found, "seq", seq, actual.seq);
    compare(found, "ack", ack, actual.ack);
    compare(found, "wnd", wnd, actual.wnd);
    compare(found, "mss", mss, actual.mss);
    compare(found, "scale", scale, actual.scale);
    compare(found, "length", length, actual.length);
    compare(found, "urgent pointer", urgentPointer, actual.urgentPointer);
    if (data.length > 0 && !java.util.Arrays.equals(data, actual.data)) {
      found.add("data");
    }
    return found;
  }

  private static void compare(List<String> found, String name, int wanted, int actual) {
    if (wanted != ANY && wanted != actual) {
      found.add(name + " " + actual + " instead of " + wanted);
    }
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    String names = "FSRPAUEC";
    for (int bit = 0; bit < 8; bit++) {
      if ((flags & 1 << bit) != 0) {
        text.append(names.charAt(bit));
      }
    }
    return text
        + " seq "
        + show(seq)
        + " ack "
        + show(ack)
        + " wnd "
        + show(wnd)
        + " length "
        + show(length);
  }

  private static String show(int value) {
    return value == ANY ? "any" : Integer.toString(value);
  }
}
