package dev.trident.benchmarks;

import dev.trident.c.Ref;
import dev.trident.c.SockAddrIn;
import dev.trident.hw.host.Fabric;
import dev.trident.hw.host.Host;
import dev.trident.tcpdirect.Zf;
import dev.trident.tcpdirect.ZfAttr;
import dev.trident.tcpdirect.ZfStack;
import dev.trident.tcpdirect.Zft;
import dev.trident.tcpdirect.ZftHandle;
import dev.trident.tcpdirect.Zftl;
import dev.trident.tcpdirect.Zfur;
import dev.trident.tcpdirect.Zfut;

/** Two hosts on a direct wire in a polled fabric, with a TCPDirect stack on each. */
final class ZfPair implements AutoCloseable {
  private static final int TCP_PORT = 4_000;
  private static final int UDP_PORT = 4_001;

  private final Fabric fabric = Fabric.polled();
  final ZfStack a;
  final ZfStack b;
  private final ZfAttr attrA;
  private final ZfAttr attrB;
  private final SockAddrIn addressA = SockAddrIn.of("10.7.0.1", UDP_PORT);
  private final SockAddrIn addressB = SockAddrIn.of("10.7.0.2", UDP_PORT);

  ZfPair() {
    Host hostA = fabric.host("a", 1).nic("bench-a", "10.7.0.1/24");
    Host hostB = fabric.host("b", 2).nic("bench-b", "10.7.0.2/24");
    fabric.wire(hostA.nic("bench-a"), hostB.nic("bench-b"));
    check(Zf.zf_init());
    attrA = attributes("bench-a");
    attrB = attributes("bench-b");
    a = stack(attrA);
    b = stack(attrB);
  }

  static void check(int result) {
    if (result < 0) {
      throw new IllegalStateException("error " + -result);
    }
  }

  private static ZfAttr attributes(String interfaceName) {
    Ref<ZfAttr> attr = new Ref<>();
    check(Zf.zf_attr_alloc(attr));
    check(Zf.zf_attr_set_str(attr.get(), "interface", interfaceName));
    return attr.get();
  }

  private static ZfStack stack(ZfAttr attr) {
    Ref<ZfStack> stack = new Ref<>();
    check(Zf.zf_stack_alloc(attr, stack));
    return stack.get();
  }

  /** The two ends of an established connection, a's first. */
  Zft[] connect() {
    SockAddrIn address = SockAddrIn.of("10.7.0.2", TCP_PORT);
    Ref<Zftl> listener = new Ref<>();
    check(Zf.zftl_listen(b, address, SockAddrIn.SIZEOF, attrB, listener));
    Ref<ZftHandle> handle = new Ref<>();
    check(Zf.zft_alloc(a, attrA, handle));
    Ref<Zft> client = new Ref<>();
    check(Zf.zft_connect(handle.get(), address, SockAddrIn.SIZEOF, client));
    Ref<Zft> server = new Ref<>();
    while (Zf.zftl_accept(listener.get(), server) != 0) {
      Zf.zf_reactor_perform(b);
      Zf.zf_reactor_perform(a);
    }
    while (Zf.zft_state(client.get()) != Zf.TCP_ESTABLISHED) {
      Zf.zf_reactor_perform(a);
    }
    return new Zft[] {client.get(), server.get()};
  }

  /** Receives at a what b sends, and at b what a sends. */
  Zfur receiver(boolean atA) {
    Ref<Zfur> receiver = new Ref<>();
    check(Zf.zfur_alloc(receiver, atA ? a : b, atA ? attrA : attrB));
    SockAddrIn own = atA ? addressA : addressB;
    SockAddrIn other = atA ? addressB : addressA;
    check(Zf.zfur_addr_bind(receiver.get(), own, SockAddrIn.SIZEOF, other, SockAddrIn.SIZEOF, 0));
    return receiver.get();
  }

  Zfut sender(boolean atA) {
    Ref<Zfut> sender = new Ref<>();
    SockAddrIn own = atA ? addressA : addressB;
    SockAddrIn other = atA ? addressB : addressA;
    check(
        Zf.zfut_alloc(
            sender,
            atA ? a : b,
            own,
            SockAddrIn.SIZEOF,
            other,
            SockAddrIn.SIZEOF,
            0,
            atA ? attrA : attrB));
    return sender.get();
  }

  @Override
  public void close() {
    Zf.zf_stack_free(a);
    Zf.zf_stack_free(b);
    fabric.close();
  }
}
