package dev.trident.apps.bench;

import dev.trident.buffer.Packet;
import dev.trident.buffer.PacketPool;
import dev.trident.hw.nic.FrameHandler;
import dev.trident.link.NetworkDevice;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The least that can be between two engines: a frame is copied into a cell of the peer, which finds
 * it in its next poll. No rings, no filters, no counters; whoever overruns it gets an exception.
 */
final class BenchDevice implements NetworkDevice {
  private static final int SLOTS = 16;

  private final PacketPool pool;
  private final FrameHandler handler;
  private final Packet[] arrived = new Packet[SLOTS];
  private final Packet[] sent = new Packet[SLOTS];
  private int arrivedCount;
  private int sentCount;
  private @Nullable BenchDevice peer;

  BenchDevice(PacketPool pool, FrameHandler handler) {
    this.pool = pool;
    this.handler = handler;
  }

  static void join(BenchDevice a, BenchDevice b) {
    a.peer = b;
    b.peer = a;
  }

  @Override
  public boolean transmit(Packet frame, int queue) {
    Objects.requireNonNull(peer).deliver(frame);
    frame.holdForDevice();
    sent[sentCount++] = frame;
    return true;
  }

  private void deliver(Packet frame) {
    Packet cell = Objects.requireNonNull(pool.allocateForReceive());
    int start = cell.base() + Packet.RECEIVE_HEADROOM_BYTES;
    frame.slab().copyTo(frame.offset(), pool.slab(), start, frame.length());
    cell.setRange(start, frame.length());
    arrived[arrivedCount++] = cell;
  }

  /** Hands what has arrived to the engine, and completes what it has sent. */
  void poll(long nowNanos) {
    for (int i = 0; i < arrivedCount; i++) {
      handler.onFrame(arrived[i], 0, nowNanos);
    }
    arrivedCount = 0;
    for (int i = 0; i < sentCount; i++) {
      sent[i].completeByDevice();
    }
    sentCount = 0;
  }
}
