package dev.trident.treck;

import dev.trident.hw.host.Host;
import dev.trident.hw.host.HostArp.Question;
import io.netty.buffer.ByteBuf;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * ARP (section 2.9 of the fact sheet). These calls return TM_ENOERROR or a code, for there is no
 * socket to keep it. Where no source tells parameters, they are the obvious ones; an {@code int}
 * address is as {@code inet_addr} gives it.
 */
@SuppressWarnings("MemberName") // the names of Treck
abstract class ArpCalls extends PingCalls {
  private static final int MAC_BYTES = 6;
  private static final long NANOS_PER_MS = 1_000_000L;

  private record Watched(TtUserInterface interfaceHandle, int ipAddress) {}

  private final Host host;
  private final Map<String, TtUserInterface> interfaces = new HashMap<>();
  private final Map<Watched, Question> watches = new HashMap<>();

  ArpCalls(Host host, int maxSockets) {
    super(host, maxSockets);
    this.host = host;
  }

  /**
   * Extension: the handle of an interface that the host has been given outside of Treck; null if
   * there is none of that name.
   */
  public @Nullable TtUserInterface interfaceNamed(String name) {
    stack.enter();
    try {
      return host.hasInterface(name)
          ? interfaces.computeIfAbsent(name, TtUserInterface::new)
          : null;
    } finally {
      stack.exit();
    }
  }

  // ---- entries ----------------------------------------------------------------------------

  /**
   * Sets a neighbour by hand; it does not expire, and no packet changes it. Does not block.
   *
   * @param physAddrPtr its hardware address
   * @param physAddrLength 6
   * @return TM_ENOERROR, TM_EINVAL (null, or another length), TM_ENOBUFS (the table is full)
   */
  public int tfAddArpEntry(
      @Nullable TtUserInterface interfaceHandle,
      int arpIpAddress,
      @Nullable ByteBuf physAddrPtr,
      int physAddrLength) {
    if (interfaceHandle == null
        || physAddrPtr == null
        || physAddrLength != MAC_BYTES
        || !isReadable(physAddrPtr, MAC_BYTES)) {
      return TM_EINVAL;
    }
    int index = physAddrPtr.readerIndex();
    long mac =
        (long) physAddrPtr.getUnsignedShort(index) << 32 | physAddrPtr.getUnsignedInt(index + 2);
    stack.enter();
    try {
      return stack.arp().addStatic(interfaceHandle.name(), arpIpAddress, mac)
          ? TM_ENOERROR
          : TM_ENOBUFS;
    } finally {
      stack.exit();
    }
  }

  /**
   * Forgets a neighbour, set by hand or not. Does not block.
   *
   * @return TM_ENOERROR, TM_EINVAL (null), TM_ENOENT (not in the table)
   */
  public int tfDelArpEntryByIpAddr(@Nullable TtUserInterface interfaceHandle, int arpIpAddress) {
    if (interfaceHandle == null) {
      return TM_EINVAL;
    }
    stack.enter();
    try {
      return stack.arp().remove(interfaceHandle.name(), arpIpAddress) ? TM_ENOERROR : TM_ENOENT;
    } finally {
      stack.exit();
    }
  }

  /**
   * Answers ARP requests for an address that is not this host's. Does not block.
   *
   * @return TM_ENOERROR, TM_EINVAL (null), TM_ENOBUFS (64 such addresses already)
   */
  public int tfAddProxyArpEntry(@Nullable TtUserInterface interfaceHandle, int arpIpAddress) {
    if (interfaceHandle == null) {
      return TM_EINVAL;
    }
    stack.enter();
    try {
      return stack.arp().addProxy(interfaceHandle.name(), arpIpAddress) ? TM_ENOERROR : TM_ENOBUFS;
    } finally {
      stack.exit();
    }
  }

  // ---- collisions -------------------------------------------------------------------------

