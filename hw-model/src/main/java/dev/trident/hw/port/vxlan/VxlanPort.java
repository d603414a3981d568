package dev.trident.hw.port.vxlan;

import dev.trident.buffer.Slab;
import dev.trident.hw.port.Port;
import dev.trident.hw.port.ffm.Errno;
import dev.trident.hw.port.ffm.MessageHeader;
import dev.trident.hw.port.ffm.Sockets;
import dev.trident.hw.port.ffm.Sys;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * One end of a VXLAN tunnel (RFC 7348): Ethernet frames in UDP datagrams, by a socket that needs no
 * privilege. Frames of other hosts, without a valid identifier, or with another one than ours, are
 * dropped and counted.
 *
 * <p>Deviates from RFC 7348 section 4.3, which recommends a source port that is a hash of the inner
 * flow: a UDP socket sends from the port that it is bound to, and it must be bound to the one at
 * which it receives. So routers that spread flows over several paths see one flow; this end has one
 * peer and stands for one wire.
 *
 * <p>A kernel at the other end must send whole frames: over a virtual cable (veth) it leaves inner
 * checksums and segmentation to hardware that is not there, and frames are dropped by their
 * checksums; {@code ethtool -K DEVICE tx off} for its VXLAN device prevents that.
 *
 * <p>Nobody says whether the peer is there. ICMP errors that say the contrary are counted; frames
 * go on being sent.
 */
public final class VxlanPort implements Port {
  /** What the tunnel adds: inner Ethernet header, VXLAN, UDP, IPv4. */
  static final int OVERHEAD_BYTES = 14 + VxlanHeader.BYTES + 8 + 20;

  private static final int MAX_MTU_BYTES = 1_500;

  /** RFC 791: every host takes datagrams of that size, inside the tunnel, too. */
  private static final int MIN_MTU_BYTES = 68;

  private static final int MIN_FRAME_BYTES = 14;
  private static final int MSG_ERRQUEUE = 0x2000;

  /** Datagrams dropped in a call at most, so that a flood of them cannot hold up the host. */
  private static final int MOST_DROPS = 32;

  /** Longest datagram, which {@link #receive} may have to consume. */
  private static final int SPILL_BYTES = 1 << 16;

  private final VxlanConfig config;
  private final Sys sys = new Sys();
  private final int mtuBytes;

  /** The descriptor; -1 after {@link #close}, so that a late call cannot meet a reused number. */
  private int socket;

  // Of the receiver.
  private final Sockets receiver = new Sockets();
  private final MessageHeader arriving = new MessageHeader(3);
  private final MessageHeader errors = new MessageHeader(1);
  private final MemorySegment source = TunnelSocket.address(0, 0);
  private final Slab arrived = new Slab(VxlanHeader.BYTES, Arena.ofAuto());
  private long receivedFrames;
  private long strangers;
  private long invalidHeaders;
  private long foreignNetworks;
  private long shortFrames;
  private long peerErrors;

  // Of the sender.
  private final Sockets sender = new Sockets();
  private final MessageHeader leaving = new MessageHeader(2);
  private long sentFrames;
  private long lostFrames;

  /** The sender met an error that is queued for the receiver. */
  private volatile boolean errorsWait;

  private VxlanPort(VxlanConfig config, int socket, int mtuBytes) {
    this.config = config;
    this.socket = socket;
    this.mtuBytes = mtuBytes;
    MemorySegment spill = Arena.ofAuto().allocate(SPILL_BYTES);
    arriving.range(0, arrived.segment(), 0, VxlanHeader.BYTES);
    arriving.range(2, spill, 0, SPILL_BYTES);
    errors.range(0, spill, 0, SPILL_BYTES);
    Slab header = new Slab(VxlanHeader.BYTES, Arena.ofAuto());
    VxlanHeader.write(header, 0, config.vni());
    leaving.range(0, header.segment(), 0, VxlanHeader.BYTES);
    leaving.address(TunnelSocket.address(config.remote(), config.port()));
  }

  /**
   * Opens this end of a tunnel.
   *
   * @throws IOException in one line with the remedy: the port is in use, not our address, no route
   */
  public static VxlanPort open(VxlanConfig config) throws IOException {
    if (!System.getProperty("os.name", "").equals("Linux")) {
      throw new IOException("a vxlan: port needs Linux; use the simulated wire (sim:) here");
    }
    int outer = TunnelSocket.outerMtuBytes(config);
    if (outer < OVERHEAD_BYTES + MIN_MTU_BYTES) {
      throw new IOException(
          "the route to the peer of %s has an MTU of %d; a tunnel needs %d or more"
              .formatted(config, outer, OVERHEAD_BYTES + MIN_MTU_BYTES));
    }
    int mtu = Math.min(MAX_MTU_BYTES, outer - OVERHEAD_BYTES);
    return new VxlanPort(config, TunnelSocket.open(config), mtu);
  }

