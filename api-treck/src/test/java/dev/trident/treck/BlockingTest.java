package dev.trident.treck;

import static dev.trident.treck.TwoHosts.RIGHT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.c.C;
import dev.trident.c.Ref;
import dev.trident.c.SockAddrIn;
import dev.trident.testkit.Requirement;
import dev.trident.treck.error.ErrorCodes;
import dev.trident.treck.option.OptionConstants;
import dev.trident.treck.socket.SocketConstants;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls that wait while other programs get on, on driven and simulated hosts. */
class BlockingTest implements ErrorCodes, SocketConstants, OptionConstants {
  private static final int PORT = 7_777;

  /** A program on a host: the calls without a prefix, as a port has them. */
  private static class Program extends Treck {
    final Ref<ByteBuf> data = new Ref<>();
    private final Mode.World world;

    Program(Mode.World world, boolean left) {
      super(left ? world.left() : world.right());
      this.world = world;
      assertThat(tfStartTreck()).isEqualTo(TM_ENOERROR);
    }

    int acceptOne() {
      int listener = socket(AF_INET, SOCK_STREAM, 0);
      assertThat(bind(listener, SockAddrIn.of("0.0.0.0", PORT), 16)).isZero();
      assertThat(listen(listener, 4)).isZero();
      int sd = accept(listener, null, null);
      assertThat(sd).isNotNegative();
      assertThat(tfClose(listener)).isZero();
      return sd;
    }

    int connectTo() {
      while (true) {
        int sd = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(sd, SockAddrIn.of(RIGHT, PORT), SockAddrIn.SIZEOF) == 0) {
          return sd;
        }
        assertThat(tfGetSocketError(sd)).isEqualTo(TM_ECONNREFUSED);
        tfClose(sd);
        Mode.breathe(world.left());
      }
    }

    /** Receives {@code count} bytes that must be those of {@link #pattern}. */
    void expect(int sd, int count) {
      ByteBuf buffer = C.malloc(1_000);
      for (int seen = 0; seen < count; ) {
        int got = recv(sd, buffer, 1_000, 0);
        assertThat(got).as("error %d", tfGetSocketError(sd)).isPositive();
        for (int i = 0; i < got; i++) {
          assertThat(buffer.getByte(i)).isEqualTo((byte) ((seen + i) * 7));
        }
        seen += got;
      }
    }

    TtUserMessage message(int size) {
      return Objects.requireNonNull(tfGetZeroCopyBuffer(size, data));
    }

