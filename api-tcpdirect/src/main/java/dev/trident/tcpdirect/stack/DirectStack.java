package dev.trident.tcpdirect.stack;

import static dev.trident.tcpdirect.ZfErrno.EHOSTUNREACH;
import static dev.trident.tcpdirect.ZfErrno.ENODEV;
import static dev.trident.tcpdirect.ZfErrno.ENOENT;
import static dev.trident.tcpdirect.ZfErrno.ENOMEM;

import com.google.common.collect.MapMaker;
import dev.trident.endpoint.StackError;
import dev.trident.endpoint.Transport;
import dev.trident.hw.host.AwaitResult;
import dev.trident.hw.host.Condition;
import dev.trident.hw.host.Host;
import dev.trident.hw.host.HostStack;
import dev.trident.hw.host.Interfaces;
import dev.trident.hw.host.SetUpException;
import dev.trident.hw.nic.NicExhaustedException;
import dev.trident.hw.nic.NicFeatures;
import dev.trident.hw.nic.VirtualInterface;
import dev.trident.tcpdirect.attr.Attribute;
import dev.trident.tcpdirect.attr.AttributeSet;
import dev.trident.tcpdirect.attr.LogSettings;
import dev.trident.tcpdirect.mux.Muxer;
import dev.trident.tcpdirect.mux.MuxerSet;
import dev.trident.tcpdirect.mux.Waitable;
import java.util.Objects;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A stack: one virtual interface of an adapter, and the zockets on it. */
public final class DirectStack {
  /** Features of {@code zf_stack_query_feature}. */
  public static final int FEATURE_CTPIO = 0;

  public static final int FEATURE_PIO = 1;

  /** Longest name of an object. */
  private static final int MAX_NAME = 20;

  /** Stacks made per host: their numbers, like those of virtual interfaces, start at 0 on each. */
  private static final ConcurrentMap<Host, AtomicInteger> NUMBERS =
      new MapMaker().weakKeys().makeMap();

  private final HostStack host;
  private final Transport transport;
  private final VirtualInterface device;
  private final String name;
  private final boolean receives;
  private final boolean transmits;
  private final boolean waitsForTimeWait;
  private final long arpTimeoutNanos;
  private final int maxUdpRx;
  private final int maxUdpTx;
  private final @Nullable SendReporter sendReporter;
  private final Reactor reactor;
  private final Muxer muxer;
  private final Quiescence quiescence;
  private final ZocketList listeners = new ZocketList();
  private final ZocketList tcp = new ZocketList();
  private final ZocketList udpRx = new ZocketList();
  private final ZocketList udpTx = new ZocketList();
  private final NextHop nextHop = new NextHop();
  private boolean freed;

  private DirectStack(HostStack host, String name, AttributeSet set) {
    this.host = host;
    this.transport = host.transport();
    this.device = host.devices()[0];
    this.name = name;
    this.receives = StackPlan.rxRing(set) != 0;
    this.transmits = StackPlan.txRing(set) != 0;
    this.waitsForTimeWait = set.integer(Attribute.TCP_WAIT_FOR_TIME_WAIT) != 0;
    this.arpTimeoutNanos = set.integer(Attribute.ARP_REPLY_TIMEOUT) * 1_000L;
    this.maxUdpRx = set.integer(Attribute.MAX_UDP_RX_ENDPOINTS);
    this.maxUdpTx = set.integer(Attribute.MAX_UDP_TX_ENDPOINTS);
    this.muxer = new Muxer(name);
    this.sendReporter = set.integer(Attribute.TX_TIMESTAMPING) != 0 ? new SendReporter(this) : null;
    if (sendReporter != null) {
      device.onSent(sendReporter);
    }
    this.quiescence = new Quiescence(this);
    this.reactor = new Reactor(this, set.integer(Attribute.REACTOR_SPIN_COUNT));
  }

  /** What {@link #allocate} made: a stack, or why there is none. */
  public record Allocation(int result, @Nullable DirectStack stack) {}

  /** A stack on the interface that the attributes name, or the negative error number. */
  public static Allocation allocate(AttributeSet set) {
    AttributeRules.Verdict verdict = AttributeRules.check(set);
    if (verdict.result() != 0) {
      return refused(verdict.result(), "attribute " + verdict.culprit().attributeName());
    }
    String interfaceName = Objects.requireNonNull(set.text(Attribute.INTERFACE));
    Host host;
    try {
      host = Host.withInterface(interfaceName);
    } catch (SetUpException e) {
      return refused(e.errno() > 0 ? -e.errno() : -ENODEV, String.valueOf(e.getMessage()));
    }
    if (host == null) {
      return refused(
          -ENODEV, "no interface " + interfaceName + "; name it in " + Interfaces.INTERFACES);
    }
    NicFeatures adapter = host.nic(interfaceName).features();
    AdapterPlan.Verdict fitness = AdapterPlan.check(set, adapter);
    if (fitness.result() != 0) {
      return refused(fitness.result(), interfaceName + ": " + fitness.why());
    }
    if (StackPlan.cells(set) < 0) {
      return refused(-ENOMEM, "attribute n_bufs");
    }
    int number = NUMBERS.computeIfAbsent(host, h -> new AtomicInteger()).getAndIncrement();
    String given = set.text(Attribute.NAME);
    String name = given != null ? given : String.format("%s/%03x", interfaceName, number & 0xfff);
    name = name.substring(0, Math.min(MAX_NAME, name.length()));
    long seed = seed(host, name);
    DirectStack made;
    try {
      HostStack opened =
          host.openStack(
              interfaceName, StackPlan.config(set, name, seed), AdapterPlan.options(set, adapter));
      made = new DirectStack(opened, name, set);
    } catch (OutOfMemoryError e) { // of the native slab: the heap is as it was
      return refused(-ENOMEM, String.valueOf(e.getMessage()));
    } catch (NicExhaustedException e) {
      return refused(AdapterPlan.result(e), String.valueOf(e.getMessage()));
    }
    made.warnOfMissing(set, Attribute.PIO, made.device.hasPio());
    made.warnOfMissing(set, Attribute.CTPIO, made.device.hasCutThrough());
    return new Allocation(0, made);
  }

