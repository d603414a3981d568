package dev.trident.hw.port.unix;

import dev.trident.buffer.Slab;
import dev.trident.hw.port.Port;
import dev.trident.hw.port.ffm.Errno;
import dev.trident.hw.port.ffm.Sys;
import dev.trident.hw.time.RealClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.LongSupplier;

/**
 * A wire to a program at a stream socket of this machine: passt, QEMU, or another port of this
 * kind, one connecting and the other listening.
 *
 * <p>When the peer goes, frames are lost and counted until there is one again: a port that connects
 * tries once a second, one that listens takes the next in line. So does a peer that says a length
 * which is none: nothing that it sends after that can be understood.
 */
public final class UnixPort implements Port {
  private static final int MTU_BYTES = 1_500;
  private static final int NO_PEER = -1;

  /** Frames are collected up to so many bytes before they are written without a flush. */
  private static final int WRITE_BYTES = 64 << 10;

  /** How long a receiver may sleep while a full socket keeps frames waiting here. */
  private static final long PENDING_NANOS = 1_000_000;

  /** How soon a peer in line is asked for again whom the system could not let in (EMFILE). */
  private static final long REFUSED_NANOS = 100_000_000;

  private final String path;
  private final PeerSource peers;
  private final LongSupplier nanoTime;
  private final Sys sys = new Sys();

  // Of the receiver, who alone changes the descriptor, and holds the writer's lock when it does.
  private final StreamReader reader = new StreamReader();
  private int peer = NO_PEER;
  private long nextTryNanos;

  /** From one try to the next; 0 if a descriptor tells when to try. */
  private long retryNanos;

  private boolean closed;
  private long receivedFrames;
  private long connections;
  private long endings;

  // Of both, with the writer's lock: the receiver writes what a full socket did not take before.
  private final StreamWriter writer = new StreamWriter();
  private volatile boolean pending;
  private volatile boolean broken;
  private long sentFrames;
  private long refusedFrames;
  private long lostFrames;
  private long framesOfBadLength;

  UnixPort(String path, PeerSource peers, LongSupplier nanoTime) {
    this.path = path;
    this.peers = peers;
    this.nanoTime = nanoTime;
    retryNanos = peers.retryNanos();
  }

  /**
   * Connects to the socket at {@code path}.
   *
   * @throws IOException in one line with the remedy: no such file, nobody listens, another user's,
   *     no stream socket
   */
  public static UnixPort connect(String path) throws IOException {
    return connect(path, RealClock.INSTANCE::nanoTime);
  }

  static UnixPort connect(String path, LongSupplier nanoTime) throws IOException {
    checkSystem();
    Dialer dialer = new Dialer(new UnixAddress(path));
    int fd = dialer.next();
    if (fd < 0) {
      dialer.close();
      throw dialer.failure(-fd);
    }
    UnixPort port = new UnixPort(path, dialer, nanoTime);
    port.begin(fd);
    return port;
  }

  /**
   * Listens at {@code path}, which is made, and removed by {@link #close}. Who connects is the peer
   * until it goes; others wait.
   *
   * @throws IOException in one line with the remedy: in use, no socket, no such folder or not ours
   */
  public static UnixPort listen(String path) throws IOException {
    return listen(path, RealClock.INSTANCE::nanoTime);
  }

  static UnixPort listen(String path, LongSupplier nanoTime) throws IOException {
    checkSystem();
    return new UnixPort(path, Listener.open(new UnixAddress(path)), nanoTime);
  }

  private static void checkSystem() throws IOException {
    if (!System.getProperty("os.name", "").equals("Linux")) {
      throw new IOException("a unix: port needs Linux; use the simulated wire (sim:) here");
    }
  }

  @Override
  public int mtuBytes() {
    return MTU_BYTES;
  }

  // ---- receiver -----------------------------------------------------------------------------

  @Override
  public int receive(Slab slab, int offset, int capacityBytes) {
    if (peer == NO_PEER && !findPeer()) {
      return closed ? GONE : 0;
    }
    if (pending) {
      flush();
    }
    int length = reader.receive(peer, slab, offset, capacityBytes);
    if (length > 0) {
      receivedFrames++;
      return length;
    }
    if (length == StreamReader.ENDED || broken) {
      end();
    }
    return 0;
  }

  private boolean findPeer() {
    if (closed) {
      return false;
    }
    if (retryNanos > 0 && nextTryNanos - nanoTime.getAsLong() > 0) {
      return false;
    }
    int fd = peers.next();
    if (fd < 0) {
      boolean nobody = fd == -Errno.EAGAIN || fd == -Errno.EINTR;
      scheduleTry(nobody ? 0 : REFUSED_NANOS);
      return false;
    }
    begin(fd);
    return true;
  }

