package dev.trident.hw.host;

import dev.trident.buffer.Completions;
import dev.trident.c.Clock;
import dev.trident.endpoint.Transport;
import dev.trident.hw.nic.Doorbell;
import dev.trident.hw.nic.VirtualInterface;
import dev.trident.link.ArpLayer;
import dev.trident.link.NetInterface;
import dev.trident.stack.NetworkStack;
import dev.trident.time.Deadline;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One stack of a host, as the APIs use it. */
public final class HostStack implements AutoCloseable {
  /** Empty polls of a spinning reactor between two looks at the clock, less one; a mask. */
  private static final int EMPTY_POLLS_MASK = 15;

  /** Empty polls after which others of the fabric are looked at, less one; a mask, too. */
  private static final int OTHERS_MASK = 63;

  /** Events that a TCPDirect stack takes from its queue at a time. */
  private static final int DIRECT_BATCH = 16;

  private static final VirtualInterface[] NO_DEVICES = {};

  private final Host host;
  private final HostMode mode;
  private final Clock clock;
  private final NetworkStack stack;
  private final Doorbell doorbell;
  private final boolean direct;
  private final @Nullable HostArp arp;
  private final PollWatch watch = new PollWatch(this);
  private int mtuBytes;
  private boolean vlan;
  private VirtualInterface[] devices = NO_DEVICES;
  private @Nullable NetInterface netInterface;
  private long nowNanos;
  private int emptyPolls;
  private long apiCalls;
  private volatile boolean closed;

  /** Calls that have begun and not ended; written by the mode. */
  int depth;

  HostStack(Host host, HostMode mode, NetworkStack stack, Doorbell doorbell, boolean direct) {
    this.host = host;
    this.mode = mode;
    this.stack = stack;
    this.doorbell = doorbell;
    this.direct = direct;
    clock = host.clock();
    nowNanos = clock.nanoTime();
    ArpLayer layer = stack.arp();
    arp = layer == null ? null : new HostArp(host, layer, stack.completions());
  }

  void addDevice(VirtualInterface device) {
    VirtualInterface[] longer = Arrays.copyOf(devices, devices.length + 1);
    longer[devices.length] = device;
    devices = longer;
    mode.onOpened(this, device);
  }

  /** The interface of a TCPDirect stack; null for a default stack. */
  @Nullable NetInterface netInterface() {
    return netInterface;
  }

  void netInterface(NetInterface only) {
    netInterface = only;
  }

  /** What {@link #mtuBytes} and {@link #hasVlan} tell: set by the first interface. */
  void describe(int newMtuBytes, boolean hasVlan) {
    mtuBytes = newMtuBytes;
    vlan = hasVlan;
  }

  /** The computer that this stack runs on. */
  public Host host() {
    return host;
  }

  /** Whether this is a TCPDirect stack, which its user alone polls. */
  public boolean isDirect() {
    return direct;
  }

  /** The endpoints; touched only between {@link #enter} and {@link #exit}. */
  public Transport transport() {
    return stack;
  }

  /**
   * ARP on this stack's host, touched only between {@link #enter} and {@link #exit}.
   *
   * @throws IllegalStateException if this is a TCPDirect stack, which leaves ARP to its host
   */
  public HostArp arp() {
    HostArp own = arp;
    if (own == null) {
      throw new IllegalStateException(this + " leaves ARP to the host's default stack");
    }
    return own;
  }

  /** Rung by senders on other threads. */
  Doorbell doorbell() {
    return doorbell;
  }

  NetworkStack networkStack() {
    return stack;
  }

  /** Outermost API calls so far. */
  public long apiCalls() {
    return apiCalls;
  }

  void countApiCall() {
    apiCalls++;
  }

  // ---- calls --------------------------------------------------------------------------------

  /**
   * Begins an API call. Polled: checks that the fabric's thread calls. Driven: takes the gate.
   * Simulated: a scheduling point that costs the configured time. May nest.
   *
   * @throws IllegalStateException if a confined fabric is used by another thread, or the stack is
   *     closed
   */
  public void enter() {
    checkOpen();
    mode.enter(this);
  }

  /** Ends an API call; the outermost one runs what the engine owes its user, without the gate. */
  public void exit() {
    mode.exit(this);
  }

  /**
   * Waits between {@link #enter} and {@link #exit} until {@code condition} holds: polled, it polls
   * every host of the fabric; driven, it waits for the driver; simulated, it parks the application.
   * It returns at once if the condition holds already. Other calls, callbacks among them, may run
   * in the meantime, as if outermost.
   *
   * @param timeoutNanos from now, 0 to test once, {@code Deadline.NEVER} for no limit
   * @throws IllegalStateException if the host is closed meanwhile
   */
  public AwaitResult await(Condition condition, long timeoutNanos) {
    if (condition.holds()) {
      return AwaitResult.HOLDS;
    }
    if (Thread.interrupted()) {
      return AwaitResult.INTERRUPTED;
    }
    if (timeoutNanos <= 0) {
      return AwaitResult.TIMED_OUT;
    }
    return mode.await(this, condition, timeoutNanos);
  }

  /**
   * Says that the present call found nothing to do (would block). Simulated: the application is
   * parked until the next event of this host, so that spin loops advance time. Otherwise a polled
   * default stack polls the fabric once, so that non-blocking loops make progress.
   */
  public void foundNothing() {
    mode.foundNothing(this);
  }

