package dev.trident.tcp;

import dev.trident.endpoint.Readiness;
import dev.trident.endpoint.StackError;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.StreamListener;
import dev.trident.endpoint.StreamState;
import dev.trident.endpoint.TcpProfile;
import dev.trident.trace.Counters;
import dev.trident.trace.DropReason;
import dev.trident.wire.TcpOptions;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A port in LISTEN: half-open connections up to a bound, and those ready to be accepted, oldest
 * first.
 */
final class Listener implements StreamListener {
  private final TcpLayer layer;
  private final Readiness readiness;

  private @Nullable LocalPort port;
  private int localAddress;
  private int localPort;
  private boolean listening;
  private boolean closed;

  private int backlog;

  /** Queue limits of new connections; 0 for those of the profile. */
  private int sendBytes;

  private int receiveBytes;
  private int embryos;

  /** When a cookie was sent last: only for a while after that acknowledgments may bring one. */
  private long lastCookieNanos;

  private boolean cookieSent;

  /** Connections let in by a fast open cookie, and how many the user allows at a time. */
  private final FastOpenQueue fastOpens = new FastOpenQueue();

  private int maxFastOpens;
  private int ready;
  private @Nullable Connection firstReady;
  private @Nullable Connection lastReady;

  /** Place among the layer's listeners, or -1. */
  int slot = -1;

  /** Next listener of the same port. */
  @Nullable Listener nextOfPort;

  Listener(TcpLayer layer) {
    this.layer = layer;
    readiness = new Readiness(layer.pool().completions());
  }

  @Override
  public int bind(int address, int wantedPort) {
    if (port != null || closed) {
      return StackError.INVALID_STATE.code;
    }
    LocalPort reserved = layer.reserveToListen(address, wantedPort);
    if (reserved == null) {
      return layer.ports().whyNotReserved(address);
    }
    port = reserved;
    localAddress = address;
    localPort = reserved.port();
    return 0;
  }

  @Override
  public int listen(int newBacklog) {
    if (listening || closed) {
      return StackError.INVALID_STATE.code;
    }
    boolean chosen = port == null;
    if (chosen) {
      int error = bind(0, 0);
      if (error != 0) {
        return error;
      }
    }
    LocalPort held = Objects.requireNonNull(port);
    if (!layer.install(this, held)) {
      if (chosen) {
        port = null;
        localPort = 0;
        held.release();
      }
      return StackError.ADDRESS_IN_USE.code;
    }
    backlog = Math.max(newBacklog, 1);
    listening = true;
    return 0;
  }

  /** LISTEN STATE of RFC 9293 section 3.10.7.2. */
  void onSegment(Segment segment, ResetPolicy resetPolicy, long nowNanos) {
    Counters counters = layer.counters();
    if (segment.rst()) {
      counters.drop(DropReason.TCP_BAD_RESET);
    } else if (segment.ack()) {
      onAck(segment, resetPolicy, nowNanos);
    } else if (!segment.syn() || segment.fin()) {
      counters.drop(DropReason.TCP_BAD_FLAGS);
    } else if (ready >= backlog) {
      counters.drop(DropReason.TCP_ACCEPT_QUEUE_FULL);
    } else {
      onSyn(segment, nowNanos);
    }
  }

  /** Keeps a half-open connection, or answers by a cookie, or does neither (RFC 4987). */
  private void onSyn(Segment syn, long nowNanos) {
    TcpProfile.Handshake rules = layer.profile().handshake();
    boolean full = embryos >= rules.maxHalfOpen() || layer.halfOpen() >= rules.maxHalfOpenOfStack();
    boolean cookie =
        switch (rules.synCookies()) {
          case OFF -> false;
          case WHEN_FULL -> full;
          case ALWAYS -> true;
        };
    if (cookie) {
      layer.synCookies().answer(syn, windowOfSyn(), nowNanos);
      lastCookieNanos = nowNanos;
      cookieSent = true;
    } else if (full) {
      layer.counters().drop(DropReason.TCP_SYN_QUEUE_FULL);
    } else {
      keep(syn, nowNanos);
    }
  }

