package dev.trident.interop;

import com.google.common.util.concurrent.Uninterruptibles;
import dev.trident.buffer.Slab;
import dev.trident.hw.port.Port;
import dev.trident.hw.port.Sleeper;
import dev.trident.time.Deadline;

/**
 * The least that answers ping: ARP and ICMP echo by rewriting the request in place, without the
 * engine, so that a port can be tested alone. It runs on a thread of its own until it is closed.
 */
final class FrameResponder implements AutoCloseable {
  private static final int CAPACITY_BYTES = 2048;
  private static final int ARP = 0x0806;
  private static final int IPV4 = 0x0800;
  private static final int ICMP = 1;
  private static final int ICMP_ECHO_REQUEST = 8;

  private final Port port;
  private final long mac;
  private final int address;
  private final Slab slab = new Slab(2 * CAPACITY_BYTES);
  private final Sleeper sleeper = new Sleeper();
  private final Thread thread;
  private volatile boolean stopped;
  private volatile boolean gone;

  FrameResponder(Port port, long mac, int address) {
    this.port = port;
    this.mac = mac;
    this.address = address;
    sleeper.add(port);
    thread = Thread.ofPlatform().name("frame responder").start(this::run);
  }

  boolean isRunning() {
    return thread.isAlive();
  }

  /** Whether the port said that its wire has gone. */
  boolean sawWireGone() throws InterruptedException {
    thread.join(10_000);
    return gone;
  }

  private void run() {
    while (!stopped && !gone) {
      int length = port.receive(slab, 0, CAPACITY_BYTES);
      if (length == Port.GONE) {
        gone = true;
      } else if (length == 0) {
        sleeper.sleep(Deadline.NEVER);
      } else if (answer()) {
        port.send(slab, 0, length);
        port.flush();
      }
    }
  }

  private boolean answer() {
    return switch (slab.getUnsignedShort(12)) {
      case ARP -> answerArp();
      case IPV4 -> answerEcho();
      default -> false;
    };
  }

  private boolean answerArp() {
    if (slab.getUnsignedShort(20) != 1 || slab.getInt(38) != address) {
      return false;
    }
    toSender();
    slab.putShort(20, 2);
    slab.copy(22, 32, 10);
    putMac(22);
    slab.putInt(28, address);
    return true;
  }

  private boolean answerEcho() {
    if (slab.getUnsignedByte(23) != ICMP
        || slab.getInt(30) != address
        || slab.getUnsignedByte(34) != ICMP_ECHO_REQUEST) {
      return false;
    }
    toSender();
    slab.copy(26, 30, 4);
    slab.putInt(26, address);
    slab.putByte(34, 0);
    // RFC 1624: type 8 became 0, so the complemented sum grows by 0x0800, carry to the low end.
    int sum = slab.getUnsignedShort(36) + (ICMP_ECHO_REQUEST << 8);
    slab.putShort(36, (sum & 0xffff) + (sum >>> 16));
    return true;
  }

  private void toSender() {
    slab.copy(6, 0, 6);
    putMac(6);
  }

  private void putMac(int offset) {
    slab.putShort(offset, (int) (mac >>> 32));
    slab.putInt(offset + 2, (int) mac);
  }

  @Override
  public void close() {
    stopped = true;
    sleeper.wakeUp();
    Uninterruptibles.joinUninterruptibly(thread);
    sleeper.close();
    slab.close();
  }
}