  // ---- polling ------------------------------------------------------------------------------

  /**
   * The reactor of a TCPDirect stack: looks at its event queue up to {@code spins} times, processes
   * the first batch found, and runs due timers.
   *
   * <p>A read of the real clock costs about 20 ns, and 5 % of the samples of a profile of TCP round
   * trips stood there. So a stack of datagrams alone does without, and an event that comes while
   * this call spins has the time of its last look at the clock, less than sixteen empty polls ago.
   *
   * @return whether something happened that the user can see
   */
  public boolean perform(int spins) {
    boolean knowsTime = !stack.needsTime();
    for (int spin = 0; spin < spins; spin++) {
      fetch();
      if (hasEvent()) {
        if (poll(knowsTime ? nowNanos : clock.nanoTime(), DIRECT_BATCH) != 0) {
          return true;
        }
        knowsTime = !stack.needsTime();
      } else {
        for (VirtualInterface device : devices) {
          device.pollEmpty();
        }
        if ((++emptyPolls & EMPTY_POLLS_MASK) == 0) {
          if (performTimers()) {
            return true;
          }
          knowsTime = true;
        }
      }
    }
    return false;
  }

  private boolean performTimers() {
    setNow(clock.nanoTime());
    if ((emptyPolls & OTHERS_MASK) == 0) {
      mode.onEmptyPolls(this, nowNanos);
    }
    return Deadline.isDue(stack.nextDeadlineNanos(), nowNanos) && stack.poll(nowNanos) != 0;
  }

  private void fetch() {
    VirtualInterface[] all = devices;
    for (int i = 0; i < all.length; i++) {
      all[i].fetch();
    }
  }

  boolean hasEvent() {
    VirtualInterface[] all = devices;
    for (int i = 0; i < all.length; i++) {
      if (all[i].hasEvent()) {
        return true;
      }
    }
    return false;
  }

  /** Whether {@link #perform} would find an event or a due timer. Any thread may ask. */
  public boolean hasPendingWork() {
    if (hasEvent()) {
      return true;
    }
    long deadline = stack.nextDeadlineNanos();
    return deadline != Deadline.NEVER && Deadline.isDue(deadline, clock.nanoTime());
  }

  int poll(long now, int budget) {
    if (PollWatch.isOn()) {
      return watch.poll(now, budget);
    }
    watch.rest();
    return pollAll(now, budget);
  }

  /** A poll without anybody watching. */
  int pollAll(long now, int budget) {
    nowNanos = now;
    int events = direct ? DIRECT_BATCH : budget;
    int done = 0;
    for (VirtualInterface device : devices) {
      done += device.poll(now, events);
    }
    return done + stack.poll(now);
  }

  void reapCompletions() {
    for (VirtualInterface device : devices) {
      device.reapCompletions();
    }
  }

  void announce() {
    for (VirtualInterface device : devices) {
      device.announce();
    }
  }

  long nextDeadlineNanos() {
    return stack.nextDeadlineNanos();
  }

  /** The time of the present call. */
  long stackNowNanos() {
    return nowNanos;
  }

  void setNow(long now) {
    nowNanos = now;
    stack.setNow(now);
  }

  void drain() {
    Completions completions = stack.completions();
    if (!completions.isEmpty()) {
      completions.drain();
    }
  }

  // ---- transmit alternatives ------------------------------------------------------------------

  /**
   * Bytes of frames that transmit queue {@code queue} would take at present.
   *
   * @throws IllegalArgumentException if there is no such queue
   */
  public int alternativeFreeBytes(int queue) {
    return device().alternativeFreeBytes(queue);
  }

  private VirtualInterface device() {
    if (!direct) {
      throw new IllegalStateException("a default stack has no transmit alternatives");
    }
    return devices[0];
  }

  // ---- questions ----------------------------------------------------------------------------

  /** The host's time, virtual or real. */
  public long nowNanos() {
    return clock.nanoTime();
  }

  /** The largest IPv4 datagram of the interface; of the first one for a default stack. */
  public int mtuBytes() {
    return mtuBytes;
  }

  /** Whether frames carry a VLAN tag, which makes headers 4 bytes longer. */
  public boolean hasVlan() {
    return vlan;
  }

  VirtualInterface[] allDevices() {
    return devices;
  }

  /** The virtual interfaces of this stack: one, except for a default stack. */
  public VirtualInterface[] devices() {
    return devices.clone();
  }

  /** Closes a stack that was opened by {@code openStack}; connections are aborted. */
  @Override
  public void close() {
    if (!direct) {
      throw new IllegalStateException("a default stack lives as long as its host");
    }
    host.onClosed(this);
    shutDown();
    drain();
  }

  /** Aborts and stops the devices; {@link #drain} is still to run what the user is owed. */
  void shutDown() {
    if (closed) {
      return;
    }
    closed = true;
    stack.close();
    announce();
    for (VirtualInterface device : devices) {
      device.close();
    }
    depth = 0;
  }

  boolean isClosed() {
    return closed;
  }

  void checkOpen() {
    if (closed) {
      throw new IllegalStateException(this + " is closed");
    }
  }

  @Override
  public String toString() {
    return "stack " + stack.config().name() + " of host " + host.name();
  }
}
