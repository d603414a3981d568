package dev.trident.security;

import dev.trident.testkit.Frames;
import dev.trident.wire.TcpHeader;
import java.nio.ByteBuffer;

/**
 * The attacker's ends of connections, as far as a fuzzer needs them to get deep: for each remote
 * port the numbers that the victim has last shown, so that segments fit unless they are not to.
 */
final class TcpPeers {
  static final int FIRST_PORT = 5_000;
  static final int SERVER_PORT = 80;

  /** Where the victim connects to. */
  static final int CLIENT_PORT = 5_007;

  /** From where a connection with timestamps comes. */
  static final int TIMESTAMPS_PORT = 5_001;

  private static final int PORTS = 8;
  private static final int[] SCALE = {0, 0, 0, 1, 100, 65_536, 1 << 24, 0x3fffffff};

  private final int[] seq = new int[PORTS];
  private final int[] ack = new int[PORTS];
  private final int[] victimPort = new int[PORTS];
  private final int[] una = new int[PORTS];
  private final int[] tsVal = new int[PORTS];

  TcpPeers() {
    for (int i = 0; i < PORTS; i++) {
      seq[i] = 1_000 * i;
      victimPort[i] = SERVER_PORT;
    }
  }

  /** Learns from a frame that the victim has sent. */
  void watch(byte[] frame) {
    if (frame.length < 54 || Frames.etherType(frame) != Frames.IPV4 || frame[23] != Craft.TCP) {
      return;
    }
    int port = Frames.getShort(frame, 36) - FIRST_PORT;
    if (port < 0 || port >= PORTS) {
      return;
    }
    int flags = frame[47];
    int header = (frame[46] >>> 4 & 0xf) * 4;
    int payload = Frames.getShort(frame, 16) - 20 - header;
    int syn = (flags & TcpHeader.SYN) != 0 ? 1 : 0;
    int fin = (flags & TcpHeader.FIN) != 0 ? 1 : 0;
    victimPort[port] = Frames.getShort(frame, 34);
    una[port] = Frames.getInt(frame, 38);
    ack[port] = una[port] + payload + syn + fin;
    if ((flags & TcpHeader.ACK) != 0) {
      seq[port] = Frames.getInt(frame, 42);
    }
  }

  int seq(int port) {
    return seq[port - FIRST_PORT];
  }

  int ack(int port) {
    return ack[port - FIRST_PORT];
  }

  /** A segment of one of the connections, or of one that is none yet. */
  byte[] segment(FuzzInput input) {
    int who = input.octet();
    int i = who % PORTS;
    int flags = input.octet() & 0x3f;
    int shift = who >>> 3;
    int sequence = seq[i] + input.signed() * SCALE[shift % 8];
    int acknowledged = ack[i] + input.signed() * SCALE[shift / 4];
    int size = input.octet();
    byte[] data = new byte[size < 128 ? size : (size - 128) * 11];
    byte[] options = options(input, i);
    byte[] segment =
        Frames.tcp(
            Attacker.ADDRESS,
            FIRST_PORT + i,
            Victim.ADDRESS,
            victimPort[i],
            sequence,
            acknowledged,
            flags,
            options,
            data);
    int window = input.octet();
    Frames.putShort(segment, 14, window < 64 ? window : window * 257);
    if ((flags & TcpHeader.URG) != 0) {
      Frames.putShort(segment, 18, input.pair());
    }
    return segment;
  }

  private byte[] options(FuzzInput input, int i) {
    int kind = input.octet();
    return switch (kind % 8) {
      case 1 -> Craft.bytes(2, 4, input.octet(), input.octet());
      case 2 -> timestamps(input, i);
      case 3 -> sack(input, i);
      case 4 -> Craft.bytes(2, 4, 5, 0xb4, 4, 2, 1, 1, 3, 3, input.octet() % 16, 1);
      case 5 -> input.octets(4 * (1 + input.octet() % 10));
      case 6 -> Craft.bytes(34, 10, 1, 2, 3, 4, 5, 6, 7, 8, 1, 1);
      default -> FIRST_PORT + i == TIMESTAMPS_PORT ? timestamps(input, i) : new byte[0];
    };
  }

  /** A timestamps option that echoes nothing. */
  static byte[] timestamps(int value) {
    return ByteBuffer.allocate(12).putInt(0x0101080a).putInt(value).putInt(0).array();
  }

  private byte[] timestamps(FuzzInput input, int i) {
    tsVal[i] += input.signed();
    return ByteBuffer.allocate(12)
        .putInt(0x0101080a)
        .putInt(tsVal[i])
        .putInt(input.octet() % 2 == 0 ? 0 : 1_000)
        .array();
  }

  private byte[] sack(FuzzInput input, int i) {
    int blocks = 1 + input.octet() % 4;
    ByteBuffer options =
        ByteBuffer.allocate(4 + 8 * blocks).put(Craft.bytes(1, 1, 5, 2 + 8 * blocks));
    for (int block = 0; block < blocks; block++) {
      int left = una[i] + input.signed() * 100;
      options.putInt(left).putInt(left + input.signed() * 100);
    }
    return options.array();
  }

  /** What an ICMP error about a segment in flight quotes. */
  byte[] quote(FuzzInput input) {
    int i = input.octet() % PORTS;
    int sequence = una[i] + input.signed() * (input.octet() % 2 == 0 ? 0 : 1_000);
    return Craft.quote(Craft.TCP, victimPort[i], FIRST_PORT + i, sequence);
  }
}
