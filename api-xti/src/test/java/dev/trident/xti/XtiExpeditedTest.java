package dev.trident.xti;

import static dev.trident.xti.XtiConstants.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.c.C;
import dev.trident.c.IntRef;
import dev.trident.testkit.Requirement;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Expedited data on TCP: its urgent data. */
class XtiExpeditedTest {
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

  private void send(String text, int flags) {
    assertThat(client.t_snd(peer, XtiPair.bytes(text), text.length(), flags))
        .isEqualTo(text.length());
    pair.settle();
  }

  /** What t_rcv returns, and its flags. */
  private String receive(int most) {
    ByteBuf buf = C.malloc(most);
    IntRef flags = new IntRef(99);
    int count = server.t_rcv(fd, buf, most, flags);
    assertThat(count).isPositive();
    return buf.toString(0, count, StandardCharsets.US_ASCII) + " " + flags.value;
  }

  @Test
  @Requirement({"XTI-t_info-11"})
  void shouldOfferExpeditedDataWithoutLimit() {
    TInfo info = new TInfo();
    client.t_getinfo(peer, info);
    assertThat(info.etsdu).isEqualTo(T_INFINITE);
  }

  @Test
  @Requirement({
    "XTI-urgent-01",
    "XTI-urgent-02",
    "XTI-urgent-04",
    "XTI-urgent-09",
    "XTI-urgent-10",
    "XTI-urgent-11",
    "XTI-t_snd-03",
    "XTI-t_rcv-03",
    "XTI-t_rcv-06"
  })
  void shouldReceiveEachUrgentByteOnItsOwnWhenEarlierDataWasRead() {
    String[] pieces = {"123", "4", "56", "7", "89"};
    for (String piece : pieces) {
      boolean expedited = piece.length() == 1;
      send(piece, expedited ? T_EXPEDITED : 0);
      assertThat(receive(99)).isEqualTo(piece + " " + (expedited ? T_EXPEDITED : 0));
    }
  }

  @Test
  @Requirement({
    "XTI-look-05",
    "XTI-look-13",
    "XTI-look-18",
    "XTI-urgent-03",
    "XTI-urgent-05",
    "XTI-urgent-06",
    "XTI-urgent-07",
    "XTI-t_rcv-02"
  })
  void shouldDeliverAllUnreadBytesUpToTheMarkAsExpedited() {
    send("abc", 0);
    assertThat(server.t_look(fd)).isEqualTo(T_DATA);
    send("de", T_EXPEDITED);
    send("fg", 0);
    assertThat(server.t_look(fd)).isEqualTo(T_EXDATA);
    assertThat(receive(2)).isEqualTo("ab " + (T_EXPEDITED | T_MORE));
    assertThat(server.t_look(fd)).isEqualTo(T_EXDATA);
    assertThat(receive(99)).isEqualTo("cde " + T_EXPEDITED);
    assertThat(server.t_look(fd)).isEqualTo(T_DATA);
    assertThat(receive(99)).isEqualTo("fg 0");
    assertThat(server.t_look(fd)).isZero();
  }

  @Test
  @Requirement("XTI-urgent-08")
  void shouldShowOneMarkWhenItMovesOnUnread() {
    send("a", T_EXPEDITED);
    send("b", 0);
    send("c", T_EXPEDITED);
    assertThat(receive(99)).isEqualTo("abc " + T_EXPEDITED);
    assertThat(server.t_look(fd)).isZero();
  }

  @Test
  @Requirement({"XTI-t_sndv-13", "XTI-t_sndv-03", "XTI-t_rcvv-05", "XTI-t_rcvv-01"})
  void shouldGatherAndScatterOneKindAtATime() {
    TIovec[] out = {new TIovec(XtiPair.bytes("ab"), 2), new TIovec(XtiPair.bytes("cd"), 2)};
    assertThat(client.t_sndv(peer, out, 2, T_EXPEDITED)).isEqualTo(4);
    pair.settle();
    send("ef", 0);
    TIovec[] into = {new TIovec(C.malloc(1), 1), new TIovec(C.malloc(3), 3)};
    TIovec[] more = {into[0], into[1], new TIovec(C.malloc(9), 9)};
    IntRef flags = new IntRef();
    assertThat(server.t_rcvv(fd, more, 3, flags)).isEqualTo(4);
    assertThat(flags.value).isEqualTo(T_EXPEDITED);
    assertThat(into[0].iov_base).isNotNull();
    assertThat(server.t_rcvv(fd, more, 3, flags)).isEqualTo(2);
    assertThat(flags.value).isZero();
  }

  /** Both kinds share the room there is; each is told on its own that there is room again. */
  @Test
  @Requirement({"XTI-look-10", "XTI-look-11", "XTI-event-09"})
  void shouldTellExpeditedSendersOfRoomOnlyAfterARefusal() {
    client.fcntl(peer, F_SETFL, O_NONBLOCK);
    ByteBuf block = C.malloc(10_000);
    int total = 0;
    for (int sent = client.t_snd(peer, block, 10_000, 0);
        sent > 0;
        sent = client.t_snd(peer, block, 10_000, T_EXPEDITED)) {
      total += sent;
    }
    assertThat(client.t_errno()).isEqualTo(TFLOW);
    assertThat(client.t_look(peer)).isZero();
    IntRef flags = new IntRef();
    for (int left = total; left > 0; pair.settle()) {
      left -= server.t_rcv(fd, block, Math.min(left, 10_000), flags);
    }
    assertThat(client.t_look(peer)).isEqualTo(T_GOEXDATA);
    assertThat(client.t_look(peer)).isZero();
  }
}
