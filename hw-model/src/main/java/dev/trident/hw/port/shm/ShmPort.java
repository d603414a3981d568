package dev.trident.hw.port.shm;

import static dev.trident.hw.port.shm.Layout.INT;

import dev.trident.buffer.Slab;
import dev.trident.hw.port.Port;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.regex.Pattern;

/**
 * A wire to another process of this machine: two rings of 256 frames in shared memory. Frames are
 * copied in and out; as long as both processes poll, neither makes a system call for them.
 *
 * <p>The two who open the same name are joined, in either order. While the other end is empty,
 * because its process has not come yet, has left or was killed, frames are lost and counted, and
 * the next process to open that name takes its place: what was under way to the one before it is
 * lost, too. The files are {@code /dev/shm/trident-NAME} and two FIFOs beside it; the last to leave
 * removes them, and the next to come uses those that killed processes left behind.
 *
 * <p>The other process must be of the same user, and is not trusted further than that: what it
 * writes makes frames be lost at worst. The one thing it can do to this process is to make the file
 * shorter, which any process of the same user can also do by a signal.
 */
public final class ShmPort implements Port {
  private static final int MTU_BYTES = 1_500;

  /** No dot: the FIFOs have the wire's name and one more part. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,63}");

  /** Empty looks between two at the FIFO, which cost a system call: one in about a millisecond. */
  private static final int LOOKS_PER_CHECK = 1 << 16;

  private static final int SLEEPS = 1;
  private static final int AWAKE = 0;

  private final String name;
  private final WireFile file;
  private final Bell bell;
  private final MemorySegment shared;
  private final RingReader reader;
  private final RingWriter writer;
  private final long ownSleeper;
  private final long peersSleeper;
  private final long peersEnd;
  private volatile boolean closed;

  // Of the receiver.
  private int emptyLooks;
  private boolean peerPresent;
  private int seenJoin;
  private long receivedFrames;
  private long peersJoined;
  private long peersLost;

  /** The latest peer that is known to have died without leaving: written by the receiver. */
  private volatile int deadJoin = Layout.NOBODY;

  // Of the sender.
  private boolean unrung;
  private long sentFrames;
  private long refusedFrames;
  private long framesWithoutPeer;
  private long framesOfBadLength;

  private ShmPort(String name, WireFile file) {
    this.name = name;
    this.file = file;
    bell = file.bell();
    int end = file.end();
    Slab slab = file.slab();
    shared = slab.segment();
    reader = new RingReader(slab, 1 - end);
    writer = new RingWriter(slab, end);
    ownSleeper = Layout.sleeper(end);
    peersSleeper = Layout.sleeper(1 - end);
    peersEnd = Layout.end(1 - end);
  }

  /**
   * Joins the wire {@code name} of this machine.
   *
   * @param name 1 to 64 letters, digits, {@code _ -}, the first a letter or digit
   * @throws IOException in one line with the remedy: a bad name, two processes there already, files
   *     of another version, user or kind, no room in {@code /dev/shm}, no Linux
   */
  public static ShmPort open(String name) throws IOException {
    if (!NAME.matcher(name).matches()) {
      throw new IOException(
          "wire name '" + name + "' is not 1 to 64 letters, digits, _ or -; choose another");
    }
    if (!System.getProperty("os.name", "").equals("Linux")) {
      throw new IOException("a shm: port needs Linux; use the simulated wire (sim:) here");
    }
    WireFile file = WireFile.join(name);
    ShmPort port = new ShmPort(name, file);
    file.arrive();
    return port;
  }

  /** The name by which both processes opened the wire. */
  public String name() {
    return name;
  }

  @Override
  public int mtuBytes() {
    return MTU_BYTES;
  }

  // ---- receiver -----------------------------------------------------------------------------

  @Override
  public int receive(Slab slab, int offset, int capacityBytes) {
    if (closed) {
      return GONE;
    }
    int length = reader.receive(slab, offset, capacityBytes);
    if (length > 0) {
      receivedFrames++;
      emptyLooks = 0;
    } else if (++emptyLooks == LOOKS_PER_CHECK) {
      emptyLooks = 0;
      checkPeer();
    }
    return length;
  }

