package dev.trident.hw.port.packet;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.trident.buffer.Slab;
import dev.trident.hw.port.Port;
import dev.trident.hw.port.ffm.Errno;
import dev.trident.hw.port.ffm.LinuxInterface;
import dev.trident.hw.port.ffm.LinuxInterface.Presence;
import dev.trident.hw.port.ffm.MessageHeader;
import dev.trident.hw.port.ffm.Sockets;
import dev.trident.hw.port.ffm.Sys;
import dev.trident.hw.port.offload.PartialChecksum;
import dev.trident.hw.port.offload.SuperFrame;
import dev.trident.wire.EthernetHeader;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Frames of an interface of the kernel, by packet sockets (packet(7)): read into the cell and
 * written from it. The kernel's own stack sees what arrives at the interface as well.
 *
 * <p><b>Hardware addresses.</b> {@link #open} leaves the adapter its own address and makes the
 * interface promiscuous: the kernel takes frames for that address for somebody else's and drops
 * them, so that it neither answers nor forwards what is ours. {@link #openWithDeviceMac} is for
 * wires that carry no other address than the device's (wireless, many clouds); the kernel's stack
 * then gets each of our frames, too: it must not have our IP address, and must not forward.
 *
 * <p><b>Offloads of a peer on the same machine.</b> Over veth and other virtual devices frames
 * arrive with partial checksums, which are completed in the cell, and as {@link SuperFrame}s, which
 * are cut. Those that cannot be cut (not TCP or UDP over IPv4) are lost as too long, and counted;
 * {@code ethtool -K DEVICE tx off tso off gso off} at the peer's end prevents them. VLAN tags,
 * which Linux takes out, are put back.
 *
 * <p>Receiving and sending thread may overlap; each has a socket of its own.
 */
public final class PacketPort implements Port {
  private static final int MAX_MTU_BYTES = 1_500;
  private static final int TAG_BYTES = EthernetHeader.TAGGED_BYTES - EthernetHeader.BYTES;

  /** Offset of the EtherType, where a tag goes. */
  private static final int TYPE = 12;

  /** How soon a device that is down is looked at again. */
  private static final long LOOK_NANOS = 100_000_000;

  private final LinuxInterface device;
  private final boolean deviceMac;
  private final Sockets receiver;
  private final Sockets sender;
  private final Sys sys = new Sys();

  /** Descriptors; -1 after {@link #close}, so that a late call cannot meet a reused number. */
  private int receiving;

  private int sending;

  private final MessageHeader message = new MessageHeader(3);
  private final VirtioHeader header = new VirtioHeader();
  private final AuxiliaryData auxiliary = new AuxiliaryData();
  private final SuperFrame superFrame = new SuperFrame();

  /** The tag of the frame that {@link #superFrame} holds; 0 for none. */
  private int superTag;

  // Guarded by this port: whoever reports asks, on any thread.
  private final Sockets questions = new Sockets();
  private final MemorySegment statistics = Arena.ofAuto().allocate(JAVA_INT, 2);
  private final MemorySegment statisticsLength = Arena.ofAuto().allocate(JAVA_INT);
  private final MemorySegment question = LinuxInterface.requestMemory();

  /** The device was down when it was looked at last. */
  private boolean down;

  private long receivedFrames;
  private long sentFrames;
  private long lostFrames;
  private long completedChecksums;
  private long restoredTags;
  private long superFrames;
  private long uncutFrames;
  private long kernelDrops;

  private PacketPort(
      LinuxInterface device,
      boolean deviceMac,
      Sockets receiver,
      int receiving,
      Sockets sender,
      int sending) {
    this.device = device;
    this.deviceMac = deviceMac;
    this.receiver = receiver;
    this.receiving = receiving;
    this.sender = sender;
    this.sending = sending;
    message.range(0, header.memory(), 0, VirtioHeader.BYTES);
  }

  /**
   * Opens the interface {@code name} in promiscuous mode, for an adapter with a hardware address of
   * its own.
   *
   * @throws IOException in one line with the remedy: no such interface, no privilege (CAP_NET_RAW),
   *     no Linux
   */
  public static PacketPort open(String name) throws IOException {
    return open(name, false);
  }

  /**
   * Opens the interface {@code name} for an adapter with the device's hardware address.
   *
   * @throws IOException as {@link #open}
   */
  public static PacketPort openWithDeviceMac(String name) throws IOException {
    return open(name, true);
  }

  private static PacketPort open(String name, boolean deviceMac) throws IOException {
    LinuxInterface device = LinuxInterface.find(name);
    Sockets receiver = new Sockets();
    Sockets sender = new Sockets();
    int sending = PacketSocket.openSender(sender, device);
    int receiving = -1;
    try {
      receiving = PacketSocket.openReceiver(receiver, device, !deviceMac);
      return new PacketPort(device, deviceMac, receiver, receiving, sender, sending);
    } finally {
      if (receiving < 0) {
        new Sys().close(sending);
      }
    }
  }

  @Override
  public int mtuBytes() {
    return Math.min(MAX_MTU_BYTES, device.mtuBytes());
  }

  @Override
  public long mac() {
    return deviceMac ? device.mac() : ANY_MAC;
  }

  // ---- receiving ----------------------------------------------------------------------------

  @Override
  public int receive(Slab slab, int offset, int capacityBytes) {
    if (!superFrame.isEmpty()) {
      return cut(slab, offset, capacityBytes);
    }
    Slab spill = superFrame.slab();
    message.range(1, slab.segment(), offset, capacityBytes);
    message.range(2, spill.segment(), capacityBytes, spill.bytes() - capacityBytes);
    message.control(auxiliary.memory());
    int result = receiver.recvmsg(receiving, message, Sockets.MSG_TRUNC);
    if (result <= VirtioHeader.BYTES) {
      return onNothing(result);
    }
    receivedFrames++;
    down = false;
    int length = result - VirtioHeader.BYTES;
    int tag = auxiliary.tag(message.controlBytes());
    if (header.isSuperFrame()) {
      return begin(slab, offset, length, tag, capacityBytes);
    }
    if (header.needsChecksum()) {
      complete(slab, offset, Math.min(length, capacityBytes));
    }
    return tag == 0 ? length : restore(tag, slab, offset, length, capacityBytes);
  }

  /** Offsets come from the kernel, which has them from whoever made the frame: believe nothing. */
  private void complete(Slab slab, int offset, int length) {
    int field = header.checksumField();
    if (field + Short.BYTES <= length) {
      PartialChecksum.complete(
          slab, offset + header.checksumStart(), offset + field, offset + length);
      completedChecksums++;
    }
  }

  private int begin(Slab slab, int offset, int length, int tag, int capacityBytes) {
    superFrames++;
    Slab whole = superFrame.slab();
    if (length > whole.bytes()) {
      uncutFrames++;
      return length;
    }
    slab.copyTo(offset, whole, 0, Math.min(length, capacityBytes));
    if (!superFrame.begin(length, header.segmentBytes())) {
      uncutFrames++;
      return Math.max(length, capacityBytes + 1);
    }
    superTag = tag;
    return cut(slab, offset, capacityBytes);
  }

  private int cut(Slab slab, int offset, int capacityBytes) {
    int length = superFrame.next(slab, offset, capacityBytes);
    completedChecksums++;
    return superTag == 0 ? length : restore(superTag, slab, offset, length, capacityBytes);
  }

  private int restore(int tag, Slab slab, int offset, int length, int capacityBytes) {
    int tagged = length + TAG_BYTES;
    if (tagged <= capacityBytes && length >= EthernetHeader.BYTES) {
      int type = offset + TYPE;
      slab.copy(type, type + TAG_BYTES, length - TYPE);
      slab.putInt(type, tag);
      restoredTags++;
    }
    return tagged;
  }

  private int onNothing(int result) {
    return switch (-result) {
      case Errno.EAGAIN, Errno.EINTR -> down ? look() : 0;
      case Errno.EBADF -> GONE;
      case Errno.ENETDOWN -> look();
      default -> {
        // EINVAL: a super-frame whose kind this header cannot tell, such as one in a tunnel.
        superFrames++;
        uncutFrames++;
        yield 0;
      }
    };
  }

  /** The kernel says once that a device went down, and nothing when it is deleted afterwards. */
  private int look() {
    Presence presence = LinuxInterface.presence(sys, receiving, device.index(), question);
    down = presence == Presence.DOWN;
    return presence == Presence.GONE ? GONE : 0;
  }

  @Override
  public int descriptor() {
    return receiving;
  }

  /** The segments that are left of a super-frame: poll(2) knows nothing of them. */
  @Override
  public boolean prepareToSleep() {
    return superFrame.isEmpty();
  }

  @Override
  public long longestSleepNanos() {
    return down ? LOOK_NANOS : Long.MAX_VALUE;
  }

  // ---- sending ------------------------------------------------------------------------------

  @Override
  public boolean send(Slab slab, int offset, int lengthBytes) {
    int result = sender.send(sending, slab.segment(), offset, lengthBytes, Sockets.MSG_DONTWAIT);
    if (result >= 0) {
      sentFrames++;
      return true;
    }
    return switch (-result) {
      case Errno.EAGAIN, Errno.EINTR, Errno.ENOBUFS, Errno.ENOMEM -> false;
      default -> {
        // ENETDOWN, ENXIO: the device is down or gone. A cable not plugged in loses frames just so.
        lostFrames++;
        yield true;
      }
    };
  }

  // ---- counters, end ------------------------------------------------------------------------

  /** The interface in the namespace where this port was opened. */
  public String name() {
    return device.name();
  }

  /** Frames read so far; a super-frame counts once. */
  public long receivedFrames() {
    return receivedFrames;
  }

  /** Frames the kernel took so far. */
  public long sentFrames() {
    return sentFrames;
  }

  /** Frames lost on their way out, because the device was down or gone, or they were too long. */
  public long lostFrames() {
    return lostFrames;
  }

  /** Frames whose checksum was completed here, segments of super-frames included. */
  public long completedChecksums() {
    return completedChecksums;
  }

  /** Frames that got the VLAN tag back that Linux had taken out. */
  public long restoredTags() {
    return restoredTags;
  }

  /** Frames of several segments. */
  public long superFrames() {
    return superFrames;
  }

  /** Of {@link #superFrames}, those that could not be cut and so were lost. */
  public long uncutFrames() {
    return uncutFrames;
  }

  /** Segments that super-frames were cut into, each copied once. */
  public long cutSegments() {
    return superFrame.segments();
  }

  /** Frames that the kernel lost because nobody read fast enough; asks it. Any thread. */
  public synchronized long kernelDrops() {
    kernelDrops += PacketSocket.dropsSinceAsked(questions, receiving, statistics, statisticsLength);
    return kernelDrops;
  }

  /** Closes the sockets; the interface leaves promiscuous mode unless others want it. */
  @Override
  public synchronized void close() {
    if (receiving >= 0) {
      kernelDrops();
      sys.close(receiving);
      sys.close(sending);
      receiving = -1;
      sending = -1;
    }
  }

  @Override
  public String report() {
    return ("%s: in %d, out %d, lost %d, dropped by the kernel %d; checksums completed %d,"
            + " tags restored %d, super-frames %d (%d segments, %d uncut)")
        .formatted(
            this,
            receivedFrames,
            sentFrames,
            lostFrames,
            kernelDrops(),
            completedChecksums,
            restoredTags,
            superFrames,
            cutSegments(),
            uncutFrames);
  }

  @Override
  public String toString() {
    return "packet:" + device.name();
  }
}
