package dev.trident.security;

import dev.trident.buffer.Packet;
import dev.trident.buffer.Slab;
import dev.trident.hw.nic.Frame;
import dev.trident.hw.nic.Wire;
import dev.trident.hw.nic.WireEnd;
import dev.trident.testkit.Frames;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The other end of a victim's wire: puts any bytes on it, and keeps what comes out. */
final class Attacker implements WireEnd, AutoCloseable {
  static final int ADDRESS = 0x0a000002;
  static final long MAC = 0x0200_0000_0002L;

  /** Longer than any frame that a wire carries, so that a test may try one too long. */
  private static final int ROOM_BYTES = 4 * Packet.CELL_BYTES;

  private final Slab slab = new Slab(2 * ROOM_BYTES);
  private final Frame view = new Frame(null);
  private final List<byte[]> caught = new ArrayList<>();
  private @Nullable Wire wire;

  @Override
  public void plug(Wire newWire) {
    wire = newWire;
  }

  @Override
  public void deliver(Frame frame) {
    byte[] bytes = new byte[frame.totalBytes()];
    frame.copyTo(slab, ROOM_BYTES);
    slab.copyTo(ROOM_BYTES, bytes, 0, bytes.length);
    if (!answersArp(bytes)) {
      caught.add(bytes);
    }
  }

  /** An attacker is also a decent neighbour: who asks for its hardware address is told. */
  private boolean answersArp(byte[] frame) {
    if (Frames.etherType(frame) != Frames.ARP
        || Frames.getShort(frame, 20) != 1
        || Frames.getInt(frame, 38) != ADDRESS) {
      return false;
    }
    long asker = Frames.getMac(frame, 22);
    byte[] reply = Frames.arp(2, MAC, ADDRESS, asker, Frames.getInt(frame, 28));
    send(Frames.ethernet(asker, MAC, Frames.ARP, reply));
    return true;
  }

  /** Puts a frame on the wire, whatever it is. */
  void send(byte[] frame) {
    slab.copyFrom(frame, 0, 0, frame.length);
    Objects.requireNonNull(wire, "no wire").carry(this, view.wrap(slab, 0, frame.length));
  }

  /** Everything that has come since the last call. */
  List<byte[]> take() {
    List<byte[]> taken = List.copyOf(caught);
    caught.clear();
    return taken;
  }

  @Override
  public void close() {
    slab.close();
  }
}
