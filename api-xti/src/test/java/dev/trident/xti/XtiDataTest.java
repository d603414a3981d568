package dev.trident.xti;

import static dev.trident.xti.XtiConstants.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.c.C;
import dev.trident.c.IntRef;
import dev.trident.testkit.Requirement;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** t_snd, t_sndv, t_rcv and t_rcvv over a connection. */
class XtiDataTest {
  private final XtiPair pair = new XtiPair();
  private final Xti client = pair.client;
  private final Xti server = pair.server;
  private final int listener = pair.listener(O_RDWR, 1);
  private final int peer = pair.connected(O_RDWR);
  private final int fd = pair.accepted(listener, O_RDWR);

  @AfterEach
  void close() {
    pair.close();
  }

  private static void assertFails(Xti xti, int result, int tErrno) {
    assertThat(result).isEqualTo(-1);
    assertThat(xti.t_errno()).isEqualTo(tErrno);
  }

  private static TIovec piece(String text) {
    return new TIovec(XtiPair.bytes(text), text.length());
  }

  /** Sends until flow control refuses: how many bytes were taken. */
  private int fill(int endpoint) {
    client.fcntl(endpoint, F_SETFL, O_NONBLOCK);
    ByteBuf block = C.malloc(10_000);
    int total = 0;
    for (int sent = 1; sent > 0; ) {
      sent = client.t_snd(endpoint, block, 10_000, 0);
      total += Math.max(sent, 0);
    }
    assertThat(client.t_errno()).isEqualTo(TFLOW);
    return total;
  }

  private int drain(int endpoint, int bytes) {
    ByteBuf block = C.malloc(10_000);
    int total = 0;
    while (total < bytes) {
      total += server.t_rcv(endpoint, block, Math.min(10_000, bytes - total), new IntRef());
    }
    return total;
  }

  // ---- send -------------------------------------------------------------------------------

  @Test
  @Requirement({
    "XTI-t_sndv-01",
    "XTI-t_sndv-02",
    "XTI-t_sndv-03",
    "XTI-t_sndv-04",
    "XTI-t_sndv-05",
    "XTI-t_sndv-06",
    "XTI-t_sndv-38",
    "XTI-t_sndv-39"
  })
  void shouldDeliverThePiecesOfAVectorInOrder() {
    ByteBuf middle = XtiPair.bytes("..two..").readerIndex(2);
    TIovec[] iov = {piece("one "), new TIovec(middle, 3), new TIovec(null, 0), piece(" three")};

    assertThat(client.t_sndv(peer, iov, 4, 0)).isEqualTo(13);

    assertThat(XtiPair.receive(server, fd, 99)).isEqualTo("one two three");
    assertThat(middle.readerIndex()).isEqualTo(2);
  }

  @Test
  @Requirement({
    "XTI-t_sndv-07",
    "XTI-t_sndv-08",
    "XTI-t_sndv-09",
    "XTI-t_sndv-62",
    "XTI-t_sndv-80"
  })
  void shouldTakeOneToSixteenPieces() {
    TIovec[] iov = new TIovec[17];
    Arrays.fill(iov, piece("ab"));

    assertThat(client.t_sndv(peer, iov, T_IOV_MAX, 0)).isEqualTo(32);
    assertFails(client, client.t_sndv(peer, iov, 17, 0), TBADDATA);
    assertFails(client, client.t_sndv(peer, iov, 0, 0), TBADDATA);
    assertFails(client, client.t_sndv(peer, iov, -1, 0), TBADDATA);
    assertThat(XtiPair.receive(server, fd, 99)).hasSize(32);
  }

