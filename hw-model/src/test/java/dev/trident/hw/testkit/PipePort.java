package dev.trident.hw.testkit;

import dev.trident.buffer.Slab;
import dev.trident.hw.port.Port;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One end of a pipe in memory that holds up to 64 frames in each direction, and fails as a test
 * wants. Whatever has to happen in a call is added by a subclass.
 */
public class PipePort implements Port {
  private static final int FRAMES = 64;

  private final BlockingQueue<byte[]> in;
  private final @Nullable BlockingQueue<byte[]> out;
  private final AtomicInteger receives = new AtomicInteger();
  private final AtomicInteger sent = new AtomicInteger();
  private volatile boolean blocked;
  private volatile boolean gone;
  private volatile boolean connected = true;
  private volatile boolean closed;

  /** An end without the other: frames come in by {@link #inject}, and leave for nowhere. */
  public PipePort() {
    this(new ArrayBlockingQueue<>(FRAMES), null);
  }

  private PipePort(BlockingQueue<byte[]> in, @Nullable BlockingQueue<byte[]> out) {
    this.in = in;
    this.out = out;
  }

  /** Both ends of a pipe. */
  public static PipePort[] pair() {
    BlockingQueue<byte[]> one = new ArrayBlockingQueue<>(FRAMES);
    BlockingQueue<byte[]> two = new ArrayBlockingQueue<>(FRAMES);
    return new PipePort[] {new PipePort(one, two), new PipePort(two, one)};
  }

  /** Lets a frame of zeros come in. */
  public void inject(int lengthBytes) {
    in.add(new byte[lengthBytes]);
  }

  /** Whether the wire takes nothing at present. */
  public void blocked(boolean on) {
    blocked = on;
  }

  /** The wire goes for good. */
  public void disappear() {
    gone = true;
  }

  /** Whether somebody is at the other end. */
  public void connected(boolean on) {
    connected = on;
  }

  /** How often somebody has asked for a frame. */
  public int receives() {
    return receives.get();
  }

  /** Frames that the wire took. */
  public int sent() {
    return sent.get();
  }

  public boolean isClosed() {
    return closed;
  }

  @Override
  public int receive(Slab slab, int offset, int capacityBytes) {
    receives.incrementAndGet();
    if (gone) {
      return GONE;
    }
    byte[] frame = in.poll();
    if (frame == null) {
      return 0;
    }
    slab.copyFrom(frame, 0, offset, Math.min(frame.length, capacityBytes));
    return frame.length;
  }

  @Override
  public boolean send(Slab slab, int offset, int lengthBytes) {
    byte[] frame = new byte[lengthBytes];
    slab.copyTo(offset, frame, 0, lengthBytes);
    boolean taken = !blocked && (out == null || out.offer(frame));
    sent.addAndGet(taken ? 1 : 0);
    return taken;
  }

  @Override
  public int mtuBytes() {
    return 1_500;
  }

  @Override
  public int descriptor() {
    return NO_DESCRIPTOR;
  }

  @Override
  public boolean prepareToSleep() {
    return in.isEmpty();
  }

  @Override
  public boolean isConnected() {
    return connected;
  }

  @Override
  public void close() {
    closed = true;
  }

  @Override
  public String toString() {
    return "pipe:test";
  }
}
