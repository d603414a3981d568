package dev.trident.tcpdirect;

import static dev.trident.tcpdirect.Zf.zf_attr_alloc;
import static dev.trident.tcpdirect.Zf.zf_attr_set_int;
import static dev.trident.tcpdirect.Zf.zf_attr_set_str;
import static dev.trident.tcpdirect.Zf.zf_reactor_perform;
import static dev.trident.tcpdirect.Zf.zf_stack_alloc;
import static dev.trident.tcpdirect.Zf.zf_stack_free;
import static dev.trident.tcpdirect.Zf.zf_stack_has_pending_work;
import static dev.trident.tcpdirect.Zf.zft_addr_bind;
import static dev.trident.tcpdirect.Zf.zft_alloc;
import static dev.trident.tcpdirect.Zf.zft_connect;
import static dev.trident.tcpdirect.Zf.zftl_accept;
import static dev.trident.tcpdirect.Zf.zftl_listen;
import static dev.trident.tcpdirect.Zf.zfur_addr_bind;
import static dev.trident.tcpdirect.Zf.zfur_alloc;
import static dev.trident.tcpdirect.Zf.zfut_alloc;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.c.C;
import dev.trident.c.Iovec;
import dev.trident.c.Ref;
import dev.trident.c.SockAddrIn;
import dev.trident.endpoint.StackConfig;
import dev.trident.hw.host.Fabric;
import dev.trident.hw.host.Host;
import dev.trident.hw.host.NicOptions;
import dev.trident.hw.link.DirectWire;
import dev.trident.hw.nic.Nic;
import dev.trident.hw.time.VirtualClock;
import io.netty.buffer.ByteBuf;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Two hosts on one wire with a TCPDirect stack each, in virtual time on one thread: 10.0.0.1 with
 * stack {@code a}, 10.0.0.2 with stack {@code b}.
 */
public final class TwoStacks implements AutoCloseable {
  public static final int ADDRESS_A = C.inet_addr("10.0.0.1");
  public static final int ADDRESS_B = C.inet_addr("10.0.0.2");
  public static final int SIZEOF = SockAddrIn.SIZEOF;
  public static final int MSS = 1_460;

  private static final int MAX_ROUNDS = 100_000;

  public static final long MILLIS = 1_000_000L;

  public final VirtualClock clock = new VirtualClock();
  public final Fabric fabric = Fabric.polled(clock);
  public final Host hostA;
  public final Host hostB;
  public final ZfAttr attr;
  public final ZfStack a;
  public final ZfStack b;
  private boolean freedA;
  private boolean freedB;

  /** Two connections' ends, the active one on stack a. */
  public record Connection(Zft active, Zft passive, Zftl listener) {}

  public TwoStacks() {
    this(NicOptions.STANDARD, attr -> {});
  }

  public TwoStacks(NicOptions options, Consumer<ZfAttr> adjust) {
    this(options, adjust, DirectWire::join);
  }

  /** Joined by a wire that the test makes. */
  public TwoStacks(BiConsumer<Nic, Nic> join) {
    this(NicOptions.STANDARD, attr -> {}, join);
  }

  /** Made to measure. */
  public TwoStacks(NicOptions options, Consumer<ZfAttr> adjust, BiConsumer<Nic, Nic> join) {
    hostA = host("a", 1).nic("za0", "10.0.0.1/24", options);
    hostB = host("b", 2).nic("zb0", "10.0.0.2/24", options);
    join.accept(hostA.nic("za0"), hostB.nic("zb0"));
    attr = attributes();
    adjust.accept(attr);
    a = stack("za0");
    b = stack("zb0");
  }

  private Host host(String name, long seed) {
    return fabric.host(StackConfig.standard(name, seed).withCells(2_048, 64));
  }

  /** Attributes that make small stacks with short lives after close. */
  public static ZfAttr attributes() {
    Ref<ZfAttr> out = new Ref<>();
    assertThat(zf_attr_alloc(out)).isZero();
    ZfAttr attr = out.get();
    set(attr, "max_tcp_endpoints", 8);
    set(attr, "max_udp_rx_endpoints", 8);
    set(attr, "max_udp_tx_endpoints", 8);
    set(attr, "tcp_timewait_ms", 900);
    set(attr, "tcp_finwait_ms", 1_800);
    set(attr, "reactor_spin_count", 1);
    return attr;
  }

  public static void set(ZfAttr attr, String name, long value) {
    assertThat(zf_attr_set_int(attr, name, value)).isZero();
  }

