package dev.trident.tcpdirect.tcp;

import static dev.trident.tcpdirect.ZfErrno.EADDRNOTAVAIL;
import static dev.trident.tcpdirect.ZfErrno.EINVAL;
import static dev.trident.tcpdirect.ZfErrno.EOPNOTSUPP;

import dev.trident.c.IntRef;
import dev.trident.c.SockAddr;
import dev.trident.c.SockAddrIn;
import dev.trident.endpoint.Readiness;
import dev.trident.endpoint.StackError;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.StreamListener;
import dev.trident.hw.host.HostStack;
import dev.trident.tcpdirect.error.ErrnoTranslation;
import dev.trident.tcpdirect.mux.Epoll;
import dev.trident.tcpdirect.mux.Waitable;
import dev.trident.tcpdirect.stack.Addresses;
import dev.trident.tcpdirect.stack.DirectStack;
import dev.trident.tcpdirect.stack.EndpointWaitable;
import dev.trident.tcpdirect.stack.Zocket;
import dev.trident.tcpdirect.stack.ZocketList;
import org.jspecify.annotations.Nullable;

/** The zocket behind a {@code Zftl}. */
public final class TcpListener extends Zocket {
  private final StreamListener endpoint;

  private TcpListener(DirectStack stack, StreamListener endpoint) {
    super(stack, stack.listeners());
    this.endpoint = endpoint;
    join();
  }

  /** What {@link #listen} made: a listener, or why there is none. */
  public record Opening(int result, @Nullable TcpListener listener) {}

  /** Opens a listener on one local address; port 0 chooses one. */
  public static Opening listen(DirectStack stack, @Nullable SockAddr laddr, int laddrlen) {
    int check = Addresses.check(laddr, laddrlen);
    if (check != 0 || !(laddr instanceof SockAddrIn local)) {
      return new Opening(check, null);
    }
    if (local.sin_addr == SockAddrIn.INADDR_ANY) {
      return new Opening(-EOPNOTSUPP, null);
    }
    if (!stack.receives() || !stack.transmits()) {
      return new Opening(-EINVAL, null);
    }
    HostStack host = stack.enter();
    try {
      if (!stack.transport().isLocalAddress(local.sin_addr)) {
        return new Opening(-EADDRNOTAVAIL, null);
      }
      StreamListener endpoint = stack.transport().newListener();
      if (endpoint == null) {
        return new Opening(ErrnoTranslation.result(StackError.ENDPOINT_LIMIT.code), null);
      }
      int code = endpoint.bind(local.sin_addr, local.sin_port);
      if (code == 0) {
        code = endpoint.listen(stack.transport().config().maxStreams());
      }
      if (code != 0) {
        endpoint.close();
        return new Opening(ErrnoTranslation.filter(code), null);
      }
      return new Opening(0, new TcpListener(stack, endpoint));
    } finally {
      host.exit();
    }
  }

  /** The oldest connection that is ready, or null: -EAGAIN. */
  public @Nullable TcpZocket accept() {
    HostStack host = enter();
    try {
      StreamEndpoint accepted = endpoint.accept();
      if (accepted == null) {
        host.foundNothing();
        return null;
      }
      return new TcpZocket(stack(), accepted);
    } finally {
      host.exit();
    }
  }

  /** Stores the local name. */
  public void getName(SockAddr laddr, IntRef laddrlen) {
    HostStack host = enter();
    try {
      Addresses.store(laddr, laddrlen, endpoint.localAddress(), endpoint.localPort());
    } finally {
      host.exit();
    }
  }

  @Override
  protected String kind() {
    return "zftl";
  }

  @Override
  protected ZocketList list() {
    return stack().listeners();
  }

  @Override
  protected void close() {
    endpoint.close();
  }

  @Override
  protected void abort() {
    endpoint.close();
  }

  @Override
  protected Waitable newWaitable() {
    return new EndpointWaitable(this, endpoint.readiness()) {
      @Override
      protected int ready() {
        return isAny(Readiness.READABLE) ? Epoll.IN : 0;
      }

      @Override
      protected int events(int edges) {
        return (edges & Readiness.READABLE) != 0 ? Epoll.IN : 0;
      }
    };
  }
}
