package dev.trident.script.driver.api;

import static dev.trident.tcpdirect.Zf.*;

import dev.trident.c.Iovec;
import dev.trident.c.Ref;
import dev.trident.c.SockAddrIn;
import dev.trident.script.driver.ApiDriver.Outcome;
import dev.trident.script.driver.Call.Events;
import dev.trident.script.driver.Call.Option;
import dev.trident.tcpdirect.ZfErrno;
import dev.trident.tcpdirect.ZfWaitable;
import dev.trident.tcpdirect.Zfur;
import dev.trident.tcpdirect.ZfurMsg;
import dev.trident.tcpdirect.Zfut;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A datagram socket made of one zocket that receives and one that sends for each destination, all
 * with the same local name.
 */
final class ZfDatagrams extends ZfSocket {
  private record Destination(int address, int port) {}

  private final Map<Destination, Zfut> senders = new HashMap<>();
  private @Nullable Zfur receiver;
  private @Nullable SockAddrIn local;
  private @Nullable SockAddrIn peer;

  ZfDatagrams(ZfProgram program) {
    super(program);
  }

  // ---- addresses ----------------------------------------------------------------------------

  @Override
  Outcome bind(SockAddrIn address) {
    return local != null
        ? Outcome.error("EINVAL")
        : result(bindTo(address.sin_addr, address.sin_port));
  }

  private int bindTo(int address, int port) {
    Ref<Zfur> made = new Ref<>();
    int result = zfur_alloc(made, program.stack(), program.attr());
    if (result < 0) {
      return result;
    }
    SockAddrIn own = new SockAddrIn(program.orOwn(address), port);
    result = zfur_addr_bind(made.get(), own, SockAddrIn.SIZEOF, null, 0, 0);
    if (result < 0) {
      zfur_free(made.get());
      return result;
    }
    receiver = made.get();
    local = own; // a port 0 has been replaced
    return 0;
  }

  /** Binds the receiver to the peer alone, in place of the binding to any. */
  @Override
  Outcome connect(SockAddrIn to) {
    int result = local == null ? bindTo(0, 0) : 0;
    SockAddrIn own = local;
    Zfur us = receiver;
    if (result < 0 || own == null || us == null) {
      return result(result);
    }
    SockAddrIn before = peer;
    zfur_addr_unbind(us, own, SockAddrIn.SIZEOF, before, SockAddrIn.SIZEOF, 0);
    result = zfur_addr_bind(us, own, SockAddrIn.SIZEOF, to, SockAddrIn.SIZEOF, 0);
    peer = result == 0 ? to : before;
    return result(result);
  }

  @Override
  Outcome listen() {
    return Outcome.error("EOPNOTSUPP");
  }

  @Override
  Outcome accept() {
    return Outcome.error("EOPNOTSUPP");
  }

  // ---- data ---------------------------------------------------------------------------------

  @Override
  Outcome send(List<Integer> lengths, boolean more, boolean atOnce, @Nullable SockAddrIn to) {
    SockAddrIn target = to == null ? peer : to;
    if (target == null) {
      return Outcome.error("EDESTADDRREQ");
    }
    int result = local == null ? bindTo(0, 0) : 0;
    if (result < 0) {
      return result(result);
    }
    Ref<Zfut> sender = new Ref<>();
    result = sender(target, sender);
    if (result < 0) {
      return result(result);
    }
    int length = SimulatedDriver.total(lengths);
    Iovec[] piece = {new Iovec(SimulatedDriver.bytes(length), length)};
    Zfut us = sender.get();
    result = zfut_send(us, piece, 1, 0);
    while (mayWait(result, atOnce)) {
      program.await(zfut_to_waitable(us), EPOLLOUT);
      result = zfut_send(us, piece, 1, 0);
    }
    return result(result);
  }

  private int sender(SockAddrIn to, Ref<Zfut> found) {
    Destination destination = new Destination(to.sin_addr, to.sin_port);
    Zfut present = senders.get(destination);
    if (present != null) {
      found.value = present;
      return 0;
    }
    int result =
        zfut_alloc(
            found,
            program.stack(),
            local,
            SockAddrIn.SIZEOF,
            to,
            SockAddrIn.SIZEOF,
            0,
            program.attr());
    if (result == 0) {
      senders.put(destination, found.get());
    }
    return result;
  }

  @Override
  Outcome receive(int length, boolean peek, boolean waitAll, boolean atOnce) {
    Zfur us = receiver;
    if (us == null) {
      return Outcome.error("ENOTCONN"); // nothing can come, as no address is bound
    }
    ZfurMsg message = new ZfurMsg(1);
    zfur_zc_recv(us, message, 0);
    while (message.iovcnt == 0) {
      if (!mayWait(-ZfErrno.EAGAIN, atOnce)) {
        return Outcome.error("EAGAIN");
      }
      program.await(zfur_to_waitable(us), EPOLLIN);
      message.iovcnt = 1;
      zfur_zc_recv(us, message, 0);
    }
    ByteBuf buffer = SimulatedDriver.bytes(length);
    ByteBuf datagram = message.iov[0].iov_base;
    int count = Math.min(length, message.iov[0].iov_len);
    if (datagram != null) {
      buffer.setBytes(0, datagram, datagram.readerIndex(), count);
    }
    if (!peek) {
      zfur_zc_recv_done(us, message);
    }
    return SimulatedDriver.received(buffer, count);
  }

  @Override
  Outcome receivedBytes() {
    return Outcome.error("EOPNOTSUPP");
  }

  // ---- ends and questions -------------------------------------------------------------------

  @Override
  Outcome shutdownSend() {
    return Outcome.error("EOPNOTSUPP");
  }

  @Override
  Outcome close() {
    senders.values().forEach(us -> zfut_free(us));
    senders.clear();
    if (receiver != null) {
      zfur_free(receiver);
      receiver = null;
    }
    return Outcome.of(0);
  }

  @Override
  Outcome option(Option option) {
    return option == Option.TCP_MAXSEG ? Outcome.error("ENOPROTOOPT") : Errnos.pending(null);
  }

  private @Nullable Zfut senderToPeer() {
    return peer == null ? null : senders.get(new Destination(peer.sin_addr, peer.sin_port));
  }

  /** Whether there is a peer that something was sent to: only then a zocket tells of room. */
  boolean canTellRoom() {
    return senderToPeer() != null;
  }

  @Override
  List<ZfWaitable> waitables(int wanted) {
    List<ZfWaitable> found = new ArrayList<>();
    if (receiver != null && (wanted & Events.IN) != 0) {
      found.add(zfur_to_waitable(receiver));
    }
    Zfut toPeer = senderToPeer();
    if (toPeer != null && (wanted & Events.OUT) != 0) {
      found.add(zfut_to_waitable(toPeer));
    }
    return found;
  }

  @Override
  @Nullable SockAddrIn localName() {
    return local;
  }
}
