package dev.trident.icmp;

import dev.trident.buffer.Packet;
import dev.trident.buffer.PacketPool;
import dev.trident.endpoint.EchoEndpoint;
import dev.trident.endpoint.Readiness;
import dev.trident.endpoint.StackError;
import dev.trident.ip.Ipv4Output;
import dev.trident.ip.Path;
import dev.trident.time.Deadline;
import dev.trident.time.Now;
import dev.trident.time.TimerNode;
import dev.trident.time.TimerWheel;
import dev.trident.trace.Counter;
import dev.trident.trace.Counters;
import dev.trident.wire.IcmpMessage;
import dev.trident.wire.InternetChecksum;
import dev.trident.wire.Ipv4Address;
import dev.trident.wire.Ipv4Header;

/** One who asks for echoes: sends requests, by hand or by the clock, and matches replies. */
final class EchoClient extends TimerNode implements EchoEndpoint {
  private static final int WOULD_BLOCK = StackError.WOULD_BLOCK.code;
  private static final int NO_BUFFERS = StackError.NO_BUFFERS.code;
  private static final long MIN_INTERVAL_NANOS = 1_000_000L;

  private final EchoClients clients;
  private final int identifier;
  private final PacketPool pool;
  private final Counters counters;
  private final Ipv4Output output;
  private final TimerWheel wheel;
  private final Now now;
  private final IcmpMessage message;
  private final Readiness readiness;
  private final EchoHistory history = new EchoHistory();
  private int ttl;
  private int nextSequence;
  private boolean closed;

  private int target;
  private int targetBytes;
  private long intervalNanos;

  private long sent;
  private long duplicates;
  private long damaged;
  private long errors;
  private int lastSequence = -1;
  private int lastDataBytes;
  private int lastTtl;
  private int lastErrorType = -1;
  private int lastErrorCode;
  private int pendingError;

