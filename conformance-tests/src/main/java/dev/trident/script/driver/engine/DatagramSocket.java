package dev.trident.script.driver.engine;

import dev.trident.buffer.CellBuf;
import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.endpoint.StackError;
import dev.trident.endpoint.TcpInfo;
import dev.trident.script.driver.ApiDriver.Outcome;
import dev.trident.script.driver.Call;
import dev.trident.script.driver.Call.Direction;
import dev.trident.script.driver.Call.Events;
import dev.trident.script.driver.Call.MessageFlag;
import dev.trident.script.driver.NotExpressibleException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A UDP socket. */
final class DatagramSocket extends BsdSocket {
  private static final int MTU_DISCOVER_DO = 2;

  private final DatagramEndpoint endpoint;
  private int ttl;
  private int mtuDiscover;

  DatagramSocket(EngineHost host, DatagramEndpoint endpoint, int ttl) {
    super(host);
    this.endpoint = endpoint;
    this.ttl = ttl;
  }

  @Override
  Outcome bind(int address, int port) {
    return Errno.outcome(reserving(() -> endpoint.bind(address, port)));
  }

  @Override
  Operation connect(int address, int port) {
    return Operation.done(Errno.outcome(endpoint.connect(address, port)));
  }

  @Override
  Operation receive(Call.Receive call) throws NotExpressibleException {
    for (MessageFlag flag : call.flags()) {
      if (flag == MessageFlag.OOB || flag == MessageFlag.ERRQUEUE) {
        throw lacks("recv(MSG_" + flag + ") of UDP");
      }
    }
    return new Receiving(total(call.lengths()), call.flags());
  }

  private final class Receiving implements Operation {
    private final int wanted;
    private final List<MessageFlag> flags;

    Receiving(int wanted, List<MessageFlag> flags) {
      this.wanted = wanted;
      this.flags = flags;
    }

    @Override
    public @Nullable Outcome attempt() {
      if (endpoint.pendingError() != 0) {
        return Errno.error(endpoint.takeError());
      }
      int size = endpoint.nextBytes();
      if (size == StackError.WOULD_BLOCK.code) {
        return null;
      }
      int copied = Math.min(size, wanted);
      ByteBuf into = Unpooled.buffer(Math.max(copied, 1));
      if (flags.contains(MessageFlag.PEEK)) {
        CellBuf shown = endpoint.peekMessage();
        if (shown != null) {
          shown.getBytes(0, into, 0, copied);
          shown.release();
        }
      } else {
        endpoint.receive(into, 0, copied);
      }
      ByteBuffer data = ByteBuffer.wrap(into.array(), 0, copied);
      long value = flags.contains(MessageFlag.TRUNC) ? size : copied;
      return new Outcome(value, null, List.of(), data);
    }

    @Override
    public Outcome wouldBlock() {
      return Outcome.error("EAGAIN");
    }
  }

  @Override
  Operation send(Call.Send call) throws NotExpressibleException {
    for (MessageFlag flag : call.flags()) {
      if (flag != MessageFlag.DONTWAIT && flag != MessageFlag.NOSIGNAL) {
        throw lacks("send(MSG_" + flag + ") of UDP");
      }
    }
    int length = total(call.lengths());
    return new Operation() {
      @Override
      public @Nullable Outcome attempt() {
        if (endpoint.pendingError() != 0) {
          return Errno.error(endpoint.takeError());
        }
        if (length > Zeros.BYTES) {
          return Outcome.error("EMSGSIZE");
        }
        int result = endpoint.send(Zeros.BUFFER, 0, length, call.address(), call.port());
        return result == StackError.WOULD_BLOCK.code ? null : Errno.outcome(result);
      }

      @Override
      public Outcome wouldBlock() {
        return Outcome.error("EAGAIN");
      }
    };
  }

  @Override
  Outcome shutdown(Direction how) {
    return Outcome.error("EOPNOTSUPP");
  }

  @Override
  Outcome queuedBytes(boolean received) {
    return value(received ? Math.max(endpoint.nextBytes(), 0) : 0);
  }

  @Override
  int events() {
    int events = Events.OUT;
    if (endpoint.receivableDatagrams() > 0) {
      events |= Events.IN;
    }
    return endpoint.pendingError() != 0 ? events | Events.ERR : events;
  }

  @Override
  void close() {
    endpoint.close();
  }

  @Override
  void abort() {
    endpoint.close();
  }

  @Override
  boolean info(TcpInfo into) {
    return false;
  }

  @Override
  int takeError() {
    return endpoint.takeError();
  }

  @Override
  Outcome setOther(Call.SetOption call) throws NotExpressibleException {
    int value = call.values().getFirst().intValue();
    switch (call.option()) {
      case SO_RCVBUF -> endpoint.receiveBufferBytes(value);
      case SO_SNDBUF -> endpoint.sendBufferBytes(value);
      case IP_TTL -> {
        if (value < 1 || value > 255) {
          return Outcome.error("EINVAL");
        }
        ttl = value;
        endpoint.ttl(value);
      }
      case IP_MTU_DISCOVER -> {
        mtuDiscover = value;
        endpoint.dontFragment(value == MTU_DISCOVER_DO);
      }
      default -> throw lacks("setsockopt(" + call.option() + ") of UDP");
    }
    return Outcome.of(0);
  }

  @Override
  Outcome getOther(Call.GetOption call) throws NotExpressibleException {
    return switch (call.option()) {
      case SO_RCVBUF -> value(endpoint.receiveBufferBytes());
      case SO_SNDBUF -> value(endpoint.sendBufferBytes());
      case IP_TTL -> value(ttl);
      case IP_MTU_DISCOVER -> value(mtuDiscover);
      default -> throw lacks("getsockopt(" + call.option() + ") of UDP");
    };
  }
}
