package dev.trident.tcp;

import dev.trident.buffer.CellBuf;
import dev.trident.buffer.Packet;
import dev.trident.buffer.UserFree;
import dev.trident.endpoint.KeepAlive;
import dev.trident.endpoint.Readiness;
import dev.trident.endpoint.StackError;
import dev.trident.endpoint.StreamState;
import dev.trident.endpoint.TcpInfo;
import dev.trident.ip.Path;
import dev.trident.trace.Counter;
import dev.trident.wire.TcpOptions;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The user's calls upon a connection: OPEN, SEND, RECEIVE, CLOSE and STATUS of RFC 9293 section
 * 3.10. They look at the state, say why something cannot be, and leave the work to {@link
 * Packetizer}, {@link Sender} and {@link Receiver}.
 */
final class Stream extends Connection {
  private static final int MAX_DSCP = 63;

  private boolean acceptsOversize;

  private @Nullable Object attachment;

  Stream(TcpLayer layer) {
    super(layer);
  }

  @Override
  public int bind(int address, int wantedPort) {
    if (port != null || opened) {
      return StackError.INVALID_STATE.code;
    }
    LocalPort reserved = layer.reserve(address, wantedPort);
    if (reserved == null) {
      return layer.whyNotReserved(address);
    }
    port = reserved;
    boundByUser = true;
    localAddress = address;
    localPort = (char) reserved.port();
    return 0;
  }

  @Override
  public int connect(int address, int remotePortNumber) {
    if (state != StreamState.CLOSED || orphan) {
      return StackError.ALREADY_CONNECTED.code;
    }
    if (remotePortNumber <= 0 || remotePortNumber > 0xffff || !TcpLayer.isUnicast(address)) {
      return StackError.INVALID_ADDRESS.code;
    }
    Path found = layer.route(port == null ? 0 : port.address(), address);
    if (found == null) {
      return StackError.NETWORK_UNREACHABLE.code;
    }
    if (found.nextHop() == null && !layer.isLocalAddress(address)) {
      return StackError.INVALID_ADDRESS.code;
    }
    boolean chosen = port == null;
    LocalPort held = chosen ? layer.choosePort(found, remotePortNumber) : port;
    if (held == null) {
      return StackError.ADDRESS_IN_USE.code;
    }
    int error = layer.install(this, found, held, address, remotePortNumber);
    if (error != 0) {
      if (chosen) {
        held.release();
      }
      return error;
    }
    port = held;
    layer.counters().increment(Counter.TCP_ACTIVE_OPENS);
    enter(StreamState.SYN_SENT);
    sender.sendSyn(layer.nowNanos());
    onQueued(layer.nowNanos());
    return 0;
  }

  /** Why nothing can be sent at all at present: 0, or an error. */
  private int refusal(int flags) {
    if ((flags & ~(SEND_MORE | SEND_URGENT)) != 0) {
      return StackError.INVALID_ARGUMENT.code;
    }
    boolean connecting = state == StreamState.SYN_SENT || state == StreamState.SYN_RECEIVED;
    boolean open = state == StreamState.ESTABLISHED || state == StreamState.CLOSE_WAIT;
    if (open || (connecting && !sender.isFinQueued())) {
      return 0;
    }
    if (endError != null) {
      return endError.code;
    }
    return (sender.isFinQueued() ? StackError.SHUT_DOWN : StackError.NOT_CONNECTED).code;
  }

  @Override
  public int send(ByteBuf buffer, int index, int length, int flags) {
    int refusal = refusal(flags);
    if (refusal != 0) {
      return refusal;
    }
    return sent(layer.packetizer().copy(sender, buffer, index, length), length, flags);
  }

  @Override
  public int sendLoan(
      ByteBuf buffer, int index, int length, Object token, UserFree free, int flags) {
    int refusal = allOrNothingRefusal(length, flags);
    if (refusal != 0) {
      return refusal;
    }
    return sent(layer.packetizer().lend(sender, buffer, index, length, token, free), length, flags);
  }

