package dev.trident.script;

import dev.trident.script.lang.Event.Direction;
import dev.trident.script.lang.Event.PacketAction;
import dev.trident.script.lang.Event.Ports;
import dev.trident.script.lang.IpMarks;
import dev.trident.script.lang.Segment;
import dev.trident.script.lang.Segment.TcpOption;
import dev.trident.wire.Ipv4Header;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Makes live datagrams of inbound packet lines: numbers translated, payload zero, sums right. */
final class PacketEncoder {
  private static final int DEFAULT_TTL = 255;
  private static final int TCP_QUOTE_BYTES = 8;
  private static final int QUOTED_PROTOCOL_OFFSET = 9;
  private static final int ICMP_UNREACHABLE = 3;
  private static final int ICMP_SOURCE_QUENCH = 4;
  private static final int ICMP_REDIRECT = 5;
  private static final int ICMP_TIME_EXCEEDED = 11;
  private static final int ICMP_PARAMETER_PROBLEM = 12;

  private final Flow flow;
  private final boolean echoesScaled;

  /**
   * @param echoesScaled whether a TS ecr needs no equal TS val before it
   */
  PacketEncoder(Flow flow, boolean echoesScaled) {
    this.flow = flow;
    this.echoesScaled = echoesScaled;
  }

  ByteBuffer encode(PacketAction packet) throws MismatchException {
    Ports ports = packet.ports();
    int source = ports == null ? flow.remotePort() : ports.source();
    int destination = ports == null ? flow.localPort() : ports.destination();
    return switch (packet.segment()) {
      case Segment.Tcp tcp -> {
        byte[] options = OptionCodec.encode(live(tcp));
        int header = LivePacket.TCP_HEADER_BYTES + options.length;
        ByteBuffer bytes = ip(packet.marks(), 6, header + tcp.sequence().length());
        putTcp(bytes, tcp, source, destination, options);
        yield finish(bytes, 16);
      }
      case Segment.Udp udp -> {
        int length = LivePacket.UDP_HEADER_BYTES + udp.payloadBytes();
        ByteBuffer bytes = ip(packet.marks(), Ipv4Header.PROTOCOL_UDP, length);
        bytes.putShort((short) source).putShort((short) destination).putShort((short) length);
        yield finish(bytes, 6);
      }
      case Segment.Icmp icmp -> icmp(packet.marks(), icmp);
    };
  }

  private ByteBuffer ip(IpMarks marks, int protocol, int payloadBytes) {
    ByteBuffer bytes = ByteBuffer.allocate(Ipv4Header.BYTES + payloadBytes);
    int tos = marks.tos() == IpMarks.UNSET ? 0 : marks.tos();
    switch (marks.ecn()) {
      case UNSET, EITHER -> {}
      case NOT_ECT -> tos &= ~3;
      case ECT0 -> tos = (tos & ~3) | 2;
      case ECT1 -> tos = (tos & ~3) | 1;
      case CE -> tos |= 3;
    }
    int ttl = marks.ttl() == IpMarks.UNSET ? DEFAULT_TTL : marks.ttl();
    bytes.put((byte) 0x45).put((byte) tos).putShort((short) bytes.capacity());
    bytes.putInt(0).put((byte) ttl).put((byte) protocol).putShort((short) 0);
    bytes.putInt(flow.remoteAddress()).putInt(flow.localAddress());
    bytes.putShort(10, (short) Checksums.field(Checksums.sum(bytes, 0, Ipv4Header.BYTES)));
    return bytes;
  }

  /** Stores the transport's checksum at {@code field} of its header. */
  private ByteBuffer finish(ByteBuffer bytes, int field) {
    int length = bytes.capacity() - Ipv4Header.BYTES;
    int protocol = bytes.get(QUOTED_PROTOCOL_OFFSET);
    long sum = Checksums.sum(bytes, Ipv4Header.BYTES, length);
    if (protocol != Ipv4Header.PROTOCOL_ICMP) {
      sum += Checksums.pseudoHeader(bytes.getInt(12), bytes.getInt(16), protocol, length);
    }
    int checksum = Checksums.field(sum);
    boolean absent = checksum == 0 && protocol == Ipv4Header.PROTOCOL_UDP;
    bytes.putShort(Ipv4Header.BYTES + field, (short) (absent ? 0xffff : checksum));
    return bytes.clear();
  }

  // ---- TCP ----------------------------------------------------------------------------------

  private void putTcp(
      ByteBuffer bytes, Segment.Tcp tcp, int source, int destination, byte[] options) {
    boolean syn = (tcp.flags() & TcpFlag.SYN) != 0;
    boolean ack = (tcp.flags() & TcpFlag.ACK) != 0;
    long start = tcp.sequence().start();
    int sequence =
        tcp.sequence().absolute() ? (int) start : flow.liveSequence(Direction.INBOUND, syn, start);
    int acknowledgment =
        ack || tcp.acknowledgment() != 0
            ? flow.liveAcknowledgment(Direction.INBOUND, syn, tcp.acknowledgment())
            : 0;
    bytes.putShort((short) source).putShort((short) destination);
    bytes.putInt(sequence).putInt(acknowledgment);
    int words = (LivePacket.TCP_HEADER_BYTES + options.length) / 4;
    bytes.putShort((short) (words << 12 | tcp.flags()));
    bytes.putShort((short) tcp.window()).putShort((short) 0);
    bytes.putShort((short) tcp.urgentPointer());
    bytes.put(options);
  }