  /** Makes a connection of a SYN: half open, or ready at once if the peer may open fast. */
  private void keep(Segment syn, long nowNanos) {
    FastOpen fast = layer.fastOpenServer().onSyn(syn, fastOpens, maxFastOpens, nowNanos);
    boolean early = fast != null && fast.isEarly();
    if (layer.openPassively(this, Objects.requireNonNull(port), syn, fast, nowNanos)) {
      countEmbryos(early ? 0 : 1);
    } else if (early && fast != null) {
      fast.leaveQueue(false, nowNanos);
    }
  }

  /** An acknowledgment of no connection: perhaps of a cookie, otherwise refused. */
  private void onAck(Segment ack, ResetPolicy resetPolicy, long nowNanos) {
    Counters counters = layer.counters();
    SynCookies cookies = layer.synCookies();
    boolean expected = cookieSent && nowNanos - lastCookieNanos <= SynCookies.MAX_AGE_NANOS;
    if (!expected || ack.syn() || !cookies.isValid(ack, nowNanos)) {
      counters.drop(DropReason.TCP_BAD_ACK);
      resetPolicy.refuse(ack);
    } else if (!hasRoom()) {
      counters.drop(DropReason.TCP_ACCEPT_QUEUE_FULL);
    } else {
      countEmbryos(1);
      TcpOptions options = cookies.optionsOf(ack);
      if (!layer.openFromCookie(this, Objects.requireNonNull(port), ack, options, nowNanos)) {
        countEmbryos(-1);
      }
    }
  }

  private void countEmbryos(int more) {
    embryos += more;
    layer.countHalfOpen(more);
  }

  /** What a connection of this listener offers before it knows its peer. */
  private int windowOfSyn() {
    return receiveBytes > 0 ? receiveBytes : layer.profile().buffers().receiveBytes();
  }

  @Override
  public void fastOpen(int maxPending) {
    if (maxPending < 0) {
      throw new IllegalArgumentException(
          "fast open with " + maxPending + " pending connections: must be 0 or more");
    }
    maxFastOpens = maxPending;
  }

  @Override
  public void acceptedBufferBytes(int newSendBytes, int newReceiveBytes) {
    sendBytes = newSendBytes;
    receiveBytes = newReceiveBytes;
  }

  /** Gives a connection that is about to begin the limits that its user will expect. */
  void prepare(Connection connection) {
    if (sendBytes > 0) {
      connection.sendBufferBytes(sendBytes);
    }
    if (receiveBytes > 0) {
      connection.receiveBufferBytes(receiveBytes);
    }
  }

  boolean hasRoom() {
    return ready < backlog;
  }

  /** A connection is established, or may be used before it is. */
  void onReady(Connection connection) {
    ready++;
    connection.nextReady = null;
    if (lastReady == null) {
      firstReady = connection;
    } else {
      lastReady.nextReady = connection;
    }
    lastReady = connection;
    readiness.raise(Readiness.READABLE);
  }

  /** A half-open connection is established, or has ended. */
  void onEmbryoGone() {
    countEmbryos(-1);
  }

  @Override
  public @Nullable StreamEndpoint accept() {
    Connection oldest = firstReady;
    if (oldest != null) {
      remove(null, oldest);
    }
    return oldest;
  }

  @Override
  public int acceptable() {
    return ready;
  }

  @Override
  public @Nullable StreamEndpoint takeDead() {
    Connection before = null;
    for (Connection each = firstReady; each != null; each = each.nextReady) {
      if (each.state() == StreamState.CLOSED) {
        remove(before, each);
        return each;
      }
      before = each;
    }
    return null;
  }

  private void remove(@Nullable Connection before, Connection connection) {
    if (before == null) {
      firstReady = connection.nextReady;
    } else {
      before.nextReady = connection.nextReady;
    }
    if (lastReady == connection) {
      lastReady = before;
    }
    ready--;
    connection.leaveListener();
    if (ready == 0) {
      readiness.clear(Readiness.READABLE);
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    readiness.listen(null);
    layer.remove(this, listening);
    listening = false;
    for (Connection waiting = firstReady; waiting != null; waiting = firstReady) {
      remove(null, waiting);
      waiting.abort();
    }
    LocalPort held = port;
    port = null;
    if (held != null) {
      held.release();
    }
  }

  @Override
  public int localAddress() {
    return localAddress;
  }

  @Override
  public int localPort() {
    return localPort;
  }

  @Override
  public Readiness readiness() {
    return readiness;
  }

  /** A listener has no errors of its own. */
  @Override
  public int pendingError() {
    return 0;
  }

  @Override
  public int takeError() {
    return 0;
  }
}
