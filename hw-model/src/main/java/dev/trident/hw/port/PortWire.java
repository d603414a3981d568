package dev.trident.hw.port;

import dev.trident.buffer.Packet;
import dev.trident.buffer.Slab;
import dev.trident.hw.nic.Carried;
import dev.trident.hw.nic.Frame;
import dev.trident.hw.nic.Nic;
import dev.trident.hw.nic.Wire;
import dev.trident.hw.nic.WireEnd;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;

/**
 * Joins an adapter to a {@link Port}. Frames are received straight into posted cells; a frame in
 * pieces, or one with a checksum to be computed, goes through a scratch cell on its way out.
 */
public final class PortWire implements Wire {
  private final Port port;
  private final Slab scratch = new Slab(Packet.CELL_BYTES, Arena.ofAuto());
  private final boolean locking;

  private PortWire(Port port, boolean locking) {
    this.port = port;
    this.locking = locking;
  }

  /**
   * Plugs {@code nic} into {@code port}; one that wants to work in the stack's cells does.
   *
   * @param watch told when the other end goes or comes
   * @throws IllegalStateException if the adapter has a wire already
   * @throws IllegalArgumentException if the port wants another hardware address
   * @throws UncheckedIOException if the operating system refuses the stack's memory to the port
   */
  public static Wire plug(Port port, Nic nic, PortWatch watch) {
    if (port.mac() != Port.ANY_MAC && port.mac() != nic.mac()) {
      throw new IllegalArgumentException(
          "port wants hardware address %012x, %s has %012x"
              .formatted(port.mac(), nic.name(), nic.mac()));
    }
    if (port instanceof CellPort cells && cells.wantsCells()) {
      return CellWire.plug(cells, nic, watch);
    }
    PortWire wire = new PortWire(port, nic.isConcurrent());
    nic.plug(wire);
    nic.feed(new WatchedPort(port, watch)::receive);
    return wire;
  }

  /** Several stacks of a driven host may send at the same time; a port wants one at a time. */
  @Override
  public Carried carry(WireEnd from, Frame frame) {
    if (locking) {
      synchronized (this) {
        return send(frame);
      }
    }
    return send(frame);
  }

  @Override
  public void flush() {
    if (locking) {
      synchronized (this) {
        port.flush();
      }
    } else {
      port.flush();
    }
  }

  private Carried send(Frame frame) {
    boolean sent;
    if (frame.isPlain()) {
      sent = port.send(frame.slab(), frame.offset(), frame.totalBytes());
    } else {
      frame.copyTo(scratch, 0);
      sent = port.send(scratch, 0, frame.totalBytes());
    }
    return sent ? Carried.READ : Carried.REFUSED;
  }
}