  /** That of the route to the peer without 50 bytes, and at most Ethernet's. */
  @Override
  public int mtuBytes() {
    return mtuBytes;
  }

  // ---- receiver -----------------------------------------------------------------------------

  @Override
  public int receive(Slab slab, int offset, int capacityBytes) {
    if (errorsWait) {
      countErrors();
    }
    arriving.range(1, slab.segment(), offset, capacityBytes);
    for (int drops = 0; drops < MOST_DROPS; drops++) {
      arriving.address(source);
      int result = receiver.recvmsg(socket, arriving, 0);
      if (result < 0) {
        return refused(-result);
      }
      if (isOurs(result)) {
        receivedFrames++;
        return result - VxlanHeader.BYTES;
      }
    }
    return 0;
  }

  private int refused(int errno) {
    return switch (errno) {
      case Errno.EAGAIN, Errno.EINTR -> 0;
      case Errno.EBADF -> GONE;
      default -> {
        countErrors();
        yield 0;
      }
    };
  }

  private boolean isOurs(int datagramBytes) {
    if (TunnelSocket.hostOf(source) != config.remote()) {
      strangers++;
    } else if (datagramBytes < VxlanHeader.BYTES || !VxlanHeader.isValid(arrived, 0)) {
      invalidHeaders++;
    } else if (VxlanHeader.vni(arrived, 0) != config.vni()) {
      foreignNetworks++;
    } else if (datagramBytes < VxlanHeader.BYTES + MIN_FRAME_BYTES) {
      shortFrames++;
    } else {
      return true;
    }
    return false;
  }

  /** Empties the queue of errors: as long as one is there, poll(2) lets nobody sleep. */
  private void countErrors() {
    errorsWait = false;
    for (int i = 0; i < MOST_DROPS && receiver.recvmsg(socket, errors, MSG_ERRQUEUE) >= 0; i++) {
      peerErrors++;
    }
  }

  @Override
  public int descriptor() {
    return socket;
  }

  @Override
  public void awake() {
    countErrors();
  }

  // ---- sender -------------------------------------------------------------------------------

  @Override
  public boolean send(Slab slab, int offset, int lengthBytes) {
    leaving.range(1, slab.segment(), offset, lengthBytes);
    int result = sender.sendmsg(socket, leaving, Sockets.MSG_NOSIGNAL);
    if (result < 0 && isOlder(-result)) {
      errorsWait = true;
      result = sender.sendmsg(socket, leaving, Sockets.MSG_NOSIGNAL);
    }
    if (result >= 0) {
      sentFrames++;
      return true;
    }
    return switch (-result) {
      case Errno.EAGAIN, Errno.EINTR, Errno.ENOBUFS, Errno.ENOMEM -> false;
      default -> {
        // EMSGSIZE: a router has told of a smaller MTU; ENETUNREACH: the route has gone.
        lostFrames++;
        yield true;
      }
    };
  }

  /** An ICMP error for an earlier datagram is told to whoever calls next, and once. */
  private static boolean isOlder(int errno) {
    return switch (errno) {
      case Errno.ECONNREFUSED, Errno.EHOSTUNREACH, Errno.ENETUNREACH, Errno.EMSGSIZE -> true;
      default -> false;
    };
  }

  // ---- counters -----------------------------------------------------------------------------

  /** Frames received so far. */
  public long receivedFrames() {
    return receivedFrames;
  }

  /** Frames sent so far; whether anybody got them is not known. */
  public long sentFrames() {
    return sentFrames;
  }

  /** Frames that could not be sent: too long for the path, or no route. */
  public long lostFrames() {
    return lostFrames;
  }

  /** Datagrams dropped because another host than the peer sent them. */
  public long strangers() {
    return strangers;
  }

  /** Datagrams dropped because they had no VXLAN header with a valid identifier. */
  public long invalidHeaders() {
    return invalidHeaders;
  }

  /** Frames dropped because they were for another network than ours. */
  public long foreignNetworks() {
    return foreignNetworks;
  }

  /** Frames dropped because they were shorter than an Ethernet header. */
  public long shortFrames() {
    return shortFrames;
  }

  /** ICMP errors that came back: nobody listens at the peer, it is out of reach, or MTU. */
  public long peerErrors() {
    return peerErrors;
  }

  /** Closes the socket. */
  @Override
  public void close() {
    if (socket >= 0) {
      sys.close(socket);
      socket = -1;
    }
  }

  @Override
  public String report() {
    return "%s: in %d, out %d, lost %d, short %d; strangers %d, bad headers %d, other networks %d, ICMP %d"
        .formatted(
            this,
            receivedFrames,
            sentFrames,
            lostFrames,
            shortFrames,
            strangers,
            invalidHeaders,
            foreignNetworks,
            peerErrors);
  }

  @Override
  public String toString() {
    return config.toString();
  }
}