  private void begin(int fd) {
    connections++;
    reader.reset();
    synchronized (writer) {
      peer = fd;
    }
  }

  /** The sender must not meet a descriptor that has been closed, and perhaps used again. */
  private void end() {
    endings++;
    synchronized (writer) {
      sys.close(peer);
      peer = NO_PEER;
      lostFrames += writer.reset();
      pending = false;
      broken = false;
    }
    scheduleTry(0);
  }

  private void scheduleTry(long leastNanos) {
    retryNanos = Math.max(leastNanos, peers.retryNanos());
    nextTryNanos = nanoTime.getAsLong() + retryNanos;
  }

  @Override
  public int descriptor() {
    if (closed) {
      return NO_DESCRIPTOR;
    }
    if (peer != NO_PEER) {
      return peer;
    }
    // A peer in line keeps the descriptor readable, whether it can be let in or not.
    return retryNanos > peers.retryNanos() ? NO_DESCRIPTOR : peers.descriptor();
  }

  /** What came along with an earlier frame is in memory already: poll(2) knows nothing of it. */
  @Override
  public boolean prepareToSleep() {
    return peer == NO_PEER || !reader.hasFrame();
  }

  @Override
  public long longestSleepNanos() {
    if (peer != NO_PEER) {
      return pending ? PENDING_NANOS : Long.MAX_VALUE;
    }
    return retryNanos > 0 ? Math.max(0, nextTryNanos - nanoTime.getAsLong()) : Long.MAX_VALUE;
  }

  // ---- sender -------------------------------------------------------------------------------

  @Override
  public boolean send(Slab slab, int offset, int lengthBytes) {
    synchronized (writer) {
      if (lengthBytes < FrameStream.MIN_FRAME_BYTES || lengthBytes > FrameStream.MAX_FRAME_BYTES) {
        framesOfBadLength++;
        return true;
      }
      if (peer == NO_PEER || broken) {
        lostFrames++;
        return true;
      }
      if (writer.pendingBytes() >= WRITE_BYTES) {
        write();
      }
      if (!writer.offer(slab, offset, Padding.unpaddedBytes(slab, offset, lengthBytes))) {
        refusedFrames++;
        return false;
      }
      sentFrames++;
      return true;
    }
  }

  @Override
  public void flush() {
    synchronized (writer) {
      if (peer != NO_PEER && !broken) {
        write();
      }
    }
  }

  /** With the lock. What is left is written by the next flush, or else by the receiver. */
  private void write() {
    if (!writer.write(peer)) {
      broken = true;
    }
    pending = writer.pendingBytes() > 0;
  }

  // ---- counters -----------------------------------------------------------------------------

  @Override
  public boolean isConnected() {
    return peer != NO_PEER;
  }

  /** Frames received so far. */
  public long receivedFrames() {
    return receivedFrames;
  }

  /** Frames taken for sending so far, those included that were lost with their peer. */
  public long sentFrames() {
    return sentFrames;
  }

  /** Frames not taken, since the peer reads too slowly and the buffer is full. */
  public long refusedFrames() {
    return refusedFrames;
  }

  /** Frames lost because there was no peer, or because it went before it had them. */
  public long lostFrames() {
    return lostFrames;
  }

  /** Frames lost because they were shorter than a header or longer than any, in both directions. */
  public long framesOfBadLength() {
    return framesOfBadLength + reader.shortFrames();
  }

  /** Peers so far. */
  public long connections() {
    return connections;
  }

  /** Peers that have gone, or were given up. */
  public long endings() {
    return endings;
  }

  /** Peers given up since they said a length that no frame has. */
  public long badLengths() {
    return reader.badLengths();
  }

  @Override
  public String report() {
    return "%s: in %d, out %d, refused %d, lost %d, bad length %d; peers %d, gone %d (%d bad)"
        .formatted(
            this,
            receivedFrames,
            sentFrames,
            refusedFrames,
            lostFrames,
            framesOfBadLength(),
            connections,
            endings,
            badLengths());
  }

  @Override
  public void abandon() {
    if (!closed) {
      try {
        peers.abandon();
      } catch (IOException e) {
        throw new UncheckedIOException("cannot remove " + path, e);
      }
    }
  }

  /** Closes the connection, and stops listening. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    if (peer != NO_PEER) {
      end();
    }
    closed = true;
    try {
      peers.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + path, e);
    }
  }

  @Override
  public String toString() {
    return "unix:" + path;
  }
}
