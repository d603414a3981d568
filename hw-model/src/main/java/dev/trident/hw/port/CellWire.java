package dev.trident.hw.port;

import dev.trident.buffer.Packet;
import dev.trident.buffer.PacketPool;
import dev.trident.buffer.Slab;
import dev.trident.hw.nic.Carried;
import dev.trident.hw.nic.CellFeed;
import dev.trident.hw.nic.Frame;
import dev.trident.hw.nic.Nic;
import dev.trident.hw.nic.VirtualInterface;
import dev.trident.hw.nic.Wire;
import dev.trident.hw.nic.WireEnd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Joins an adapter with one virtual interface to a {@link CellPort}, which reads and writes the
 * stack's own cells. Frames in pieces, and those with a checksum to be computed, are gathered in
 * cells that this wire keeps for that. All frames are held until the port has read them.
 */
final class CellWire implements Wire, CellFeed {
  private static final int GATHER_CELLS = 64;

  private final CellPort port;
  private final PortWatch watch;
  private final Slab slab;
  private final List<Packet> gatherCells = new ArrayList<>();

  /** Offsets of gathering cells that are free. */
  private final int[] free = new int[GATHER_CELLS];

  private int freeCount;

  /** Of each frame that is held, in the order of sending: its gathering cell, or -1. */
  private final int[] held;

  private final int heldMask;
  private int heldFrom;
  private int heldTo;
  private long gatheredFrames;
  private boolean toldGone;

  private CellWire(CellPort port, PortWatch watch, PacketPool pool, int transmitSlots) {
    this.port = port;
    this.watch = watch;
    slab = pool.slab();
    held = new int[transmitSlots];
    heldMask = transmitSlots - 1;
    while (freeCount < GATHER_CELLS) {
      Packet cell = pool.allocateForReceive();
      if (cell == null) {
        break;
      }
      gatherCells.add(cell);
      free[freeCount++] = cell.base();
    }
  }

  /** The port takes the memory last of what may fail, and the adapter sends only after that. */
  static CellWire plug(CellPort port, Nic nic, PortWatch watch) {
    VirtualInterface only = nic.defaultInterface();
    if (only == null || nic.isPlugged() || nic.openInterfaces().size() != 1) {
      throw new IllegalStateException(
          "%s must have no wire and the default stack alone, so that %s can work in its cells"
              .formatted(nic, port));
    }
    CellWire wire = new CellWire(port, watch, only.pool(), only.transmitSlots());
    try {
      port.attach(only.pool().slab());
    } catch (IOException e) {
      wire.releaseCells();
      throw new UncheckedIOException(e);
    }
    nic.plug(wire);
    nic.feedCells(wire);
    return wire;
  }

  // ---- sending ------------------------------------------------------------------------------

  @Override
  public Carried carry(WireEnd from, Frame frame) {
    int length = frame.totalBytes();
    if (frame.isPlain() && isInOneCell(frame.slab(), frame.offset(), length)) {
      return hold(port.sendCell(frame.offset(), length), -1);
    }
    if (freeCount == 0) {
      return Carried.REFUSED;
    }
    int cell = free[freeCount - 1];
    frame.copyTo(slab, cell);
    if (!port.sendCell(cell, length)) {
      return Carried.REFUSED;
    }
    freeCount--;
    gatheredFrames++;
    return hold(true, cell);
  }

  private boolean isInOneCell(Slab memory, int offset, int length) {
    return memory.equals(slab) && (offset & (Packet.CELL_BYTES - 1)) + length <= Packet.CELL_BYTES;
  }

  private Carried hold(boolean sent, int gathered) {
    if (!sent) {
      return Carried.REFUSED;
    }
    held[heldTo++ & heldMask] = gathered;
    return Carried.HELD;
  }

  @Override
  public void flush() {
    port.flush();
  }

  @Override
  public int takeCompleted() {
    int completed = port.takeCompleted();
    for (int i = 0; i < completed; i++) {
      int gathered = held[heldFrom++ & heldMask];
      if (gathered >= 0) {
        free[freeCount++] = gathered;
      }
    }
    return completed;
  }

  /** Frames that were copied on their way out. */
  long gatheredFrames() {
    return gatheredFrames;
  }

  // ---- receiving ----------------------------------------------------------------------------

  @Override
  public boolean post(Packet cell) {
    return port.post(cell);
  }

  @Override
  public void endPosting() {
    port.endPosting();
  }

  @Override
  public int receiveCell() {
    int start = port.receiveCell();
    if (start == NONE && !toldGone && port.isGone()) {
      toldGone = true;
      watch.onChange(port, PortWatch.State.GONE);
    }
    return start;
  }

  @Override
  public int receivedBytes() {
    return port.receivedBytes();
  }

  @Override
  public void stop() {
    port.stop();
    releaseCells();
  }

  private void releaseCells() {
    gatherCells.forEach(Packet::release);
    gatherCells.clear();
    freeCount = 0;
  }
}
