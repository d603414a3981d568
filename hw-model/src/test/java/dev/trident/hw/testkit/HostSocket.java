package dev.trident.hw.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.c.C;
import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.endpoint.EchoEndpoint;
import dev.trident.endpoint.Readiness;
import dev.trident.hw.host.AwaitResult;
import dev.trident.hw.host.Condition;
import dev.trident.hw.host.Host;
import dev.trident.hw.host.HostStack;
import io.netty.buffer.ByteBuf;
import java.util.Objects;

/** A datagram socket as an API would use it: each call enters the stack. For one thread. */
public final class HostSocket {
  private static final int BUFFER_BYTES = 1_024;

  public final HostStack stack;

  /** For what needs no call of its own; whoever polls beside this thread enters the stack. */
  public final DatagramEndpoint endpoint;

  private final ByteBuf buffer = C.malloc(BUFFER_BYTES);
  private final Condition readable =
      new Condition() {
        @Override
        public boolean holds() {
          return endpoint.readiness().isAny(Readiness.READABLE);
        }

        @Override
        public String toString() {
          return "a datagram at port " + endpoint.localPort();
        }
      };

  /**
   * A socket that is bound.
   *
   * @param address 0 for all of the host
   */
  public HostSocket(HostStack stack, int address, int port) {
    this.stack = stack;
    stack.enter();
    try {
      endpoint = Objects.requireNonNull(stack.transport().newDatagram());
      assertThat(endpoint.bind(address, port)).isZero();
    } finally {
      stack.exit();
    }
  }

  /** One datagram from any port; what {@link DatagramEndpoint#send} answered. */
  public static int sendOnce(Host from, int lengthBytes, int address, int port) {
    HostStack stack = from.defaultStack();
    stack.enter();
    try {
      DatagramEndpoint endpoint = Objects.requireNonNull(stack.transport().newDatagram());
      int result = endpoint.send(C.malloc(lengthBytes), 0, lengthBytes, address, port);
      endpoint.close();
      return result;
    } finally {
      stack.exit();
    }
  }

  /** One echo request, and whether the answer came in time. */
  public static AwaitResult ping(Host from, int address, long timeoutNanos) {
    HostStack stack = from.defaultStack();
    stack.enter();
    try {
      EchoEndpoint echo = Objects.requireNonNull(stack.transport().newEcho());
      assertThat(echo.send(address, 56)).isNotNegative();
      AwaitResult result = stack.await(() -> echo.received() > 0, timeoutNanos);
      echo.close();
      return result;
    } finally {
      stack.exit();
    }
  }

  /** What {@link DatagramEndpoint#send} answers. */
  public int send(int lengthBytes, int address, int port) {
    stack.enter();
    try {
      return endpoint.send(buffer, 0, lengthBytes, address, port);
    } finally {
      stack.exit();
    }
  }

  /** Waits until there is something to receive. */
  public AwaitResult awaitReadable(long timeoutNanos) {
    stack.enter();
    try {
      return stack.await(readable, timeoutNanos);
    } finally {
      stack.exit();
    }
  }

  /** Waits for a datagram and takes it; {@link #endpoint} says what it was. */
  public AwaitResult receive(long timeoutNanos) {
    stack.enter();
    try {
      AwaitResult result = stack.await(readable, timeoutNanos);
      if (result == AwaitResult.HOLDS) {
        assertThat(endpoint.receive(buffer, 0, BUFFER_BYTES)).isNotNegative();
      }
      return result;
    } finally {
      stack.exit();
    }
  }

  public void close() {
    stack.enter();
    endpoint.close();
    stack.exit();
  }
}