  @Override
  public int sendMessage(CellBuf message, int length, int flags) {
    int refusal = allOrNothingRefusal(length, flags);
    if (refusal != 0) {
      return refusal;
    }
    return sent(layer.packetizer().adopt(sender, message, length), length, flags);
  }

  private int allOrNothingRefusal(int length, int flags) {
    int refusal = refusal(flags);
    if (refusal != 0) {
      return refusal;
    }
    if (length <= 0) {
      return StackError.INVALID_ARGUMENT.code;
    }
    if (length <= sender.spaceBytes()) {
      return 0;
    }
    if (length > sender.bufferLimitBytes()) {
      if (!acceptsOversize) {
        return StackError.MESSAGE_TOO_LONG.code;
      }
      if (sender.unacknowledgedBytes() == 0) {
        return 0;
      }
    }
    readiness.clear(Readiness.WRITABLE);
    return StackError.WOULD_BLOCK.code;
  }

  private int sent(int result, int wanted, int flags) {
    if (result > 0) {
      if ((flags & SEND_URGENT) != 0 && result == wanted) {
        sender.markUrgent();
      }
      sender.moreComing((flags & SEND_MORE) != 0);
      onQueued(layer.nowNanos());
      sender.output(layer.nowNanos());
      if (sender.spaceBytes() < sendLowWaterBytes) {
        readiness.clear(Readiness.WRITABLE);
      }
    } else if (result == SegmentOutput.WOULD_BLOCK) {
      readiness.clear(Readiness.WRITABLE);
    }
    return result;
  }

  @Override
  public void acceptOversizeWhenEmpty(boolean accept) {
    acceptsOversize = accept;
  }

  @Override
  public int sendSpace() {
    boolean open = state == StreamState.ESTABLISHED || state == StreamState.CLOSE_WAIT;
    return open ? Math.max(sender.spaceBytes(), 0) : 0;
  }

  @Override
  public int unacknowledgedBytes() {
    return state == StreamState.CLOSED ? 0 : sender.unacknowledgedBytes();
  }

  @Override
  public int unsentBytes() {
    return state == StreamState.CLOSED ? 0 : sender.unsentBytes();
  }

  @Override
  public int mss() {
    return sender.smss();
  }

  @Override
  public int receive(ByteBuf buffer, int index, int length) {
    ReceiveQueue queue = receiver.queue();
    if (queue.bytes() == 0) {
      return whyNothingToRead();
    }
    if (length == 0) {
      return 0;
    }
    int count = Math.min(length, bytesBeforeMark(queue));
    if (buffer.isReadOnly() || !Packetizer.isUsable(buffer, index, count)) {
      return StackError.BAD_BUFFER.code;
    }
    layer.packetizer().copyOut(queue, buffer, index, count);
    consume(count);
    return count;
  }

  /** One receive never joins what lies before the urgent mark and what lies behind. */
  private int bytesBeforeMark(ReceiveQueue queue) {
    int offset = urgentOffset();
    return offset > 0 ? Math.min(offset, queue.bytes()) : queue.bytes();
  }

  @Override
  public int urgentOffset() {
    ReceiveUrgent mark = receiver.urgent();
    return mark == null ? ReceiveUrgent.NONE : mark.offset();
  }

  @Override
  public int receiveUrgent(boolean keep) {
    ReceiveUrgent mark = receiver.urgent();
    if (mark == null || receiver.urgentInLine()) {
      return StackError.INVALID_ARGUMENT.code;
    }
    int octet = mark.octet();
    if (octet >= 0 && !keep) {
      mark.forgetOctet();
      readiness.clear(Readiness.URGENT);
    }
    return octet;
  }

  @Override
  public void urgentInLine(boolean inLine) {
    receiver.urgentInLine(inLine);
  }

