package dev.trident.script.driver.api;

import static dev.trident.tcpdirect.Zf.*;

import dev.trident.c.Ref;
import dev.trident.endpoint.TcpProfile;
import dev.trident.tcpdirect.EpollEvent;
import dev.trident.tcpdirect.ZfAttr;
import dev.trident.tcpdirect.ZfMuxerSet;
import dev.trident.tcpdirect.ZfStack;
import dev.trident.tcpdirect.ZfWaitable;
import java.util.List;

/** The stack of a TCPDirect program, its attributes, and its ways to wait. */
final class ZfProgram {
  private static final EpollEvent[] NO_EVENTS = {};

  private final ZfAttr attr;
  private final ZfStack stack;
  private final int address;

  /**
   * Makes the stack; to be called by a program of the host.
   *
   * @param address the host's only one, which stands for any
   */
  ZfProgram(int address, TcpProfile profile) {
    this.address = address;
    check("zf_init", zf_init());
    Ref<ZfAttr> newAttr = new Ref<>();
    check("zf_attr_alloc", zf_attr_alloc(newAttr));
    attr = newAttr.get();
    check("zf_attr_set_str", zf_attr_set_str(attr, "interface", SmallHost.INTERFACE));
    set("n_bufs", SmallHost.CELLS);
    // Else these come from the kernel that this runs on.
    set("tcp_syn_retries", profile.retransmission().synRetries());
    set("tcp_synack_retries", profile.retransmission().synAckRetries());
    set("tcp_retries", profile.retransmission().dataRetries());
    Ref<ZfStack> newStack = new Ref<>();
    check("zf_stack_alloc", zf_stack_alloc(attr, newStack));
    stack = newStack.get();
  }

  private void set(String name, int value) {
    check("zf_attr_set_int", zf_attr_set_int(attr, name, value));
  }

  /**
   * Makes sure that a call which cannot fail here has not.
   *
   * @throws IllegalStateException naming call and error
   */
  static void check(String call, int result) {
    if (result < 0) {
      throw new IllegalStateException(call + " failed: " + Errnos.name(-result));
    }
  }

  ZfStack stack() {
    return stack;
  }

  ZfAttr attr() {
    return attr;
  }

  /** The address of the host where a program asked for any, which TCPDirect does not take. */
  int orOwn(int wanted) {
    return wanted == 0 ? address : wanted;
  }

  /** Runs the reactor for ever: the part of the program that is always there. */
  void react() {
    zf_muxer_wait(newSet(), NO_EVENTS, 0, -1);
  }

  private ZfMuxerSet newSet() {
    Ref<ZfMuxerSet> made = new Ref<>();
    check("zf_muxer_alloc", zf_muxer_alloc(stack, made));
    return made.get();
  }

  /** Runs the reactor until one of {@code events}, or the end of the connection, has come. */
  void await(ZfWaitable waitable, int events) {
    int wanted = events | EPOLLERR | EPOLLHUP;
    await(List.of(waitable), List.of(new EpollEvent(wanted, null)), -1);
  }

  /**
   * Runs the reactor until events have come or the time is over.
   *
   * @param wanted for each of {@code waitables}, with the data to be told
   * @param timeoutNanos 0 to look once, negative for no limit
   * @return the events that have come
   */
  List<EpollEvent> await(List<ZfWaitable> waitables, List<EpollEvent> wanted, long timeoutNanos) {
    ZfMuxerSet set = newSet();
    for (int i = 0; i < waitables.size(); i++) {
      check("zf_muxer_add", zf_muxer_add(set, waitables.get(i), wanted.get(i)));
    }
    EpollEvent[] events = EpollEvent.array(waitables.size());
    int count = zf_muxer_wait(set, events, events.length, timeoutNanos);
    waitables.forEach(waitable -> check("zf_muxer_del", zf_muxer_del(waitable)));
    zf_muxer_free(set);
    return List.of(events).subList(0, count);
  }
}