  /**
   * Asks whether a host has an address: by probes, which have the sender address zero, if it is not
   * this interface's own, otherwise by requests. The first goes out at once, the others by the
   * timer. Does not block.
   *
   * @param numberOfArpToSend 1 or more
   * @param intervalInMilliSecs between two, 0 or more
   * @param timeoutInMilliSecs after the last, until it counts as unanswered; 0 or more
   * @param arpCBFuncPtr called once: TM_EADDRINUSE as soon as somebody answers, or TM_ENOERROR
   * @return TM_ENOERROR, TM_EINVAL (null, or a number that is too small), TM_ENOBUFS (64 are under
   *     way)
   */
  public int tfUserStartArpSend(
      @Nullable TtUserInterface interfaceHandle,
      int ipAddress,
      int numberOfArpToSend,
      int intervalInMilliSecs,
      int timeoutInMilliSecs,
      @Nullable TtArpCBFunc arpCBFuncPtr) {
    if (interfaceHandle == null
        || arpCBFuncPtr == null
        || numberOfArpToSend < 1
        || intervalInMilliSecs < 0
        || timeoutInMilliSecs < 0) {
      return TM_EINVAL;
    }
    stack.enter();
    try {
      Question question =
          stack
              .arp()
              .ask(
                  interfaceHandle.name(),
                  ipAddress,
                  numberOfArpToSend,
                  intervalInMilliSecs * NANOS_PER_MS,
                  timeoutInMilliSecs * NANOS_PER_MS,
                  taken -> arpCBFuncPtr.call(interfaceHandle, ipAddress, codeOf(taken)));
      return question == null ? TM_ENOBUFS : TM_ENOERROR;
    } finally {
      stack.exit();
    }
  }

  private static int codeOf(boolean taken) {
    return taken ? TM_EADDRINUSE : TM_ENOERROR;
  }

  /**
   * Watches for other hosts with an address, until tfCancelCollisionDetection. A former watch for
   * the same address ends. Does not block.
   *
   * @param arpCBFuncPtr called with TM_EADDRINUSE when another host says that it has the address
   * @return TM_ENOERROR, TM_EADDRINUSE (the table of neighbours has it already; nothing is
   *     watched), TM_EINVAL (null), TM_ENOBUFS (64 watches)
   */
  public int tfUseCollisionDetection(
      @Nullable TtUserInterface interfaceHandle,
      int ipAddress,
      @Nullable TtArpCBFunc arpCBFuncPtr) {
    if (interfaceHandle == null || arpCBFuncPtr == null) {
      return TM_EINVAL;
    }
    stack.enter();
    try {
      if (stack.arp().macOf(interfaceHandle.name(), ipAddress) >= 0) {
        return TM_EADDRINUSE;
      }
      endWatch(interfaceHandle, ipAddress);
      Question watch =
          stack
              .arp()
              .watch(
                  interfaceHandle.name(),
                  ipAddress,
                  taken -> arpCBFuncPtr.call(interfaceHandle, ipAddress, codeOf(taken)));
      if (watch == null) {
        return TM_ENOBUFS;
      }
      watches.put(new Watched(interfaceHandle, ipAddress), watch);
      return TM_ENOERROR;
    } finally {
      stack.exit();
    }
  }

  /**
   * Ends what tfUseCollisionDetection began. Does not block.
   *
   * @return TM_ENOERROR, TM_EINVAL (null), TM_ENOENT (there is no such watch)
   */
  public int tfCancelCollisionDetection(@Nullable TtUserInterface interfaceHandle, int ipAddress) {
    if (interfaceHandle == null) {
      return TM_EINVAL;
    }
    stack.enter();
    try {
      return endWatch(interfaceHandle, ipAddress) ? TM_ENOERROR : TM_ENOENT;
    } finally {
      stack.exit();
    }
  }

  private boolean endWatch(TtUserInterface interfaceHandle, int ipAddress) {
    Question watch = watches.remove(new Watched(interfaceHandle, ipAddress));
    if (watch != null) {
      watch.cancel();
    }
    return watch != null;
  }
}