  EchoClient(
      EchoClients clients,
      int identifier,
      PacketPool pool,
      Counters counters,
      Ipv4Output output,
      TimerWheel wheel,
      Now now,
      int ttl) {
    this.clients = clients;
    this.identifier = identifier;
    this.pool = pool;
    this.counters = counters;
    this.output = output;
    this.wheel = wheel;
    this.now = now;
    this.ttl = ttl;
    message = new IcmpMessage(pool.slab());
    readiness = new Readiness(pool.completions());
    readiness.raise(Readiness.WRITABLE);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("echo endpoint " + identifier + " is closed");
    }
  }

  // ---- sending ----------------------------------------------------------------------------------

  @Override
  public int send(int address, int dataBytes) {
    requireOpen();
    if (dataBytes < 0 || dataBytes > MAX_DATA_BYTES) {
      return StackError.MESSAGE_TOO_LONG.code;
    }
    if (!Ipv4Address.isHostAddress(address) && !output.isLocalAddress(address)) {
      return StackError.INVALID_ADDRESS.code;
    }
    Path path = output.route(Ipv4Address.ANY, address);
    if (path == null) {
      return StackError.NETWORK_UNREACHABLE.code;
    }
    Packet request = pool.allocate();
    if (request == null) {
      return NO_BUFFERS;
    }
    int sequence = nextSequence;
    int result =
        EchoData.fill(request, pool, dataBytes) ? transmit(request, sequence, path) : NO_BUFFERS;
    request.release();
    if (result != 0) {
      return result;
    }
    nextSequence = (sequence + 1) & 0xffff;
    sent++;
    history.onSent(sequence, address, dataBytes, now.nanos());
    counters.increment(Counter.ICMP_SENT);
    counters.increment(Counter.ICMP_ECHOS_SENT);
    return sequence;
  }

  private int transmit(Packet request, int sequence, Path path) {
    int start = request.push(IcmpMessage.BYTES);
    message.wrap(pool.slab(), start).startEcho(identifier, sequence);
    message.checksum(InternetChecksum.complement(EchoData.sum(request)));
    return output.send(request, path, Ipv4Header.PROTOCOL_ICMP, ttl, 0, false);
  }

  @Override
  public int start(int address, int dataBytes, long interval) {
    if (interval < MIN_INTERVAL_NANOS) {
      return StackError.INVALID_ARGUMENT.code;
    }
    int result = send(address, dataBytes);
    if (isLasting(result)) {
      return result;
    }
    target = address;
    targetBytes = dataBytes;
    intervalNanos = interval;
    wheel.arm(this, Deadline.after(now.nanos(), interval));
    return result;
  }

  @Override
  protected void onTimer(long nowNanos) {
    wheel.arm(this, Deadline.after(nowNanos, intervalNanos));
    int result = send(target, targetBytes);
    if (isLasting(result)) {
      fail(result);
    }
  }

  /** Whether a request was refused for a reason that does not pass by itself. */
  private static boolean isLasting(int result) {
    return result < 0 && result != WOULD_BLOCK && result != NO_BUFFERS;
  }

  @Override
  public void stop() {
    wheel.disarm(this);
  }

  @Override
  public void close() {
    stop();
    if (!closed) {
      closed = true;
      readiness.listen(null);
      clients.forget(this);
    }
  }

  // ---- what comes back --------------------------------------------------------------------------

  /** Whether this answers a request. */
  boolean onReply(Packet reply, int sequence, int source, int ttlOfReply, long nowNanos) {
    switch (history.onReply(sequence, source, nowNanos)) {
      case UNKNOWN -> {
        return false;
      }
      case DUPLICATE -> duplicates++;
      case FIRST -> {
        lastSequence = sequence;
        lastDataBytes = reply.totalBytes() - IcmpMessage.BYTES;
        lastTtl = ttlOfReply;
        boolean whole = lastDataBytes == history.dataBytes(sequence);
        damaged += whole && EchoData.isIntact(reply, IcmpMessage.BYTES) ? 0 : 1;
        readiness.raise(Readiness.READABLE);
      }
    }
    return true;
  }

  /** Whether this is about a request that was sent lately. */
  boolean onError(int sequence, int type, int code, int destination) {
    if (!history.isKnown(sequence, destination)) {
      return false;
    }
    errors++;
    lastErrorType = type;
    lastErrorCode = code;
    boolean net = type == IcmpMessage.UNREACHABLE && code == IcmpMessage.CODE_NET;
    fail(net ? StackError.NETWORK_UNREACHABLE.code : StackError.HOST_UNREACHABLE.code);
    return true;
  }

  void onUnreachable(int destination) {
    if (sent > 0 && history.isKnown((nextSequence - 1) & 0xffff, destination)) {
      fail(StackError.HOST_UNREACHABLE.code);
    }
  }

  private void fail(int error) {
    pendingError = error;
    readiness.raise(Readiness.ERROR);
  }

  @Override
  public int bind(int address, int port) {
    return StackError.INVALID_STATE.code;
  }

  @Override
  public int localAddress() {
    return Ipv4Address.ANY;
  }

  @Override
  public int localPort() {
    return 0;
  }

  // ---- questions --------------------------------------------------------------------------------

  @Override
  public int identifier() {
    return identifier;
  }

  @Override
  public Readiness readiness() {
    return readiness;
  }

  @Override
  public void ttl(int newTtl) {
    if (newTtl < 1 || newTtl > 255) {
      throw new IllegalArgumentException("TTL " + newTtl + ": must be 1..255");
    }
    ttl = newTtl;
  }

  @Override
  public long sent() {
    return sent;
  }

  @Override
  public long received() {
    return history.replies();
  }

  @Override
  public long duplicates() {
    return duplicates;
  }

  @Override
  public long damaged() {
    return damaged;
  }

  @Override
  public long errors() {
    return errors;
  }

  @Override
  public long lastRoundTripNanos() {
    return history.last();
  }

  @Override
  public long shortestRoundTripNanos() {
    return history.shortest();
  }

  @Override
  public long longestRoundTripNanos() {
    return history.longest();
  }

  @Override
  public long meanRoundTripNanos() {
    return history.mean();
  }

  @Override
  public int lastSequence() {
    return lastSequence;
  }

  @Override
  public int lastDataBytes() {
    return lastDataBytes;
  }

  @Override
  public int lastTtl() {
    return lastTtl;
  }

  @Override
  public int lastErrorType() {
    return lastErrorType;
  }

  @Override
  public int lastErrorCode() {
    return lastErrorCode;
  }

  @Override
  public int pendingError() {
    return pendingError;
  }

  @Override
  public int takeError() {
    int error = pendingError;
    pendingError = 0;
    readiness.clear(Readiness.ERROR);
    return error;
  }
}