  @Test
  @Requirement({
    "XTI-t_snd-05",
    "XTI-t_snd-06",
    "XTI-tcp-12",
    "XTI-t_sndv-24",
    "XTI-t_sndv-45",
    "XTI-t_sndv-58",
    "XTI-t_sndv-59"
  })
  void shouldRefuseToSendNoBytes() {
    ByteBuf buf = C.malloc(1);
    assertFails(client, client.t_snd(peer, buf, 0, 0), TBADDATA);
    assertFails(client, client.t_snd(peer, buf, 0, T_MORE), TBADDATA);
    TIovec[] empty = {new TIovec(buf, 0), new TIovec(null, 0)};
    assertFails(client, client.t_sndv(peer, empty, 2, 0), TBADDATA);
    assertFails(client, client.t_sndv(peer, empty, 2, T_MORE), TBADDATA);
  }

  @Test
  @Requirement({
    "XTI-t_snd-02",
    "XTI-t_snd-04",
    "XTI-tcp-11",
    "XTI-t_sndv-21",
    "XTI-t_sndv-27",
    "XTI-t_sndv-30",
    "XTI-flag-03"
  })
  void shouldIgnoreMoreAndPush() {
    assertThat(client.t_snd(peer, XtiPair.bytes("ab"), 2, T_MORE)).isEqualTo(2);
    assertThat(client.t_snd(peer, XtiPair.bytes("cd"), 2, T_PUSH)).isEqualTo(2);
    TIovec[] iov = {piece("ef")};
    assertThat(client.t_sndv(peer, iov, 1, T_MORE | T_PUSH)).isEqualTo(2);
    pair.settle();
    IntRef flags = new IntRef(99);
    ByteBuf buf = C.malloc(3);
    assertThat(server.t_rcv(fd, buf, 3, flags)).isEqualTo(3);
    assertThat(flags.value).isZero();
    assertThat(XtiPair.receive(server, fd, 99)).isEqualTo("def");
  }

  @Test
  @Requirement({"XTI-flag-04", "XTI-t_sndv-64"})
  void shouldRefuseUnknownFlags() {
    assertFails(client, client.t_snd(peer, C.malloc(1), 1, 8), TBADFLAG);
    assertFails(client, client.t_sndv(peer, new TIovec[] {piece("a")}, 1, 0x80), TBADFLAG);
  }

  @Test
  void shouldRefuseMemoryThatIsNotThere() {
    ByteBuf buf = C.malloc(4).readerIndex(1);
    assertFails(client, client.t_snd(peer, buf, 4, 0), TBADDATA);
    assertFails(client, client.t_snd(peer, buf, -1, 0), TBADDATA);
    assertFails(client, client.t_snd(peer, null, 1, 0), TBADDATA);
    ByteBuf released = Unpooled.buffer(4, 4);
    released.release();
    assertFails(client, client.t_snd(peer, released, 1, 0), TBADDATA);
    TIovec[] iov = {piece("a"), new TIovec(buf, 4)};
    assertFails(client, client.t_sndv(peer, iov, 2, 0), TBADDATA);
    IntRef flags = new IntRef();
    assertFails(server, server.t_rcv(fd, buf, 4, flags), TBADDATA);
    assertFails(server, server.t_rcv(fd, C.malloc(4).asReadOnly(), 4, flags), TBADDATA);
    assertFails(server, server.t_rcv(fd, null, 4, flags), TBADDATA);
  }

  @Test
  @Requirement({"XTI-order-01", "XTI-order-02", "XTI-order-03", "XTI-order-04", "XTI-t_sndv-82"})
  void shouldReportTheFirstOfSeveralFaults() {
    TIovec[] none = {};
    assertFails(client, client.t_sndv(99, none, 0, 0x80), TBADF);
    int udp = client.t_open("/dev/udp", O_RDWR, null);
    assertFails(client, client.t_sndv(udp, none, 0, 0x80), TNOTSUPPORT);
    int unbound = client.t_open("/dev/tcp", O_RDWR, null);
    assertFails(client, client.t_sndv(unbound, none, 0, 0x80), TBADDATA);
    TIovec[] tooLong = {new TIovec(C.malloc(1), 2)};
    assertFails(client, client.t_sndv(unbound, tooLong, 1, 0x80), TOUTSTATE);
    assertFails(client, client.t_sndv(peer, tooLong, 1, 0x80), TBADFLAG);
    server.t_snddis(fd, null);
    pair.settle();
    assertFails(client, client.t_sndv(peer, tooLong, 1, 0), TBADDATA);
    TIovec[] empty = {new TIovec(null, 0)};
    assertFails(client, client.t_sndv(peer, empty, 1, 0), TLOOK);
    client.t_rcvdis(peer, null);
    assertFails(client, client.t_sndv(peer, empty, 1, 0), TOUTSTATE);
  }

