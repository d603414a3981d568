package dev.trident.hw.port;

import dev.trident.buffer.Packet;
import dev.trident.buffer.Slab;
import dev.trident.hw.nic.Frame;
import dev.trident.hw.nic.Wire;
import dev.trident.hw.nic.WireEnd;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/**
 * Where a link leaves this JVM by a {@link Port}: what comes out of the link goes into the port,
 * and what the port receives is put into the link. Made by {@code Fabric.outlet}, which polls it.
 */
public final class PortEnd implements WireEnd {
  /** Frames fetched at a time, so that a flood outside cannot hold up the hosts. */
  private static final int BATCH = 64;

  private final Port port;
  private final WatchedPort watched;
  private final Slab scratch = new Slab(Packet.CELL_BYTES, Arena.ofAuto());
  private final Frame view = new Frame(null);
  private @Nullable Wire wire;
  private boolean unflushed;
  private long lostFrames;

  /**
   * An end at {@code port}, which stays its maker's.
   *
   * @param watch told when the other end goes or comes
   */
  public PortEnd(Port port, PortWatch watch) {
    this.port = port;
    watched = new WatchedPort(port, watch);
  }

  @Override
  public void plug(Wire newWire) {
    if (wire != null) {
      throw new IllegalStateException("the end at " + port + " has a wire already");
    }
    wire = newWire;
  }

  /** The link has let go of the frame: if the port takes nothing at present, it is lost. */
  @Override
  public void deliver(Frame frame) {
    boolean sent;
    if (frame.isPlain()) {
      sent = port.send(frame.slab(), frame.offset(), frame.totalBytes());
    } else {
      frame.copyTo(scratch, 0);
      sent = port.send(scratch, 0, frame.totalBytes());
    }
    if (sent) {
      unflushed = true;
    } else {
      lostFrames++;
    }
  }

  /** Puts what the port has received into the link; returns how many frames, at most 64. */
  public int poll() {
    if (unflushed) {
      unflushed = false;
      port.flush();
    }
    Wire plugged = wire;
    if (plugged == null || watched.isGone()) {
      return 0;
    }
    int taken = 0;
    while (taken < BATCH) {
      int length = watched.receive(scratch, 0, Packet.CELL_BYTES);
      if (length <= 0) {
        break;
      }
      taken++;
      if (length > Packet.CELL_BYTES) {
        lostFrames++;
      } else {
        plugged.carry(this, view.wrap(scratch, 0, length));
      }
    }
    return taken;
  }

  /** The port that this end is at. */
  public Port port() {
    return port;
  }

  /** Frames that the port did not take, or that were longer than any frame here. */
  public long lostFrames() {
    return lostFrames;
  }
}