  public ZfStack stack(String interfaceName) {
    assertThat(zf_attr_set_str(attr, "interface", interfaceName)).isZero();
    Ref<ZfStack> out = new Ref<>();
    assertThat(zf_stack_alloc(attr, out)).isZero();
    return out.get();
  }

  /** Runs both reactors until neither has anything to do; at most microseconds pass. */
  public void settle() {
    for (int round = 0; round < MAX_ROUNDS; round++) {
      int happened = fabric.poll();
      boolean pendingA = perform(freedA, a);
      boolean pendingB = perform(freedB, b);
      if (!pendingA && !pendingB && happened == 0) {
        return;
      }
    }
    throw new AssertionError("the stacks do not come to rest");
  }

  private static boolean perform(boolean freed, ZfStack stack) {
    if (freed || zf_stack_has_pending_work(stack) == 0) {
      return false;
    }
    zf_reactor_perform(stack);
    return true;
  }

  /** Lets time pass in steps of 10 ms, with both reactors running. */
  public void pass(long millis) {
    for (long gone = 0; gone < millis; gone += 10) {
      clock.advanceTo(clock.nanoTime() + Math.min(10, millis - gone) * MILLIS);
      settle();
    }
  }

  // ---- TCP ------------------------------------------------------------------------------------

  public static SockAddrIn address(int address, int port) {
    return new SockAddrIn(address, port);
  }

  public Zftl listen(int port) {
    Ref<Zftl> out = new Ref<>();
    assertThat(zftl_listen(b, address(ADDRESS_B, port), SIZEOF, attr, out)).isZero();
    return out.get();
  }

  public ZftHandle handle() {
    Ref<ZftHandle> out = new Ref<>();
    assertThat(zft_alloc(a, attr, out)).isZero();
    return out.get();
  }

  /** An open to port {@code port} of b, in SYN_SENT. */
  public Zft connecting(int port) {
    Ref<Zft> out = new Ref<>();
    assertThat(zft_connect(handle(), address(ADDRESS_B, port), SIZEOF, out)).isZero();
    return out.get();
  }

  /** An open from a given port of a. */
  public Zft connectingFrom(int localPort, int port) {
    ZftHandle handle = handle();
    assertThat(zft_addr_bind(handle, address(ADDRESS_A, localPort), SIZEOF, 0)).isZero();
    Ref<Zft> out = new Ref<>();
    assertThat(zft_connect(handle, address(ADDRESS_B, port), SIZEOF, out)).isZero();
    return out.get();
  }

  public Zft accept(Zftl listener) {
    Ref<Zft> out = new Ref<>();
    assertThat(zftl_accept(listener, out)).isZero();
    return out.get();
  }

  /** An established connection. */
  public Connection connection(int port) {
    Zftl listener = listen(port);
    Zft active = connecting(port);
    settle();
    return new Connection(active, accept(listener), listener);
  }

  // ---- UDP ------------------------------------------------------------------------------------

  public Zfur receiver(ZfStack stack, int address, int port) {
    Ref<Zfur> out = new Ref<>();
    assertThat(zfur_alloc(out, stack, attr)).isZero();
    assertThat(zfur_addr_bind(out.get(), address(address, port), SIZEOF, null, 0, 0)).isZero();
    return out.get();
  }

  public Zfut sender(ZfStack stack, int from, int fromPort, int to, int toPort) {
    Ref<Zfut> out = new Ref<>();
    assertThat(
            zfut_alloc(
                out, stack, address(from, fromPort), SIZEOF, address(to, toPort), SIZEOF, 0, attr))
        .isZero();
    return out.get();
  }

  // ---- memory ---------------------------------------------------------------------------------

  /** {@code length} bytes that count up from {@code first}. */
  public static ByteBuf pattern(int length, int first) {
    ByteBuf memory = C.malloc(length);
    for (int i = 0; i < length; i++) {
      memory.setByte(i, first + i);
    }
    return memory;
  }

  public static byte[] bytes(ByteBuf memory, int length) {
    byte[] copy = new byte[length];
    memory.getBytes(memory.readerIndex(), copy);
    return copy;
  }

  public static Iovec[] iov(ByteBuf memory, int length) {
    return new Iovec[] {new Iovec(memory, length)};
  }

  public void freeA() {
    zf_stack_free(a);
    freedA = true;
  }

  public void freeB() {
    zf_stack_free(b);
    freedB = true;
  }

  @Override
  public void close() {
    if (!freedA) {
      freeA();
    }
    if (!freedB) {
      freeB();
    }
    fabric.close();
  }
}