  /** The options with live numbers: SACK edges and TS ecr are the stack's. */
  private List<TcpOption> live(Segment.Tcp tcp) throws MismatchException {
    List<TcpOption> written = tcp.options();
    if (written == null) {
      throw new MismatchException("<...> stands for any options, and so cannot be sent");
    }
    boolean syn = (tcp.flags() & TcpFlag.SYN) != 0;
    boolean ack = (tcp.flags() & TcpFlag.ACK) != 0;
    List<TcpOption> live = new ArrayList<>();
    for (TcpOption option : written) {
      live.add(
          switch (option) {
            case TcpOption.Sack sack -> {
              List<TcpOption.Block> blocks = new ArrayList<>();
              for (TcpOption.Block block : sack.blocks()) {
                blocks.add(
                    new TcpOption.Block(
                        flow.liveAcknowledgment(Direction.INBOUND, syn, block.left()),
                        flow.liveAcknowledgment(Direction.INBOUND, syn, block.right())));
              }
              yield new TcpOption.Sack(blocks);
            }
            case TcpOption.Timestamps ts ->
                ack && !ts.echoAbsolute()
                    ? new TcpOption.Timestamps(ts.value(), liveEcho(ts.echo()), true)
                    : ts;
            default -> option;
          });
    }
    return live;
  }

  private long liveEcho(long script) throws MismatchException {
    OptionalInt live = flow.timestamps().liveEcho(script);
    if (live.isPresent()) {
      return live.getAsInt();
    }
    if (echoesScaled) {
      return flow.timestamps().scaledEcho(script);
    }
    throw new MismatchException(
        "TS ecr " + script + ": no outbound packet before had this TS val in the script");
  }

  // ---- ICMP ---------------------------------------------------------------------------------

  private ByteBuffer icmp(IpMarks marks, Segment.Icmp icmp) {
    byte[] quote = isError(icmp.type()) ? quote(icmp.echo()) : new byte[0];
    ByteBuffer bytes =
        ip(marks, Ipv4Header.PROTOCOL_ICMP, LivePacket.ICMP_HEADER_BYTES + quote.length);
    bytes.put((byte) icmp.type()).put((byte) icmp.code()).putInt(0);
    bytes.putShort((short) (icmp.mtu() == Segment.UNSET ? 0 : icmp.mtu()));
    bytes.put(quote);
    return finish(bytes, 2);
  }

  private static boolean isError(int type) {
    return switch (type) {
      case ICMP_UNREACHABLE,
          ICMP_SOURCE_QUENCH,
          ICMP_REDIRECT,
          ICMP_TIME_EXCEEDED,
          ICMP_PARAMETER_PROBLEM ->
          true;
      default -> false;
    };
  }

  /**
   * The packet quoted: IP header as the stack sent it, without TOS, TTL and checksums, and the
   * first 8 bytes behind it.
   */
  private byte[] quote(@Nullable Segment echo) {
    ByteBuffer bytes = ByteBuffer.allocate(Ipv4Header.BYTES + TCP_QUOTE_BYTES);
    boolean udp =
        echo == null ? flow.protocol() == Ipv4Header.PROTOCOL_UDP : echo instanceof Segment.Udp;
    int total = Ipv4Header.BYTES;
    long start = 0;
    switch (echo) {
      case null -> total += udp ? LivePacket.UDP_HEADER_BYTES : LivePacket.TCP_HEADER_BYTES;
      case Segment.Udp quoted -> total += LivePacket.UDP_HEADER_BYTES + quoted.payloadBytes();
      case Segment.Tcp quoted -> {
        total += LivePacket.TCP_HEADER_BYTES + quoted.sequence().length();
        start = quoted.sequence().start();
      }
      case Segment.Icmp _ -> total += LivePacket.ICMP_HEADER_BYTES;
    }
    bytes.put((byte) 0x45).put((byte) 0).putShort((short) total).putInt(0);
    bytes.put((byte) 0);
    bytes.put((byte) (udp ? Ipv4Header.PROTOCOL_UDP : Ipv4Header.PROTOCOL_TCP));
    bytes.putShort((short) 0).putInt(flow.localAddress()).putInt(flow.remoteAddress());
    bytes.putShort((short) flow.localPort()).putShort((short) flow.remotePort());
    if (udp) {
      bytes.putShort((short) (total - Ipv4Header.BYTES)).putShort((short) 0);
    } else {
      bytes.putInt(flow.liveSequence(Direction.OUTBOUND, false, start));
    }
    return bytes.array();
  }
}