  @Override
  public boolean urgentInLine() {
    return receiver.urgentInLine();
  }

  private int whyNothingToRead() {
    if (receiver.isFinReceived()) {
      return 0;
    }
    if (endError != null) {
      return endError.code;
    }
    boolean unconnected =
        !opened || state == StreamState.SYN_SENT || state == StreamState.SYN_RECEIVED;
    if (unconnected) {
      return StackError.NOT_CONNECTED.code;
    }
    return state == StreamState.CLOSED ? 0 : StackError.WOULD_BLOCK.code;
  }

  @Override
  public int receivableBytes() {
    return receiver.queue().bytes();
  }

  @Override
  public int receivablePackets() {
    return receiver.queue().packets();
  }

  @Override
  public boolean atEndOfStream() {
    return receiver.isFinReceived() && receiver.queue().bytes() == 0;
  }

  @Override
  public int peek(CellBuf[] into, int max) {
    int shown = 0;
    for (Packet packet = receiver.queue().head();
        packet != null && shown < max;
        packet = packet.next) {
      packet.retain();
      into[shown++] =
          layer.pool().handles().issue(packet, packet.payloadOffset, packet.payloadBytes);
    }
    layer.counters().add(Counter.BUFFERS_TO_USER, shown);
    return shown;
  }

  @Override
  public void consume(int bytes) {
    if (bytes < 0 || bytes > receiver.queue().bytes()) {
      throw new IllegalArgumentException(
          "consume of " + bytes + " bytes, with " + receiver.queue().bytes() + " queued");
    }
    receiver.queue().consume(bytes);
    ReceiveUrgent mark = receiver.urgent();
    if (mark != null && mark.onConsumed(bytes)) {
      readiness.clear(Readiness.URGENT);
    }
    boolean ended = receiver.isFinReceived() || state == StreamState.CLOSED;
    if (ended) {
      return;
    }
    receiver.onConsumed();
  }

  @Override
  public int shutdownSend() {
    switch (state) {
      case SYN_SENT -> end(null);
      case SYN_RECEIVED -> {
        if (sender.isFinQueued()) {
          return StackError.SHUT_DOWN.code;
        }
        closeInSynReceived();
      }
      case ESTABLISHED -> sendFinIn(StreamState.FIN_WAIT_1);
      case CLOSE_WAIT -> sendFinIn(StreamState.LAST_ACK);
      case CLOSED, LISTEN -> {
        return (endError == null ? StackError.NOT_CONNECTED : endError).code;
      }
      case FIN_WAIT_1, FIN_WAIT_2, CLOSING, LAST_ACK, TIME_WAIT -> {
        return StackError.SHUT_DOWN.code;
      }
    }
    return 0;
  }

  /**
   * With nothing to send before it the FIN leaves at once, ahead of the acknowledgment of our SYN;
   * otherwise it waits for ESTABLISHED (RFC 9293 section 3.10.4).
   */
  private void closeInSynReceived() {
    sender.queueFin();
    if (sender.unsentBytes() == 0 && sender.sendFin(layer.nowNanos())) {
      enter(StreamState.FIN_WAIT_1);
    }
  }

  private void sendFinIn(StreamState next) {
    readiness.clear(OPEN_BITS);
    sender.queueFin();
    enter(next);
    onQueued(layer.nowNanos());
    sender.output(layer.nowNanos());
  }

  @Override
  public void close() {
    if (orphan) {
      return;
    }
    readiness.listen(null);
    switch (state) {
      case CLOSED, LISTEN, SYN_SENT -> giveUpAtOnce();
      case SYN_RECEIVED, ESTABLISHED, CLOSE_WAIT -> {
        if (receiver.queue().bytes() > 0 || !mayLinger()) {
          abort();
          return;
        }
        becomeOrphan();
        shutdownSend();
      }
      case FIN_WAIT_1, CLOSING, LAST_ACK, FIN_WAIT_2, TIME_WAIT -> {
        boolean unread = receiver.queue().bytes() > 0 && !receiver.isFinReceived();
        if (unread || (state != StreamState.TIME_WAIT && !mayLinger())) {
          abort();
          return;
        }
        becomeOrphan();
        receiver.queue().clear();
        if (state == StreamState.FIN_WAIT_2) {
          startFinWait2(layer.nowNanos());
        }
      }
    }
  }

