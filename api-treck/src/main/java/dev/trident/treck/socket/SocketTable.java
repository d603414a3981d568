package dev.trident.treck.socket;

import dev.trident.buffer.CellBuf;
import dev.trident.buffer.Storage;
import dev.trident.c.C;
import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.endpoint.EchoEndpoint;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.Transport;
import dev.trident.hw.host.HostStack;
import dev.trident.trace.Counter;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The descriptors of one {@code Treck}: small numbers from 0, the lowest free one first.
 *
 * <p>A stream that was closed keeps its number until its close handshake is complete; that is
 * noticed when the number is next named, or when a new one is wanted. A number is used again only
 * after the last call blocked in its socket has left.
 */
public final class SocketTable {
  private static final int FIRST_CAPACITY = 16;

  private final HostStack stack;
  private final int limit;
  private final BitSet taken = new BitSet();
  private @Nullable Socket[] sockets = new @Nullable Socket[FIRST_CAPACITY];

  /** No number below this is free. */
  private int lowestFree;

  /** Sockets whose close is under way, and some whose close is complete; linked. */
  private @Nullable Socket firstClosing;

  private @Nullable Wait spareWaits;

  /** For questions to a stream whose receive queue is empty; nothing is ever stored in it. */
  private final ByteBuf nothing = C.malloc(1);

  private CellBuf[] peeked = new CellBuf[FIRST_CAPACITY];

  /**
   * @param limit most descriptors at a time
   */
  public SocketTable(HostStack stack, int limit) {
    if (limit <= 0) {
      throw new IllegalArgumentException("limit of " + limit + " sockets: must be positive");
    }
    this.stack = stack;
    this.limit = limit;
  }

  HostStack stack() {
    return stack;
  }

  public Transport transport() {
    return stack.transport();
  }

  /** The socket with that number, one that is closing included; null if there is none. */
  public @Nullable Socket find(int descriptor) {
    if (descriptor < 0 || descriptor >= sockets.length) {
      return null;
    }
    Socket socket = sockets[descriptor];
    if (socket == null || socket.isGone()) {
      return null;
    }
    if (socket.isClosing() && socket.isFinished()) {
      forget(socket);
      return null;
    }
    return socket;
  }

  /** Whether a further socket would find no number. */
  public boolean isFull() {
    sweep();
    return taken.nextClearBit(lowestFree) >= limit;
  }

  /** A socket around {@code endpoint}; the table must not be full. */
  public StreamSocket add(StreamEndpoint endpoint) {
    StreamSocket socket = new StreamSocket(this, takeNumber(), endpoint);
    sockets[socket.descriptor()] = socket;
    return socket;
  }

  /** A socket around {@code endpoint}; the table must not be full. */
  public DatagramSocket add(DatagramEndpoint endpoint) {
    DatagramSocket socket = new DatagramSocket(this, takeNumber(), endpoint);
    sockets[socket.descriptor()] = socket;
    return socket;
  }

  /** A socket around {@code endpoint}; the table must not be full. */
  public PingSocket add(EchoEndpoint endpoint) {
    PingSocket socket = new PingSocket(this, takeNumber(), endpoint);
    sockets[socket.descriptor()] = socket;
    return socket;
  }

  private int takeNumber() {
    int number = taken.nextClearBit(lowestFree);
    assert number < limit : "no free descriptor";
    taken.set(number);
    lowestFree = number + 1;
    if (number >= sockets.length) {
      sockets = Arrays.copyOf(sockets, Math.min(limit, Math.max(number + 1, 2 * number)));
    }
    return number;
  }

  /** The close of {@code socket} has begun and goes on in the background. */
  void watch(Socket socket) {
    socket.nextClosing = firstClosing;
    firstClosing = socket;
  }

  private void sweep() {
    Socket kept = null;
    Socket socket = firstClosing;
    while (socket != null) {
      Socket following = socket.nextClosing;
      socket.nextClosing = null;
      if (!socket.isGone()) {
        if (socket.isFinished()) {
          forget(socket);
        } else {
          socket.nextClosing = kept;
          kept = socket;
        }
      }
      socket = following;
    }
    firstClosing = kept;
  }

  /** The close of {@code socket} is complete: its number means nothing from now on. */
  void forget(Socket socket) {
    socket.markGone();
    if (!socket.isHeld()) {
      freeNumber(socket);
    }
  }

  /** Called when the last call that was blocked in a forgotten socket leaves. */
  void freeNumber(Socket socket) {
    int number = socket.descriptor();
    sockets[number] = null;
    taken.clear(number);
    lowestFree = Math.min(lowestFree, number);
  }

  Wait takeWait(Socket socket, Wait.Event event, int bytes) {
    Wait wait = spareWaits;
    if (wait == null) {
      wait = new Wait();
    } else {
      spareWaits = wait.nextSpare;
      wait.nextSpare = null;
    }
    wait.open(socket, event, bytes);
    return wait;
  }

  void giveBack(Wait wait) {
    wait.close();
    wait.nextSpare = spareWaits;
    spareWaits = wait;
  }

  ByteBuf nothing() {
    return nothing;
  }

  /** Places for {@code count} handles, for use until the next call. */
  CellBuf[] peeked(int count) {
    if (peeked.length < count) {
      peeked = new CellBuf[Math.max(count, 2 * peeked.length)];
    }
    return peeked;
  }

  /** A handle over the first {@code length} bytes of {@code handle}, which it replaces. */
  CellBuf front(CellBuf handle, int length) {
    Storage storage = Objects.requireNonNull(handle.storage());
    storage.retain();
    CellBuf front = transport().pool().handles().issue(storage, handle.slabOffset(), length);
    handle.release();
    return front;
  }

  /** Payload bytes that a peeking receive has copied, which the engine does not do itself. */
  void countCopied(int bytes) {
    transport().counters().add(Counter.BYTES_COPIED_BY_ADAPTER, bytes);
  }
}
