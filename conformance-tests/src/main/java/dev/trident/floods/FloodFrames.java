package dev.trident.floods;

import dev.trident.buffer.Slab;
import dev.trident.hw.time.SeededRandom;
import dev.trident.wire.InternetChecksum;
import dev.trident.wire.TcpHeader;

/** Writes the frames of floods, whole and with right checksums, at the start of a slab. */
final class FloodFrames {
  static final int VICTIM = 0x0a000001;
  static final int FLOODER = 0x0a000063;
  static final long FLOODER_MAC = 0x0200_0000_0063L;
  static final int PORT = 80;

  /** From where the flooder opens his own connection. */
  static final int OWN_PORT = 6_000;

  /** Data of a useful segment. */
  static final int MSS = 1_460;

  private static final int IP = 14;
  private static final int TRANSPORT = IP + 20;
  private static final int MIN_FRAME_BYTES = 60;
  private static final int TYPE_IPV4 = 0x0800;
  private static final int TYPE_ARP = 0x0806;
  private static final long BROADCAST = 0xffff_ffff_ffffL;

  /** Pieces ahead of the gap; the window is wider. */
  private static final int PIECES = 30_000;

  private final Slab slab;
  private final long victimMac;
  private final SeededRandom random;

  FloodFrames(Slab slab, long victimMac, long seed) {
    this.slab = slab;
    this.victimMac = victimMac;
    random = new SeededRandom(seed);
  }

  /**
   * Writes frame {@code number} of a flood.
   *
   * @param seq what the victim expects next in the flooder's own connection
   * @param ack what it has sent there
   * @return its length
   */
  int write(Flood flood, long number, int seq, int ack) {
    return switch (flood) {
      case SYN -> {
        int source = 0x0b000000 | (int) random.below(1 << 24);
        int port = 1_024 + (int) random.below(60_000);
        yield segment(source, port, (int) random.nextLong(), 0, TcpHeader.SYN, 0);
      }
      case ARP -> arp(0x100 + (int) random.below(0xff00)); // not the client: that would be spoofing
      case FRAGMENTS ->
          fragment(0x0b000000 | (int) random.below(1 << 24), (int) random.below(65_536));
      case ICMP -> echo((int) number);
      case TINY -> {
        int place = 2 + 2 * (int) (number % PIECES);
        yield segment(FLOODER, OWN_PORT, seq + place, ack, TcpHeader.ACK, 1);
      }
    };
  }

  /** A full segment of the flooder's own connection. */
  int useful(int seq, int ack) {
    return segment(FLOODER, OWN_PORT, seq, ack, TcpHeader.ACK, MSS);
  }

  /** A segment without options; its data is zero. */
  int segment(int source, int port, int seq, int ack, int flags, int dataBytes) {
    int length = TcpHeader.BYTES + dataBytes;
    ip(source, seq, 6, 0, 0, length);
    slab.putShort(TRANSPORT, port);
    slab.putShort(TRANSPORT + 2, PORT);
    slab.putInt(TRANSPORT + 4, seq);
    slab.putInt(TRANSPORT + 8, ack);
    slab.putShort(TRANSPORT + 12, ((TcpHeader.BYTES / 4) << 12) | flags);
    slab.putShort(TRANSPORT + 14, 0xffff);
    slab.putInt(TRANSPORT + 16, 0);
    slab.zero(TRANSPORT + TcpHeader.BYTES, dataBytes);
    long sum =
        InternetChecksum.pseudoHeader(source, VICTIM, 6, length)
            + InternetChecksum.sum(slab, TRANSPORT, length);
    slab.putShort(TRANSPORT + 16, InternetChecksum.complement(sum));
    return finish(TRANSPORT + length);
  }

  /** A question for the victim's address from 10.0.0.0/16. */
  int arp(int lastOfSender) {
    ethernet(BROADCAST, TYPE_ARP);
    arpBody(1, FLOODER_MAC + lastOfSender, 0x0a000000 | lastOfSender, 0, VICTIM);
    return finish(IP + 28);
  }

  /** The flooder says where he is: to {@code mac}, which has asked. */
  int arpReply(long mac, int asker, int asked) {
    ethernet(mac, TYPE_ARP);
    arpBody(2, FLOODER_MAC, asked, mac, asker);
    return finish(IP + 28);
  }

  private void arpBody(int operation, long senderMac, int sender, long targetMac, int target) {
    slab.putInt(IP, 0x00010800);
    slab.putInt(IP + 4, 0x06040000 | operation);
    slab.putLong(IP + 8, senderMac << 16);
    slab.putInt(IP + 14, sender);
    slab.putLong(IP + 18, targetMac << 16);
    slab.putInt(IP + 24, target);
  }

  private int fragment(int source, int id) {
    int bytes = 24;
    ip(source, id, 17, 0x2000, 0, bytes);
    slab.zero(TRANSPORT, bytes);
    return finish(TRANSPORT + bytes);
  }

  private int echo(int number) {
    int bytes = 26;
    ip(FLOODER, number, 1, 0, 0, bytes);
    slab.zero(TRANSPORT, bytes);
    slab.putInt(TRANSPORT, 0x08000000);
    slab.putInt(TRANSPORT + 4, number);
    slab.putShort(
        TRANSPORT + 2, InternetChecksum.complement(InternetChecksum.sum(slab, TRANSPORT, bytes)));
    return finish(TRANSPORT + bytes);
  }

  // ---- headers ----------------------------------------------------------------------------------

  private void ethernet(long destination, int type) {
    slab.putLong(0, destination << 16);
    slab.putLong(6, FLOODER_MAC << 16);
    slab.putShort(12, type);
  }

  private void ip(int source, int id, int protocol, int flags, int offset, int dataBytes) {
    ethernet(victimMac, TYPE_IPV4);
    slab.putShort(IP, 0x4500);
    slab.putShort(IP + 2, 20 + dataBytes);
    slab.putShort(IP + 4, id);
    slab.putShort(IP + 6, flags | (offset / 8));
    slab.putShort(IP + 8, (64 << 8) | protocol);
    slab.putShort(IP + 10, 0);
    slab.putInt(IP + 12, source);
    slab.putInt(IP + 16, VICTIM);
    slab.putShort(IP + 10, InternetChecksum.complement(InternetChecksum.sumOfHeader(slab, IP)));
  }

  /** Fills up to the shortest frame. */
  private int finish(int end) {
    if (end < MIN_FRAME_BYTES) {
      slab.zero(end, MIN_FRAME_BYTES - end);
    }
    return Math.max(end, MIN_FRAME_BYTES);
  }
}
