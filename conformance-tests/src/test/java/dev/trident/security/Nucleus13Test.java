package dev.trident.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.c.C;
import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.endpoint.StreamListener;
import dev.trident.endpoint.TcpInfo;
import dev.trident.testkit.Frames;
import dev.trident.testkit.Requirement;
import dev.trident.trace.DropReason;
import dev.trident.wire.TcpHeader;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** NUCLEUS:13: what broke Nucleus NET in 2021, CVE by CVE. */
class Nucleus13Test {
  private static final int OPEN_PORT = 7;
  private static final byte[] NONE = {};
  private static final byte[] SOME = Frames.pattern(40, 1);

  private final Victim victim = new Victim();

  @AfterEach
  void close() {
    victim.close();
  }

  private byte[] frame(int protocol, byte[] data) {
    return Craft.frame(victim, Craft.datagram(protocol, data));
  }

  /** CVE-2021-31344: options that name another host do not send it anything. */
  @Test
  @Requirement({"SEC-NUCLEUS13-01", "SEC-NUCLEUS13-02"})
  void shouldReplyToTheSourceAloneAndEchoNoOption() {
    byte[] echo = Craft.icmp(8, 0, SOME);
    byte[][] harmless = {
      Craft.bytes(7, 11, 12, 10, 0, 0, 66, 10, 0, 0, 67, 0), // record route, full
      Craft.bytes(7, 7, 4, 0, 0, 0, 0, 0), // record route, empty
      Craft.bytes(68, 12, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0), // timestamps
      Craft.bytes(68, 12, 13, 1, 10, 0, 0, 66, 1, 2, 3, 4), // timestamps with addresses
      Craft.bytes(148, 4, 0, 0), // router alert
      Craft.bytes(99, 8, 10, 0, 0, 66, 0, 0) // nobody knows this one
    };
    for (byte[] options : harmless) {
      byte[] request = Craft.withOptions(Craft.ICMP, options, echo);
      byte[] sent = victim.attack(Craft.frame(victim, request)).isAccepted().answer();
      byte[] reply = Frames.datagram(sent);
      assertThat(Frames.getMac(sent, 0)).isEqualTo(Attacker.MAC);
      assertThat(Frames.getInt(reply, 16)).isEqualTo(Attacker.ADDRESS);
      assertThat(reply[0]).as("no options").isEqualTo((byte) 0x45);
      assertThat(Frames.data(reply)).isEqualTo(Craft.icmp(0, 0, SOME));
    }
    for (int kind : new int[] {131, 137}) {
      byte[] route = Craft.bytes(kind, 7, 4, 10, 0, 0, 66, 0);
      victim.attackInVain(
          DropReason.IP_SOURCE_ROUTE,
          Craft.frame(victim, Craft.withOptions(Craft.ICMP, route, echo)));
    }
  }

  /** CVE-2021-31345: every length that UDP can tell, against the bytes that came. */
  @Test
  @Requirement("SEC-NUCLEUS13-03")
  void shouldHoldTheUdpLengthAgainstTheBytesPresent() {
    DatagramEndpoint socket = victim.datagramAt(OPEN_PORT);
    byte[] whole = Craft.udp(OPEN_PORT, SOME);
    for (int length = 0; length <= whole.length + 16; length++) {
      byte[] lie = Craft.udpUnsummed(Craft.with16(whole, 4, length));
      if (length < 8 || length > whole.length) {
        victim.attackInVain(DropReason.UDP_BAD_LENGTH, frame(Craft.UDP, lie));
        continue;
      }
      victim.send(frame(Craft.UDP, lie));
      assertThat(socket.nextBytes()).as("UDP length %d", length).isEqualTo(length - 8);
      ByteBuf buffer = C.malloc(100);
      assertThat(victim.call(() -> socket.receive(buffer, 0, 100))).isEqualTo(length - 8);
    }
    victim.attackInVain(
        DropReason.UDP_BAD_LENGTH,
        frame(Craft.UDP, Craft.udpUnsummed(Craft.with16(whole, 4, 0xffff))));
    assertThat(victim.cellsHeld()).isZero();
  }

