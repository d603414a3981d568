package dev.trident.apps.compare;

import static dev.trident.tcpdirect.Zf.zf_attr_alloc;
import static dev.trident.tcpdirect.Zf.zf_attr_free;
import static dev.trident.tcpdirect.Zf.zf_attr_set_int;
import static dev.trident.tcpdirect.Zf.zf_attr_set_str;
import static dev.trident.tcpdirect.Zf.zf_init;
import static dev.trident.tcpdirect.Zf.zf_stack_alloc;
import static dev.trident.tcpdirect.Zf.zf_stack_free;

import dev.trident.c.Ref;
import dev.trident.c.SockAddrIn;
import dev.trident.tcpdirect.ZfAttr;
import dev.trident.tcpdirect.ZfStack;
import io.netty.buffer.ByteBuf;

/** A TCPDirect program: one stack on one interface, for all its connections. */
final class ZfProgram implements PeerFactory.Program {
  private static final int TIME_WAIT_MS = 1;
  private static final int ARP_TIMEOUT_MICROS = 30_000_000;

  private final ZfAttr attr;
  private final ZfStack stack;

  ZfProgram(String interfaceName) {
    ZfPeer.check("zf_init", zf_init());
    Ref<ZfAttr> newAttr = new Ref<>();
    ZfPeer.check("zf_attr_alloc", zf_attr_alloc(newAttr));
    attr = newAttr.get();
    ZfPeer.check("zf_attr_set_str", zf_attr_set_str(attr, "interface", interfaceName));
    // Zockets in TIME_WAIT hold their place in the stack: a program that reconnects keeps it short.
    ZfPeer.check("zf_attr_set_int", zf_attr_set_int(attr, "tcp_timewait_ms", TIME_WAIT_MS));
    // The default of 1 ms is meant for a machine room, and links of a comparison may be longer.
    ZfPeer.check("zf_attr_set_int", zf_attr_set_int(attr, "arp_reply_timeout", ARP_TIMEOUT_MICROS));
    Ref<ZfStack> newStack = new Ref<>();
    ZfPeer.check("zf_stack_alloc", zf_stack_alloc(attr, newStack));
    stack = newStack.get();
  }

  /** TCPDirect never blocks, so {@code blocking} makes no difference. */
  @Override
  public Peer peer(
      Exchange.Role role, boolean blocking, SockAddrIn address, ByteBuf source, ByteBuf target) {
    return new ZfPeer(attr, stack, role, address, source, target);
  }

  @Override
  public void close() {
    zf_stack_free(stack);
    zf_attr_free(attr);
  }
}