  // ---- flow control -----------------------------------------------------------------------

  @Test
  @Requirement({
    "XTI-t_snd-13",
    "XTI-t_snd-14",
    "XTI-t_sndv-34",
    "XTI-t_sndv-35",
    "XTI-t_sndv-42",
    "XTI-t_sndv-52",
    "XTI-t_sndv-65",
    "XTI-look-11"
  })
  void shouldTakeWhatFitsAndThenRefuseWhenAsynchronous() {
    assertThat(client.t_look(peer)).isZero();

    int total = fill(peer);

    assertThat(total).isGreaterThan(100_000);
    TIovec[] iov = {new TIovec(C.malloc(10_000), 10_000)};
    assertFails(client, client.t_sndv(peer, iov, 1, 0), TFLOW);
    assertThat(drain(fd, total)).isEqualTo(total);
  }

  @Test
  @Requirement({"XTI-look-09", "XTI-look-12", "XTI-t_sndv-36"})
  void shouldShowOnceThatFlowControlIsLifted() {
    int total = fill(peer);
    assertThat(client.t_look(peer)).isZero();
    drain(fd, total);
    pair.settle();

    assertThat(client.t_look(peer)).isEqualTo(T_GODATA);
    assertThat(client.t_look(peer)).isZero();
  }

  @Test
  @Requirement({"XTI-t_snd-10", "XTI-t_sndv-32", "XTI-t_sndv-53", "XTI-t_snd-11", "XTI-t_sndv-43"})
  void shouldReturnThePartThatWasTakenWhenInterrupted() {
    ByteBuf large = C.malloc(4 << 20);
    Thread.currentThread().interrupt();

    int sent = client.t_snd(peer, large, 4 << 20, 0);

    assertThat(sent).isBetween(100_000, (4 << 20) - 1);
    assertThat(Thread.interrupted()).isFalse();
    TIovec[] iov = {new TIovec(large, 1 << 20), new TIovec(large, 1 << 20)};
    drain(fd, sent);
    Thread.currentThread().interrupt();
    int more = client.t_sndv(peer, iov, 2, 0);
    assertThat(more).isBetween(1, (2 << 20) - 1);
  }

  @Test
  @Requirement({"XTI-t_snd-12", "XTI-t_sndv-44", "XTI-t_sndv-70"})
  void shouldFailWithEintrWhenInterruptedBeforeAnyByte() {
    fill(peer);
    client.fcntl(peer, F_SETFL, 0);
    Thread.currentThread().interrupt();

    assertFails(client, XtiPair.send(client, peer, "x"), TSYSERR);
    assertThat(client.errno()).isEqualTo(EINTR);
    Thread.currentThread().interrupt();
    assertFails(client, client.t_sndv(peer, new TIovec[] {piece("x")}, 1, 0), TSYSERR);
    assertThat(client.errno()).isEqualTo(EINTR);
  }

  // ---- receive ----------------------------------------------------------------------------

  @Test
  @Requirement({"XTI-t_rcv-01", "XTI-t_rcv-11", "XTI-t_rcvv-04"})
  void shouldHaveNoDataWhenAsynchronousAndNothingIsQueued() {
    server.fcntl(fd, F_SETFL, O_NONBLOCK);
    IntRef flags = new IntRef(7);

    assertFails(server, server.t_rcv(fd, C.malloc(4), 4, flags), TNODATA);
    assertThat(flags.value).isZero();
    TIovec[] iov = {new TIovec(C.malloc(4), 4)};
    assertFails(server, server.t_rcvv(fd, iov, 1, flags), TNODATA);
  }