    void lingerClose(int sd) {
      assertThat(setsockopt(sd, SOL_SOCKET, SO_LINGER, new Linger(1, 20), Linger.SIZEOF)).isZero();
      assertThat(tfClose(sd)).as("error %d", tfGetSocketError(sd)).isZero();
    }
  }

  /** Writes the pattern as it stands from byte {@code from} of a stream on. */
  private static ByteBuf pattern(ByteBuf buffer, int from, int count) {
    for (int i = 0; i < count; i++) {
      buffer.setByte(i, (from + i) * 7);
    }
    return buffer;
  }

  private interface Sending {
    void send(Program program, int sd);
  }

  /** The left sends by {@code sending}, the right receives {@code count} bytes of the pattern. */
  private static void transfer(Mode mode, int count, Sending sending) throws Exception {
    try (Mode.World world = mode.open()) {
      Program left = new Program(world, true);
      Program right = new Program(world, false);
      int runCells = world.left().defaultStack().transport().pool().freeRunCells();
      world.start(
          world.right(),
          "receiver",
          () -> {
            int sd = right.acceptOne();
            right.expect(sd, count);
            assertThat(right.recv(sd, C.malloc(1), 1, 0)).isZero();
            assertThat(right.tfClose(sd)).isZero();
          });
      world.start(
          world.left(),
          "sender",
          () -> {
            int sd = left.connectTo();
            sending.send(left, sd);
            left.lingerClose(sd);
          });
      world.run();
      assertThat(world.left().defaultStack().transport().pool().freeRunCells()).isEqualTo(runCells);
    }
  }

  @ParameterizedTest
  @EnumSource
  @Requirement({"TRK-send-01", "TRK-tfClose-05"})
  void shouldSendEverythingWhenBlocking(Mode mode) throws Exception {
    transfer(
        mode,
        300_000,
        (program, sd) ->
            assertThat(program.send(sd, pattern(C.malloc(300_000), 0, 300_000), 300_000, 0))
                .isEqualTo(300_000));
  }

  @ParameterizedTest
  @EnumSource
  @Requirement("TRK-tfZeroCopySend-55")
  void shouldWaitUntilAMessageFits(Mode mode) throws Exception {
    transfer(
        mode,
        30 * 5_000,
        (program, sd) -> {
          for (int i = 0; i < 30; i++) {
            TtUserMessage message = program.message(5_000);
            pattern(program.data.get(), i * 5_000, 5_000);
            assertThat(program.tfZeroCopySend(sd, message, 5_000, 0)).isEqualTo(5_000);
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  @Requirement("TRK-tfZeroCopySend-53")
  void shouldWaitForAnEmptyQueueWithAMessageAboveItsSize(Mode mode) throws Exception {
    transfer(
        mode,
        4 * 40_000,
        (program, sd) -> {
          for (int i = 0; i < 4; i++) {
            TtUserMessage message = program.message(40_000);
            pattern(program.data.get(), i * 40_000, 40_000);
            assertThat(program.tfZeroCopySend(sd, message, 40_000, 0)).isEqualTo(40_000);
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  @Requirement({"TRK-tfZeroCopyUserBufferSend-52", "TRK-tfZeroCopyUserBufferSend-13"})
  void shouldWaitUntilAUserBufferFits(Mode mode) throws Exception {
    AtomicInteger freed = new AtomicInteger();
    transfer(
        mode,
        30 * 5_000,
        (program, sd) -> {
          for (int i = 0; i < 30; i++) {
            ByteBuf own = pattern(C.malloc(5_000), i * 5_000, 5_000);
            int sent =
                program.tfZeroCopyUserBufferSend(
                    sd, own, own, 5_000, token -> freed.incrementAndGet(), 0);
            assertThat(sent).isEqualTo(5_000);
          }
        });
    assertThat(freed).hasValue(30);
  }

  @ParameterizedTest
  @EnumSource
  void shouldReleaseTheMessageWhenTheSocketIsClosedUnderABlockedSend(Mode mode) throws Exception {
    try (Mode.World world = mode.open()) {
      Program left = new Program(world, true);
      Program right = new Program(world, false);
      AtomicInteger socket = new AtomicInteger(-1);
      AtomicInteger freed = new AtomicInteger();
      int runCells = world.left().defaultStack().transport().pool().freeRunCells();
      world.start(world.right(), "deaf", right::acceptOne);
      world.start(
          world.left(),
          "sender",
          () -> {
            int sd = left.connectTo();
            ByteBuf chunk = C.malloc(1_000);
            // Full for good: a delayed acknowledgement, or a peer's thread that was not run, made
            // room again after a refusal or two.
            for (int refused = 0; refused < 200; ) {
              int sent =
                  left.tfZeroCopyUserBufferSend(sd, chunk, chunk, 1_000, token -> {}, MSG_DONTWAIT);
              if (sent < 0) {
                refused++;
                Mode.breathe(world.left());
              } else {
                refused = 0;
              }
            }
            socket.set(sd);
            TtUserMessage message = left.message(8_000);
            assertThat(left.tfZeroCopySend(sd, message, 8_000, 0)).isEqualTo(TM_SOCKET_ERROR);
            assertThat(left.tfGetSocketError(sd)).isEqualTo(TM_EBADF);
            assertThat(left.tfFreeZeroCopyBuffer(message)).isEqualTo(TM_EINVAL);
          });
      world.start(
          world.left(),
          "lender",
          () -> {
            while (socket.get() < 0) {
              Mode.breathe(world.left());
            }
            ByteBuf own = C.malloc(8_000);
            int sent =
                left.tfZeroCopyUserBufferSend(
                    socket.get(), own, own, 8_000, token -> freed.incrementAndGet(), 0);
            assertThat(sent).isEqualTo(TM_SOCKET_ERROR);
            assertThat(freed).hasValue(1);
          });
      world.start(
          world.left(),
          "closer",
          () -> {
            while (socket.get() < 0) {
              Mode.breathe(world.left());
            }
            Mode.breathe(world.left());
            left.setsockopt(socket.get(), SOL_SOCKET, SO_LINGER, new Linger(1, 0), Linger.SIZEOF);
            assertThat(left.tfClose(socket.get())).isZero();
          });
      world.run();
      assertThat(world.left().defaultStack().transport().pool().freeRunCells()).isEqualTo(runCells);
    }
  }

  private interface Blocking {
    int call(Program program, int sd);
  }

  /** A call that blocks in a socket fails TM_EBADF when another program closes the socket. */
  private static void expectWokenByClose(Mode mode, int type, boolean listening, Blocking blocking)
      throws Exception {
    try (Mode.World world = mode.open()) {
      Program program = new Program(world, true);
      int sd = program.socket(AF_INET, type, 0);
      if (listening) {
        assertThat(program.listen(sd, 1)).isZero();
      }
      AtomicInteger left = new AtomicInteger();
      for (int i = 0; i < 3; i++) {
        world.start(
            world.left(),
            "waiter " + i,
            () -> {
              assertThat(blocking.call(program, sd)).isEqualTo(TM_SOCKET_ERROR);
              assertThat(program.tfGetSocketError(sd)).isEqualTo(TM_EBADF);
              left.incrementAndGet();
            });
      }
      world.start(
          world.left(),
          "closer",
          () -> {
            Mode.breathe(world.left());
            assertThat(program.tfClose(sd)).isZero();
          });
      world.run();
      assertThat(left).hasValue(3);
      assertThat(program.socket(AF_INET, SOCK_DGRAM, 0)).isEqualTo(sd);
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldWakeABlockedReceiveWhenTheSocketIsClosed(Mode mode) throws Exception {
    expectWokenByClose(
        mode, SOCK_DGRAM, false, (program, sd) -> program.recv(sd, C.malloc(10), 10, 0));
  }

  @ParameterizedTest
  @EnumSource
  void shouldWakeABlockedAcceptWhenTheSocketIsClosed(Mode mode) throws Exception {
    expectWokenByClose(mode, SOCK_STREAM, true, (program, sd) -> program.accept(sd, null, null));
  }

  @ParameterizedTest
  @EnumSource
  void shouldWakeASelectWhenASocketIsClosed(Mode mode) throws Exception {
    expectWokenByClose(
        mode,
        SOCK_DGRAM,
        false,
        (program, sd) -> {
          FdSet reads = new FdSet();
          Treck.FD_SET(sd, reads);
          int result = program.select(sd + 1, reads, null, null, null);
          assertThat(program.lastErrorOfThread()).isEqualTo(TM_EBADF);
          return result;
        });
  }

  @ParameterizedTest
  @EnumSource
  void shouldWakeABlockedConnectWhenTheSocketIsClosed(Mode mode) throws Exception {
    try (Mode.World world = mode.open()) {
      Program program = new Program(world, true);
      int sd = program.socket(AF_INET, SOCK_STREAM, 0);
      world.start(
          world.left(),
          "connecting",
          () -> {
            int result = program.connect(sd, SockAddrIn.of("10.0.0.77", PORT), 16);
            assertThat(result).isEqualTo(TM_SOCKET_ERROR);
            assertThat(program.tfGetSocketError(sd)).isEqualTo(TM_EBADF);
          });
      world.start(
          world.left(),
          "closer",
          () -> {
            Mode.breathe(world.left());
            assertThat(program.tfClose(sd)).isZero();
          });
      world.run();
    }
  }

  @ParameterizedTest
  @EnumSource
  @Requirement("TRK-tfZeroCopyUserBufferSend-14")
  void shouldFreeBuffersOfSeveralThreadsThroughOneFunction(Mode mode) throws Exception {
    AtomicInteger freed = new AtomicInteger();
    TtUserFreeFunc shared = token -> freed.incrementAndGet();
    try (Mode.World world = mode.open()) {
      Program left = new Program(world, true);
      Program right = new Program(world, false);
      int receiver = right.socket(AF_INET, SOCK_DGRAM, 0);
      assertThat(right.bind(receiver, SockAddrIn.of(RIGHT, PORT), 16)).isZero();
      for (int i = 0; i < 3; i++) {
        world.start(
            world.left(),
            "sender " + i,
            () -> {
              int sd = left.socket(AF_INET, SOCK_DGRAM, 0);
              ByteBuf own = C.malloc(100);
              for (int k = 0; k < 100; k++) {
                int sent =
                    left.tfZeroCopyUserBufferSendTo(
                        sd, own, own, 100, shared, 0, SockAddrIn.of(RIGHT, PORT), 16);
                assertThat(sent).as("error %d", left.tfGetSocketError(sd)).isEqualTo(100);
              }
            });
      }
      world.start(
          world.left(),
          "waiter",
          () -> {
            while (freed.get() < 300) {
              Mode.breathe(world.left());
            }
          });
      world.run();
    }
    assertThat(freed).hasValue(300);
  }
}
