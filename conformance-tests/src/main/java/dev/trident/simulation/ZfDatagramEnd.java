package dev.trident.simulation;

import static dev.trident.simulation.ZfRoom.check;
import static dev.trident.tcpdirect.Zf.*;

import dev.trident.c.Iovec;
import dev.trident.c.Ref;
import dev.trident.c.SockAddrIn;
import dev.trident.tcpdirect.IpHdr;
import dev.trident.tcpdirect.UdpHdr;
import dev.trident.tcpdirect.ZfErrno;
import dev.trident.tcpdirect.Zfur;
import dev.trident.tcpdirect.ZfurMsg;
import dev.trident.tcpdirect.Zfut;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** UDP by TCPDirect: a zocket to receive, and one to send once the first peer is known. */
final class ZfDatagramEnd implements DatagramEnd {
  private final Place place;
  private final SockAddrIn local;
  private final Ledger ledger;
  private final ZfurMsg message = new ZfurMsg(1);
  private SockAddrIn source = new SockAddrIn();
  private @Nullable ZfRoom room;
  private @Nullable Zfur receiver;
  private @Nullable Zfut sender;

  ZfDatagramEnd(Place place, SockAddrIn local, Ledger ledger) {
    this.place = place;
    this.local = local;
    this.ledger = ledger;
  }

  private ZfRoom room() {
    return Objects.requireNonNull(room);
  }

  @Override
  public void open() {
    ZfRoom made = new ZfRoom(place, ledger);
    room = made;
    Ref<Zfur> opened = new Ref<>();
    check("zfur_alloc", zfur_alloc(opened, made.stack(), made.attr()));
    receiver = opened.get();
    check("zfur_addr_bind", zfur_addr_bind(opened.get(), local, SockAddrIn.SIZEOF, null, 0, 0));
  }

  @Override
  public void connect(SockAddrIn peer) {
    throw new UnsupportedOperationException("zocket that receives from one peer and reports ICMP");
  }

  private int openSender(SockAddrIn to) {
    Ref<Zfut> opened = new Ref<>();
    int result =
        zfut_alloc(
            opened,
            room().stack(),
            local,
            SockAddrIn.SIZEOF,
            to,
            SockAddrIn.SIZEOF,
            0,
            room().attr());
    if (result == 0) {
      sender = opened.get();
    }
    return result;
  }

  @Override
  public Sent send(ByteBuf data, int length, SockAddrIn to, int choice) {
    room().perform();
    int result = sender == null ? openSender(to) : 0;
    if (result == 0) {
      Zfut open = Objects.requireNonNull(sender);
      result =
          length <= zfut_get_mss(open) && choice % 2 == 0
              ? zfut_send_single(open, data, length)
              : sendPiece(open, data, length);
    }
    if (result >= 0) {
      return Sent.YES;
    }
    boolean passes =
        result == -ZfErrno.EAGAIN || result == -ZfErrno.ENOBUFS || result == -ZfErrno.EHOSTUNREACH;
    if (!passes) {
      throw new CallFailedException("zfut_send", -result);
    }
    return Sent.NOT_NOW;
  }

  private static int sendPiece(Zfut open, ByteBuf data, int length) {
    Iovec[] pieces = {new Iovec()};
    pieces[0].iov_base = data;
    pieces[0].iov_len = length;
    return zfut_send(open, pieces, 1, 0);
  }

  @Override
  public int receive(ByteBuf target, int choice) {
    room().perform();
    Zfur open = Objects.requireNonNull(receiver);
    message.iovcnt = 1;
    zfur_zc_recv(open, message, 0);
    if (message.iovcnt == 0) {
      return NOTHING;
    }
    Ref<IpHdr> ip = new Ref<>();
    Ref<UdpHdr> udp = new Ref<>();
    check("zfur_pkt_get_header", zfur_pkt_get_header(open, message, ip, udp, 0));
    source = new SockAddrIn(ip.get().saddr, udp.get().source);
    ByteBuf bytes = message.iov[0].iov_base;
    int length = message.iov[0].iov_len;
    if (bytes != null) {
      target.setBytes(0, bytes, bytes.readerIndex(), length);
    }
    zfur_zc_recv_done(open, message);
    return length;
  }

  @Override
  public SockAddrIn source() {
    return source;
  }

  @Override
  public void close() {
    ZfRoom open = room;
    if (open != null) {
      if (sender != null) {
        zfut_free(sender);
      }
      if (receiver != null) {
        zfur_free(receiver);
      }
      open.leave();
      room = null;
    }
  }
}