  @Test
  @Requirement({"XTI-t_rcvv-01", "XTI-t_rcvv-05"})
  void shouldFillThePiecesOfAVectorInOrder() {
    XtiPair.send(client, peer, "abcdefg");
    TIovec[] iov = {
      new TIovec(C.malloc(3), 3),
      new TIovec(null, 0),
      new TIovec(C.malloc(9), 2),
      new TIovec(C.malloc(9), 9)
    };

    assertThat(server.t_rcvv(fd, iov, 4, new IntRef())).isEqualTo(7);

    assertThat(text(iov[0], 3)).isEqualTo("abc");
    assertThat(text(iov[2], 2)).isEqualTo("de");
    assertThat(text(iov[3], 2)).isEqualTo("fg");
  }

  private static String text(TIovec piece, int length) {
    ByteBuf buf = piece.iov_base;
    return buf == null ? "" : buf.toString(0, length, StandardCharsets.US_ASCII);
  }

  @Test
  @Requirement({"XTI-t_rcvv-02", "XTI-t_rcvv-03"})
  void shouldReceiveIntoOneToSixteenPieces() {
    TIovec[] iov = new TIovec[17];
    Arrays.fill(iov, new TIovec(C.malloc(1), 1));
    assertFails(server, server.t_rcvv(fd, iov, 17, new IntRef()), TBADDATA);
    assertFails(server, server.t_rcvv(fd, iov, 0, new IntRef()), TBADDATA);
  }

  @Test
  @Requirement({"XTI-look-04", "XTI-look-13", "XTI-t_rcv-09"})
  void shouldShowDataUntilItIsRead() {
    XtiPair.send(client, peer, "abc");
    pair.settle();
    assertThat(server.t_look(fd)).isEqualTo(T_DATA);
    assertThat(XtiPair.receive(server, fd, 2)).isEqualTo("ab");
    assertThat(server.t_look(fd)).isEqualTo(T_DATA);
    assertThat(XtiPair.receive(server, fd, 2)).isEqualTo("c");
    assertThat(server.t_look(fd)).isZero();
  }

  @Test
  void shouldReadNothingWhenAskedForNothing() {
    XtiPair.send(client, peer, "abc");
    assertThat(server.t_rcv(fd, C.malloc(1), 0, new IntRef())).isZero();
    assertThat(server.t_rcv(fd, null, 0, new IntRef())).isZero();
    assertThat(XtiPair.receive(server, fd, 9)).isEqualTo("abc");
    server.fcntl(fd, F_SETFL, O_NONBLOCK);
    assertFails(server, server.t_rcv(fd, null, 0, new IntRef()), TNODATA);
    client.t_sndrel(peer);
    pair.settle();
    assertFails(server, server.t_rcv(fd, null, 0, new IntRef()), TLOOK);
  }

  @Test
  void shouldWriteAtTheReaderIndexAndMoveNone() {
    XtiPair.send(client, peer, "abc");
    ByteBuf buf = C.malloc(10).readerIndex(4);

    assertThat(server.t_rcv(fd, buf, 6, new IntRef())).isEqualTo(3);

    assertThat(buf.toString(4, 3, StandardCharsets.US_ASCII)).isEqualTo("abc");
    assertThat(buf.readerIndex()).isEqualTo(4);
    assertThat(buf.writerIndex()).isEqualTo(10);
  }

  @Test
  void shouldConsumeAndAppendInNettysManner() {
    XtiBuf sending = new XtiBuf(client);
    XtiBuf receiving = new XtiBuf(server);
    ByteBuf out = Unpooled.copiedBuffer("..netty", StandardCharsets.US_ASCII).skipBytes(2);
    ByteBuf in = Unpooled.buffer(16, 16).writeByte('>');

    assertThat(sending.t_snd(peer, out, 0)).isEqualTo(5);
    assertThat(receiving.t_rcv(fd, in, new IntRef())).isEqualTo(5);

    assertThat(out.isReadable()).isFalse();
    assertThat(in.toString(StandardCharsets.US_ASCII)).isEqualTo(">netty");
  }
}
