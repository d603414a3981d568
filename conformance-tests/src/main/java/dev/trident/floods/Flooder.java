package dev.trident.floods;

import dev.trident.buffer.Slab;
import dev.trident.hw.nic.Carried;
import dev.trident.hw.nic.Frame;
import dev.trident.hw.nic.Wire;
import dev.trident.hw.nic.WireEnd;
import dev.trident.wire.TcpHeader;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The end of a wire that floods. He is a neighbour who answers ARP for every address but those of
 * the others, so that what the victim sends to made-up sources leaves it, and he can open one
 * connection.
 */
final class Flooder implements WireEnd, AutoCloseable {
  private static final int FIRST_SEQ = 1_000;
  private static final int ETHERNET_TYPE = 12;
  private static final int TYPE_ARP = 0x0806;
  private static final int PROTOCOL = 23;
  private static final int TCP_PORTS = 34;
  private static final int TCP_SEQ = 38;
  private static final int TCP_FLAGS = 47;

  private final Slab slab = new Slab(4_096);
  private final Frame view = new Frame(null);
  private final FloodFrames frames;
  private final int ownGateway;
  private @Nullable Wire wire;
  private boolean opening;
  private boolean open;
  private int seq = FIRST_SEQ;
  private int ack;
  private long sent;

  /**
   * @param gateway the address that he answers for besides his own
   */
  Flooder(long victimMac, int gateway, long seed) {
    frames = new FloodFrames(slab, victimMac, seed);
    ownGateway = gateway;
  }

  @Override
  public void plug(Wire newWire) {
    wire = newWire;
  }

  @Override
  public void deliver(Frame frame) {
    Slab from = frame.slab();
    int at = frame.offset();
    if (frame.headBytes() < 42) {
      return;
    }
    int type = from.getUnsignedShort(at + ETHERNET_TYPE);
    if (type == TYPE_ARP && from.getUnsignedShort(at + 20) == 1) {
      onQuestion(from.getLong(at + 22) >>> 16, from.getInt(at + 28), from.getInt(at + 38));
    } else if (opening
        && frame.headBytes() >= 54
        && from.getByte(at + PROTOCOL) == 6
        && from.getInt(at + TCP_PORTS) == ((FloodFrames.PORT << 16) | FloodFrames.OWN_PORT)
        && (from.getByte(at + TCP_FLAGS) & 0x3f) == (TcpHeader.SYN | TcpHeader.ACK)) {
      opening = false;
      open = true;
      seq++;
      ack = from.getInt(at + TCP_SEQ) + 1;
      put(frames.segment(FloodFrames.FLOODER, FloodFrames.OWN_PORT, seq, ack, TcpHeader.ACK, 0));
    }
  }

  private void onQuestion(long mac, int asker, int asked) {
    if (asked == FloodFrames.FLOODER || asked == ownGateway) {
      put(frames.arpReply(mac, asker, asked));
    }
  }

  /** Tells everybody where he is. */
  void sayHello() {
    put(frames.arp(FloodFrames.FLOODER & 0xff));
  }

  /** Begins to open the connection that some floods need. */
  void connect() {
    opening = true;
    put(frames.segment(FloodFrames.FLOODER, FloodFrames.OWN_PORT, seq, 0, TcpHeader.SYN, 0));
  }

  boolean isOpen() {
    return open;
  }

  /** Sends the next frame of a flood. */
  void flood(Flood flood) {
    put(frames.write(flood, sent++, seq, ack));
  }

  /** Makes the next frame of a flood, and sends it nowhere: what making it costs. */
  void makeOnly(Flood flood) {
    frames.write(flood, sent++, seq, ack);
  }

  /** Sends the next full segment in order. */
  void sendUseful() {
    put(frames.useful(seq, ack));
    seq += FloodFrames.MSS;
  }

  /** As {@link #makeOnly}, of a full segment. */
  void makeOnlyUseful() {
    frames.useful(seq, ack);
  }

  private void put(int length) {
    Carried carried = Objects.requireNonNull(wire).carry(this, view.wrap(slab, 0, length));
    assert carried != Carried.HELD : "only an adapter's frames are held";
  }

  @Override
  public void close() {
    slab.close();
  }
}