  private boolean mayLinger() {
    boolean may = layer.lingering().mayOrphan();
    if (!may) {
      layer.counters().increment(Counter.TCP_ORPHANS_REFUSED);
    }
    return may;
  }

  @Override
  public int pendingError() {
    return errorPending && endError != null ? endError.code : 0;
  }

  @Override
  public int takeError() {
    int error = pendingError();
    errorPending = false;
    return error;
  }

  @Override
  public int takeSoftError() {
    StackError error = softError;
    softError = null;
    return error == null ? 0 : error.code;
  }

  @Override
  public void sendBufferBytes(int bytes) {
    sender.bufferLimitBytes(Math.max(bytes, Math.max(sender.smss(), 1)));
    if (opened) {
      raiseWritable();
    }
  }

  @Override
  public int sendBufferBytes() {
    return sender.bufferLimitBytes();
  }

  @Override
  public void sendLowWaterBytes(int bytes) {
    sendLowWaterBytes = bytes;
  }

  @Override
  public void receiveBufferBytes(int bytes) {
    receiver.bufferBytes(Math.max(bytes, 1));
  }

  @Override
  public int receiveBufferBytes() {
    return receiver.bufferBytes();
  }

  @Override
  public void noDelay(boolean off) {
    sender.noDelay(off);
    if (off && sender.buffer().unsent() != null && state != StreamState.CLOSED) {
      sender.output(layer.nowNanos());
    }
  }

  @Override
  public boolean noDelay() {
    return sender.noDelay();
  }

  @Override
  public void dscp(int codePoint) {
    if (codePoint < 0 || codePoint > MAX_DSCP) {
      throw new IllegalArgumentException("DSCP " + codePoint + " is not 0.." + MAX_DSCP);
    }
    dscp = (byte) codePoint;
  }

  @Override
  public int dscp() {
    return dscp;
  }

  @Override
  public void keepAlive(KeepAlive settings) {
    if (keepAlive != null) {
      keepAlive.change(settings, layer.nowNanos());
    } else if (!settings.equals(keepAlive())) {
      keepAlive = new KeepAliveTimer(this, settings);
      keepAlive.begin(layer.nowNanos());
    }
  }

  @Override
  public KeepAlive keepAlive() {
    return keepAlive == null ? layer.profile().probing().keepAlive() : keepAlive.settings();
  }

  @Override
  public void userTimeoutNanos(long nanos) {
    if (nanos < 0) {
      throw new IllegalArgumentException("a user timeout of " + nanos + " ns: must be 0 or more");
    }
    if (nanos == 0) {
      if (userTimeout != null) {
        userTimeout.stop();
      }
      userTimeout = null;
    } else {
      if (userTimeout == null) {
        userTimeout = new UserTimeout(this);
      }
      userTimeout.change(nanos, layer.nowNanos());
    }
  }

  @Override
  public long userTimeoutNanos() {
    return userTimeout == null ? 0 : userTimeout.limitNanos();
  }

  @Override
  public void info(TcpInfo into) {
    into.state = state;
    into.timestamps = timestamps != null;
    into.selectiveAck = offersSack;
    into.windowScale = offeredWindowShift != TcpOptions.ABSENT;
    into.rmss = path == null ? 0 : receiveMss();
    sender.info(into);
    receiver.info(into);
  }

  @Override
  public void attach(Object owner) {
    attachment = owner;
  }

  @Override
  public @Nullable Object attachment() {
    return attachment;
  }
}