  /**
   * Looks who is there. The order matters: a peer opens our FIFO before it says that it has joined,
   * so if nobody has the FIFO open after that was read, that very peer is gone.
   *
   * @return whether any process is at the other end
   */
  private boolean checkPeer() {
    int join = (int) INT.getAcquire(shared, peersEnd);
    boolean anybody = bell.drain();
    if (!anybody) {
      deadJoin = join;
    }
    boolean present = join != Layout.NOBODY && join != deadJoin;
    boolean another = join != seenJoin;
    if (peerPresent && (!present || another)) {
      peersLost++;
    }
    if (present && (!peerPresent || another)) {
      peersJoined++;
    }
    peerPresent = present;
    seenJoin = join;
    reader.checkTail();
    return anybody;
  }

  @Override
  public int descriptor() {
    return bell.descriptor();
  }

  @Override
  public boolean prepareToSleep() {
    INT.setOpaque(shared, ownSleeper, SLEEPS);
    VarHandle.fullFence();
    return !reader.hasFrame();
  }

  @Override
  public void awake() {
    INT.setOpaque(shared, ownSleeper, AWAKE);
    if (!checkPeer() || descriptor() == NO_DESCRIPTOR) {
      bell.awaitNext();
    }
  }

  // ---- sender -------------------------------------------------------------------------------

  @Override
  public boolean send(Slab slab, int offset, int lengthBytes) {
    if (lengthBytes < Layout.MIN_FRAME_BYTES || lengthBytes > Layout.MAX_FRAME_BYTES) {
      framesOfBadLength++;
      return true;
    }
    if (closed || !isPeerThere()) {
      framesWithoutPeer++;
      return true;
    }
    if (!writer.offer(slab, offset, lengthBytes)) {
      refusedFrames++;
      return false;
    }
    sentFrames++;
    unrung = true;
    return true;
  }

  private boolean isPeerThere() {
    int join = (int) INT.getOpaque(shared, peersEnd);
    return join != Layout.NOBODY && join != deadJoin;
  }

  /** Wakes the other end if it said that it sleeps: it looks once more after saying so. */
  @Override
  public void flush() {
    if (unrung) {
      unrung = false;
      VarHandle.fullFence();
      if ((int) INT.getOpaque(shared, peersSleeper) == SLEEPS) {
        // One ring for each sleep. If it sleeps again at this moment, the ring wakes it needlessly.
        INT.setOpaque(shared, peersSleeper, AWAKE);
        bell.ring();
      }
    }
  }

  @Override
  public boolean isConnected() {
    return peerPresent;
  }

  // ---- counters -----------------------------------------------------------------------------

  /** Frames received so far. */
  public long receivedFrames() {
    return receivedFrames;
  }

  /** Frames put into the ring so far. */
  public long sentFrames() {
    return sentFrames;
  }

  /** Frames not taken since the ring was full: the peer is slower, or has died unnoticed. */
  public long refusedFrames() {
    return refusedFrames;
  }

  /** Frames lost because nobody was at the other end. */
  public long framesWithoutPeer() {
    return framesWithoutPeer;
  }

  /** Frames lost because they were shorter than a header or longer than a slot. */
  public long framesOfBadLength() {
    return framesOfBadLength;
  }

  /** What the peer wrote into the rings that no peer may write: each time frames were lost. */
  public long peersMistakes() {
    return reader.badIndices() + reader.badLengths() + writer.badIndices();
  }

  /** Processes that came to the other end, as far as the receiver has noticed. */
  public long peersJoined() {
    return peersJoined;
  }

  /** Processes that left the other end or died, as far as the receiver has noticed. */
  public long peersLost() {
    return peersLost;
  }

  @Override
  public String report() {
    return "%s: in %d, out %d, refused %d, without peer %d, bad length %d; peers %d, lost %d (%d bad)"
        .formatted(
            this,
            receivedFrames,
            sentFrames,
            refusedFrames,
            framesWithoutPeer,
            framesOfBadLength,
            peersJoined,
            peersLost,
            peersMistakes());
  }

  @Override
  public void abandon() {
    if (!closed) {
      try {
        file.abandon();
      } catch (IOException e) {
        throw new UncheckedIOException("cannot remove the files of " + this, e);
      }
    }
  }

  /** Leaves the wire. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      try {
        file.leave();
      } catch (IOException e) {
        throw new UncheckedIOException("cannot remove the files of " + this, e);
      }
    }
  }

  @Override
  public String toString() {
    return "shm:" + name;
  }
}
