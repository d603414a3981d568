package dev.trident.simulation;

import static dev.trident.tcpdirect.Zf.*;

import dev.trident.c.Ref;
import dev.trident.hw.host.HostStack;
import dev.trident.tcpdirect.ZfAttr;
import dev.trident.tcpdirect.ZfErrno;
import dev.trident.tcpdirect.ZfStack;
import java.util.List;

/**
 * A TCPDirect stack and those who use it: a listener and its connections, or a single program. The
 * last one to leave frees it; whoever aborts frees it with all that is open on it.
 */
final class ZfRoom {
  /** Rings, and some for sending. */
  private static final int BUFFERS = 1_024;

  /** What a program may leave unread while it sends, in bytes; three times for several streams. */
  private static final int UNREAD_BYTES = 3 * 65_536;

  private static final int HEADER_BYTES = 40;

  private final Place place;
  private final Ledger ledger;
  private final ZfAttr attr;
  private final ZfStack stack;
  private final HostStack hostStack;
  private int users = 1;
  private boolean freed;
  private boolean stopped;

  /** Makes a stack, waiting while the adapter has no interface left. */
  ZfRoom(Place place, Ledger ledger) {
    this.place = place;
    this.ledger = ledger;
    check("zf_init", zf_init());
    Ref<ZfAttr> newAttr = new Ref<>();
    check("zf_attr_alloc", zf_attr_alloc(newAttr));
    attr = newAttr.get();
    check("zf_attr_set_str", zf_attr_set_str(attr, "interface", place.interfaceName()));
    int segment = place.node().host().nic(place.interfaceName()).mtuBytes() - HEADER_BYTES;
    // A program that sends before it reads would wait for ever for buffers that it holds itself.
    set("n_bufs", BUFFERS + UNREAD_BYTES / segment);
    // Else these come from the kernel that this runs on.
    set("tcp_retries", 14);
    set("tcp_syn_retries", 7);
    set("tcp_synack_retries", 7);
    set("tcp_finwait_ms", 60_000);
    set("tcp_timewait_ms", 60_000);
    set("max_tcp_syn_backlog", 32);
    Ref<ZfStack> newStack = new Ref<>();
    while (zf_stack_alloc(attr, newStack) == -ZfErrno.EBUSY) {
      place.node().pause(StreamEnd.RETRY_NANOS);
    }
    stack = newStack.get();
    List<HostStack> open = place.node().host().directStacks();
    hostStack = open.getLast();
  }

  private void set(String name, int value) {
    check("zf_attr_set_int", zf_attr_set_int(attr, name, value));
  }

  static int check(String call, int result) {
    if (result < 0) {
      throw new CallFailedException(call, -result);
    }
    return result;
  }

  ZfStack stack() {
    return stack;
  }

  ZfAttr attr() {
    return attr;
  }

  /** Lets the stack work; fails once it was freed, or the program stopped. */
  void perform() {
    if (freed || stopped) {
      throw new CallFailedException("stopped", ZfErrno.EBUSY);
    }
    zf_reactor_perform(stack);
  }

  void enter() {
    users++;
  }

  /** A user leaves in good order; the last one waits for what is still on its way. */
  void leave() {
    if (--users > 0 || freed) {
      return;
    }
    while (!stopped && zf_stack_is_quiescent(stack) == 0) {
      zf_reactor_perform(stack);
    }
    if (!stopped) {
      checkGivenBack();
    }
    free();
  }

  private void checkGivenBack() {
    var pool = hostStack.transport().pool();
    if (pool.handles().live() != 0 || pool.freeLoans() != hostStack.transport().config().loans()) {
      ledger.complain(
          place.interfaceName()
              + ": quiescent TCPDirect stack keeps "
              + pool.handles().live()
              + " handles and "
              + (hostStack.transport().config().loans() - pool.freeLoans())
              + " loans");
    }
  }

  /** Frees the stack at once, whatever is open on it. */
  void free() {
    if (!freed) {
      freed = true;
      ledger.addCounters(hostStack.transport());
      zf_stack_free(stack);
      zf_attr_free(attr);
    }
  }

  boolean isFreed() {
    return freed;
  }

  /** Called by another program: the owner gives up when it runs again. */
  void stop() {
    stopped = true;
  }

  boolean isStopped() {
    return stopped;
  }
}
