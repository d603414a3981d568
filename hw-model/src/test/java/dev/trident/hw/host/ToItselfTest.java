package dev.trident.hw.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.endpoint.Endpoint;
import dev.trident.endpoint.Readiness;
import dev.trident.endpoint.StackError;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.StreamListener;
import dev.trident.endpoint.Transport;
import dev.trident.hw.time.VirtualClock;
import dev.trident.testkit.Requirement;
import dev.trident.trace.MibObject;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A host that talks to itself, with lent bytes, whose checksum the engine leaves to the adapter: on
 * this way there is none that anybody outside would check.
 */
class ToItselfTest {
  private static final int PORT = 7;
  private static final int LARGEST = 65_507;
  private static final long SECOND = 1_000_000_000L;

  private final Fabric fabric = Fabric.polled(new VirtualClock());
  private final HostStack stack = fabric.host("a", 1).nic("itself", "10.0.0.1/24").defaultStack();
  private final Transport transport = stack.transport();
  private final ByteBuf sent = Unpooled.buffer(LARGEST);
  private final ByteBuf received = Unpooled.buffer(LARGEST);
  private final List<Object> freed = new ArrayList<>();

  ToItselfTest() {
    for (int i = 0; i < LARGEST; i++) {
      sent.setByte(i, i * 31 + (i >>> 8));
    }
    stack.enter();
  }

  @AfterEach
  void close() {
    stack.exit();
    fabric.close();
  }

  private void await(Endpoint endpoint, int readiness) {
    assertThat(stack.await(() -> endpoint.readiness().isAny(readiness), SECOND))
        .isEqualTo(AwaitResult.HOLDS);
  }

  private void assertSame(int bytes) {
    assertThat(received.slice(0, bytes)).isEqualTo(sent.slice(0, bytes));
  }

  @ParameterizedTest
  @ValueSource(ints = {0x0a000001, 0x7f000001})
  @Requirement("LES-quirks-02")
  void shouldDeliverItsOwnDatagramsWhoseChecksumWasLeftToTheAdapter(int address) {
    DatagramEndpoint receiver = Objects.requireNonNull(transport.newDatagram());
    DatagramEndpoint sender = Objects.requireNonNull(transport.newDatagram());
    assertThat(receiver.bind(0, PORT)).isZero();
    int[] lengths = {0, 1, 1_472, 1_473, LARGEST};
    for (int length : lengths) {
      assertThat(sender.sendLoan(sent, 0, length, length, freed::add, address, PORT))
          .isEqualTo(length);
      await(receiver, Readiness.READABLE);
      assertThat(receiver.receive(received, 0, LARGEST)).isEqualTo(length);
      assertSame(length);
    }
    assertThat(transport.mib().get(MibObject.UDP_IN_DATAGRAMS)).isEqualTo(lengths.length);
    assertThat(transport.mib().get(MibObject.UDP_IN_ERRORS)).isZero();
    assertThat(stack.await(() -> freed.size() == lengths.length, SECOND))
        .isEqualTo(AwaitResult.HOLDS);
  }

  @ParameterizedTest
  @ValueSource(ints = {0x0a000001, 0x7f000001})
  @Requirement("LES-quirks-02")
  void shouldDeliverItsOwnSegmentsWhoseChecksumWasLeftToTheAdapter(int address) {
    StreamListener listener = Objects.requireNonNull(transport.newListener());
    assertThat(listener.bind(0, PORT)).isZero();
    assertThat(listener.listen(1)).isZero();
    StreamEndpoint client = Objects.requireNonNull(transport.newStream());
    assertThat(client.connect(address, PORT)).isZero();
    await(listener, Readiness.READABLE);
    StreamEndpoint server = Objects.requireNonNull(listener.accept());
    int length = client.sendLoan(sent, 0, 20_001, "lent", freed::add, 0);
    assertThat(length).isEqualTo(20_001);
    for (int done = 0; done < length; ) {
      await(server, Readiness.READABLE);
      int count = server.receive(received, done, LARGEST - done);
      assertThat(count).as(() -> StackError.of(count).toString()).isPositive();
      done += count;
    }
    assertSame(length);
    assertThat(transport.mib().get(MibObject.TCP_IN_ERRS)).isZero();
    assertThat(transport.mib().get(MibObject.TCP_RETRANS_SEGS)).isZero();
    assertThat(stack.await(() -> freed.size() == 1, SECOND)).isEqualTo(AwaitResult.HOLDS);
  }
}
