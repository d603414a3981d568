package dev.trident.hw.host;

import dev.trident.buffer.Packet;
import dev.trident.hw.filter.FlowKey;
import dev.trident.hw.nic.FrameHandler;
import dev.trident.link.NetInterface;
import dev.trident.stack.NetworkStack;
import dev.trident.trace.DropReason;
import org.jspecify.annotations.Nullable;

/**
 * Joins one virtual interface to its stack: frames go to the engine with the interface they came
 * by. The default stack is spared frames for ports of TCPDirect stacks, which it would answer.
 */
final class HostInterface implements FrameHandler {
  private final NetworkStack stack;

  /** Asked for each frame of a default stack; null for others. */
  private final @Nullable HostPorts guard;

  private final FlowKey key = new FlowKey();
  private @Nullable NetInterface netInterface;

  HostInterface(NetworkStack stack, @Nullable HostPorts guard) {
    this.stack = stack;
    this.guard = guard;
  }

  /** Set once, before the first poll: the device is made before the interface that wraps it. */
  void netInterface(NetInterface made) {
    netInterface = made;
  }

  @Override
  public void onFrame(Packet frame, int flowHint, long nowNanos) {
    NetInterface in = netInterface;
    if (in == null) {
      throw new IllegalStateException("frame before the interface is set up");
    }
    if (guard != null && guard.hasDirectPorts() && isReserved(frame, guard)) {
      stack.counters().drop(DropReason.RESERVED_PORT);
      frame.release();
      return;
    }
    stack.receive(frame, in, flowHint, nowNanos);
  }

  /**
   * First fragments count: without them the datagram is never put together, hence never answered.
   * What is for a group is never answered, and a port of a group is shared by all its members.
   */
  private boolean isReserved(Packet frame, HostPorts ports) {
    return key.parse(frame.slab(), frame.offset(), frame.length())
        && !key.isMulticast()
        && ports.belongsToDirectStack(key.protocol(), key.localAddress(), key.localPort());
  }

  @Override
  public void onDrained(long nowNanos) {
    stack.onDeviceDrained(nowNanos);
  }
}
