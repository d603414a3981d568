package dev.trident.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.buffer.Slab;
import dev.trident.wire.InternetChecksum;
import dev.trident.wire.Ipv4Header;
import dev.trident.wire.TcpHeader;
import dev.trident.wire.TcpOptions;
import org.jspecify.annotations.Nullable;

/** The other end of a script: a peer that does what the test says, and knows relative numbers. */
final class Peer {
  /** Close to the wrap of sequence numbers, so that every script crosses it. */
  static final int ISS = -5;

  private final TcpHost host;
  int port = 7;
  int hostPort;
  int hostIss;
  int flowHint;

  Peer(TcpHost host) {
    this.host = host;
  }

  /** Sends a segment and ends the batch. */
  void sends(Seg seg) {
    sendsInBatch(seg);
    host.flush();
  }

  /** Sends a segment; more may follow in the same batch. */
  void sendsInBatch(Seg seg) {
    host.deliver(
        seg.encode(FakeIp.PEER, host.address, port, hostPort, ISS, hostIss), FakeIp.PEER, flowHint);
  }

  /** The next segment of the host is this. */
  Seg expects(Seg wanted) {
    byte[] bytes = host.ip.sent.poll();
    assertThat(bytes).as("a segment: " + wanted).isNotNull();
    Seg actual = decode(bytes);
    assertThat(wanted.differences(actual)).as("expected " + wanted + ", came " + actual).isEmpty();
    return actual;
  }

  /** The next segment of the host, whatever it is; null if there is none. */
  @Nullable Seg next() {
    byte[] bytes = host.ip.sent.poll();
    return bytes == null ? null : decode(bytes);
  }

  void expectsNothing() {
    assertThat(host.ip.sent.stream().map(this::decode)).isEmpty();
  }

  private Seg decode(byte[] bytes) {
    Slab slab = new Slab(bytes.length);
    slab.copyFrom(bytes, 0, 0, bytes.length);
    TcpHeader header = new TcpHeader(slab).wrap(0);
    long sum =
        InternetChecksum.pseudoHeader(
                host.address, FakeIp.PEER, Ipv4Header.PROTOCOL_TCP, bytes.length)
            + InternetChecksum.sum(slab, 0, bytes.length);
    assertThat(InternetChecksum.fold(sum)).as("checksum").isEqualTo(0xffff);
    Seg seg = Seg.flags(header.controlBits());
    if ((seg.flags & TcpHeader.SYN) != 0) {
      hostIss = header.sequenceNumber();
      hostPort = header.sourcePort();
    }
    assertThat(header.sourcePort()).isEqualTo(hostPort);
    assertThat(header.destinationPort()).isEqualTo(port);
    seg.seq = header.sequenceNumber() - hostIss;
    if ((seg.flags & TcpHeader.RST) != 0 && (seg.flags & TcpHeader.ACK) != 0) {
      seg.seq = header.sequenceNumber();
    }
    seg.ack = (seg.flags & TcpHeader.ACK) != 0 ? header.acknowledgmentNumber() - ISS : Seg.ANY;
    seg.wnd = header.window();
    seg.urgentPointer = header.urgentPointer();
    TcpOptions options = new TcpOptions();
    options.read(slab, TcpHeader.BYTES, header.headerBytes() - TcpHeader.BYTES);
    seg.mss = options.mss();
    seg.scale = options.windowScale();
    seg.hasTimestamps = options.hasTimestamps();
    seg.tsVal = options.tsVal();
    seg.tsEcr = options.tsEcr();
    byte[] data = new byte[bytes.length - header.headerBytes()];
    slab.copyTo(header.headerBytes(), data, 0, data.length);
    seg.data(data);
    slab.close();
    return seg;
  }
}
