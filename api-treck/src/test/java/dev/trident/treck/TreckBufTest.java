package dev.trident.treck;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.c.IntRef;
import dev.trident.c.SockAddrIn;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class TreckBufTest extends TwoHostsTest {
  private static ByteBuf text(String text) {
    return Unpooled.buffer().writeBytes(text.getBytes(US_ASCII));
  }

  private static String read(ByteBuf buffer) {
    return buffer.toString(US_ASCII);
  }

  @Test
  void shouldConsumeWhatIsSentAndAppendWhatIsReceived() {
    Pair pair = connect();
    ByteBuf sent = text("hello, world");
    sent.skipBytes(7);
    assertThat(new TreckBuf(left).send(pair.client(), sent, 0)).isEqualTo(5);
    assertThat(sent.readableBytes()).isZero();
    ByteBuf got = Unpooled.buffer(64).writeByte('>');
    assertThat(new TreckBuf(right).recv(pair.server(), got, 0)).isEqualTo(5);
    assertThat(read(got)).isEqualTo(">world");
  }

  @Test
  void shouldMoveNoIndexOnFailure() {
    int sd = left.socket(AF_INET, SOCK_STREAM, 0);
    ByteBuf sent = text("hello");
    expectError(left, sd, new TreckBuf(left).send(sd, sent, 0), TM_ENOTCONN);
    assertThat(sent.readableBytes()).isEqualTo(5);
    expectError(left, sd, new TreckBuf(left).recv(sd, sent, 0), TM_ENOTCONN);
    assertThat(read(sent)).isEqualTo("hello");
  }

  @Test
  void shouldReleaseALentBufferWhenDone() {
    Pair pair = connect();
    TreckBuf buf = new TreckBuf(left);
    ByteBuf lent = text("hello");
    assertThat(buf.sendLoan(pair.client(), lent, 0)).isEqualTo(5);
    settle();
    assertThat(lent.refCnt()).isZero();
    ByteBuf refused = text("hello");
    assertThat(buf.sendLoan(99, refused, 0)).isEqualTo(TM_SOCKET_ERROR);
    assertThat(refused.refCnt()).isZero();
    fillSendQueue(pair);
    ByteBuf kept = text("hello");
    expectError(
        left, pair.client(), buf.sendLoan(pair.client(), kept, MSG_DONTWAIT), TM_EWOULDBLOCK);
    assertThat(kept.refCnt()).isEqualTo(1);
  }

  @Test
  void shouldCarryDatagrams() {
    int receiver = bound(right, SOCK_DGRAM, PORT);
    int sender = bound(left, SOCK_DGRAM, 5_555);
    ByteBuf sent = text("hello");
    assertThat(new TreckBuf(left).sendTo(sender, sent, 0, at(RIGHT, PORT))).isEqualTo(5);
    ByteBuf got = Unpooled.buffer(64);
    SockAddrIn from = new SockAddrIn();
    assertThat(new TreckBuf(right).recvFrom(receiver, got, 0, from, new IntRef(16))).isEqualTo(5);
    assertThat(read(got)).isEqualTo("hello");
    assertThat(from).hasToString(LEFT + ":5555");
  }
}