  /** CVE-2021-31346: errors and echoes cut at every length. */
  @Test
  @Requirement("SEC-NUCLEUS13-04")
  void shouldReadNoIcmpPayloadBeyondTheBytesPresent() {
    for (int type : new int[] {0, 3, 4, 5, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 30}) {
      byte[] whole = Frames.concat(Craft.quote(Craft.UDP, OPEN_PORT, 5, 0), SOME);
      for (int length = 0; length <= whole.length; length++) {
        byte[] message = Craft.icmp(type, 0, Arrays.copyOf(whole, length));
        byte[] frame = Craft.bare(victim, Frames.IPV4, Craft.datagram(Craft.ICMP, message));
        Effect effect = victim.attack(frame);
        if (type == 8) {
          byte[] reply = Frames.data(Frames.datagram(effect.answer()));
          assertThat(Arrays.copyOfRange(reply, 8, reply.length))
              .isEqualTo(Arrays.copyOf(whole, length));
          // Both zeros of ones' complement are right.
          assertThat(Frames.checksum(reply, 0, reply.length, 0)).isZero();
        } else {
          effect.isSilent();
          assertThat(effect.drops()).hasSize(1);
        }
      }
    }
  }

  /** CVE-2021-31889: every length of a SACK option, and blocks that were never sent. */
  @Test
  @Requirement("SEC-NUCLEUS13-05")
  void shouldUseASackOptionOnlyIfItFitsWhatWasSent() {
    StreamListener listener = victim.listenAt(80, 5);
    byte[] sackPermitted = Craft.bytes(2, 4, 2, 24, 4, 2, 1, 1);
    TcpTarget target = TcpTarget.accepted(victim, listener, 5, sackPermitted);
    victim.call(() -> target.stream.send(C.malloc(4_000), 0, 4_000, 0));
    assertThat(victim.attacker.take()).isNotEmpty();
    int una = target.ack;
    for (int length = 0; length <= 40; length++) {
      boolean proper = length >= 10 && (length - 2) % 8 == 0 && length <= 34;
      assertThat(sackedSegments(target, length, una + 536, una + 1_072) > 0)
          .as("SACK option of %d bytes", length)
          .isEqualTo(proper);
    }
    for (int[] block :
        new int[][] {
          {una - 1_000, una - 500},
          {una - 500, una + 100},
          {una + 3_000, una + 5_000},
          {una + 100_000, una + 200_000},
          {una + 1_072, una + 536},
          {una + 536, una + 536},
          {una + 0x7fffffff, una - 0x7fffffff}
        }) {
      assertThat(sackedSegments(target, 10, block[0], block[1])).isZero();
    }
    victim.send(target.frame(target.segment(target.seq, una + 4_000, TcpHeader.ACK, NONE, NONE)));
    victim.assertAnswersPing();
  }

  /** What one SACK makes the scoreboard hold; a connection of its own each time. */
  private int sackedSegments(TcpTarget like, int length, int left, int right) {
    int shift = left - like.ack;
    int width = right - left;
    TcpTarget fresh =
        TcpTarget.accepted(
            victim, victim.listenAt(1_000 + ports++, 1), 7, Craft.bytes(2, 4, 2, 24, 4, 2, 1, 1));
    victim.call(() -> fresh.stream.send(C.malloc(4_000), 0, 4_000, 0));
    ByteBuffer options = ByteBuffer.allocate(40).put((byte) 5).put((byte) length);
    while (options.remaining() >= 8) {
      options.putInt(fresh.ack + shift).putInt(fresh.ack + shift + width);
    }
    victim.send(
        fresh.frame(fresh.segment(fresh.seq, fresh.ack, TcpHeader.ACK, options.array(), NONE)));
    TcpInfo info = new TcpInfo();
    victim.run(() -> fresh.stream.info(info));
    victim.assertAnswersPing();
    fresh.abort();
    return info.sackedSegments;
  }

  private int ports;

  /** CVE-2021-31890: the payload is what is there, for each total length of the datagram. */
  @Test
  @Requirement("SEC-NUCLEUS13-06")
  void shouldKeepThePayloadBetweenNothingAndTheBytesPresent() {
    TcpTarget target = victim.connections(1).getFirst();
    for (int total = 0; total <= 90; total++) {
      byte[] segment =
          target.segment(target.seq, target.ack, TcpHeader.ACK, NONE, Frames.pattern(40, 1));
      int present = Math.max(0, Math.min(total - 20, segment.length));
      byte[] summed = Craft.tcpSummed(Arrays.copyOf(segment, present));
      byte[] datagram =
          Craft.totalLength(
              Craft.datagram(Craft.TCP, Frames.concat(summed, new byte[60 - present])), total);
      victim.send(Craft.frame(victim, datagram));
      int payload = total > 80 || present < 20 ? 0 : present - 20;
      assertThat(target.stream.receivableBytes()).as("total length %d", total).isEqualTo(payload);
      target.seq += target.read(100).length;
    }
    target.assertAlive();
  }
}