  private void warnOfMissing(AttributeSet set, Attribute attribute, boolean isThere) {
    if (!isThere && AdapterPlan.warns(set, attribute)) {
      LogSettings.warning("zf_stack_alloc: " + name + " works without " + attribute.name());
    }
  }

  private static Allocation refused(int result, String why) {
    LogSettings.error("zf_stack_alloc: " + why + " (" + result + ")");
    return new Allocation(result, null);
  }

  /** Follows from the host's seed, so that a simulation stays the same from run to run. */
  private static long seed(Host host, String name) {
    return host.defaultStack().transport().config().seed() * 0x9e37_79b9_7f4a_7c15L
        + name.hashCode();
  }

  public HostStack host() {
    return host;
  }

  public Transport transport() {
    return transport;
  }

  /** What reports the times of sent frames to the zockets; null if nothing does. */
  public @Nullable SendReporter sendReporter() {
    return sendReporter;
  }

  /** Its part of the adapter. */
  public VirtualInterface device() {
    return device;
  }

  /** 1 or 0, or -ENOENT for a feature that is none. */
  public int queryFeature(int feature) {
    checkUsable();
    return switch (feature) {
      case FEATURE_CTPIO -> device.hasCutThrough() ? 1 : 0;
      case FEATURE_PIO -> device.hasPio() ? 1 : 0;
      default -> -ENOENT;
    };
  }

  public String name() {
    return name;
  }

  /** Whether it has a receive ring. */
  public boolean receives() {
    return receives;
  }

  /** Whether it has a transmit ring. */
  public boolean transmits() {
    return transmits;
  }

  public Reactor reactor() {
    return reactor;
  }

  public ZocketList listeners() {
    return listeners;
  }

  public ZocketList tcp() {
    return tcp;
  }

  public ZocketList udpRx() {
    return udpRx;
  }

  public ZocketList udpTx() {
    return udpTx;
  }

  public boolean mayAddUdpRx() {
    return udpRx.size() < maxUdpRx;
  }

  public boolean mayAddUdpTx() {
    return udpTx.size() < maxUdpTx;
  }

  /**
   * Checks that the stack has not been freed.
   *
   * @throws IllegalStateException if it has
   */
  public void checkUsable() {
    if (freed) {
      throw new IllegalStateException("stack " + name + ": used after zf_stack_free");
    }
  }

  @Override
  public String toString() {
    return "stack " + name;
  }

  /** Begins a call on the stack itself. */
  public HostStack enter() {
    checkUsable();
    host.enter();
    return host;
  }

  /** Whether no TCP connection is open. */
  public boolean isQuiescent() {
    enter();
    try {
      return isQuiescentNow();
    } finally {
      host.exit();
    }
  }

  boolean isQuiescentNow() {
    return transport.openConnections(waitsForTimeWait) == 0;
  }

  public Muxer muxer() {
    return muxer;
  }

  Quiescence quiescence() {
    return quiescence;
  }

  /** Ready for RDHUP while the stack is quiescent. */
  public Waitable waitable() {
    checkUsable();
    return quiescence;
  }

  /** A new set, or null if there are {@link Muxer#MAX_SETS}. */
  public @Nullable MuxerSet newSet() {
    checkUsable();
    return muxer.newSet();
  }

  /**
   * Waits for the address of the next hop, as long as arp_reply_timeout says; within a call.
   *
   * @return 0, or -EHOSTUNREACH: no route, or no answer
   */
  public int resolve(int destination) {
    int code = transport.resolve(destination);
    if (code == StackError.WOULD_BLOCK.code) {
      nextHop.destination = destination;
      if (host.await(nextHop, arpTimeoutNanos) == AwaitResult.INTERRUPTED) {
        Thread.currentThread().interrupt();
      }
      code = transport.resolve(destination);
    }
    return code == 0 ? 0 : -EHOSTUNREACH;
  }

  /** Listeners, TCP, UDP receive, UDP transmit, in this order; then the stack itself. */
  public void free() {
    enter();
    try {
      quiescence.retire();
      listeners.freeAll();
      tcp.freeAll();
      udpRx.freeAll();
      udpTx.freeAll();
      freed = true;
    } finally {
      host.exit();
    }
    host.close();
  }

  /** Holds once it is known whether the next hop answers. */
  private final class NextHop implements Condition {
    private int destination;

    @Override
    public boolean holds() {
      return transport.resolve(destination) != StackError.WOULD_BLOCK.code;
    }

    @Override
    public String toString() {
      return "stack " + name + " waiting for ARP";
    }
  }
}
