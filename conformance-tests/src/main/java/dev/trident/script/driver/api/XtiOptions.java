package dev.trident.script.driver.api;

import dev.trident.script.driver.Call;
import dev.trident.xti.Netbuf;
import dev.trident.xti.Xti;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Socket options that wait until t_connect or t_accept takes them. */
final class XtiOptions {
  private static final int HEADER_BYTES = 16;

  private @Nullable Integer noDelay;
  private @Nullable Integer sendBytes;
  private @Nullable Integer receiveBytes;
  private boolean aborts;

  /** What a connection accepted with these has. */
  XtiOptions inherited() {
    XtiOptions copy = new XtiOptions();
    copy.aborts = aborts;
    return copy;
  }

  /** Whether SO_RCVBUF was set. */
  boolean hasReceiveBytes() {
    return receiveBytes != null;
  }

  /** Whether SO_LINGER was set to no time: t_snddis precedes t_close. */
  boolean abortsOnClose() {
    return aborts;
  }

  /**
   * Takes an option of the kinds SO_SNDBUF, SO_RCVBUF, TCP_NODELAY and SO_LINGER.
   *
   * @return whether XTI can still say it
   */
  boolean take(Call.SetOption call, boolean hasConnection) {
    if (call.option() == Call.Option.SO_LINGER) {
      aborts = SimulatedDriver.value(call) != 0;
      return true;
    }
    if (hasConnection) {
      return false;
    }
    int value = (int) SimulatedDriver.value(call);
    switch (call.option()) {
      case SO_SNDBUF -> sendBytes = value;
      case SO_RCVBUF -> receiveBytes = value;
      case TCP_NODELAY -> noDelay = value == 0 ? Xti.T_NO : Xti.T_YES;
      default -> throw new IllegalArgumentException(call + ": no option of XTI");
    }
    return true;
  }

  /** Stores what has been set as the options of a call. */
  void put(Netbuf target) {
    ByteBuf buffer = SimulatedDriver.bytes(3 * (HEADER_BYTES + Integer.BYTES));
    buffer.clear();
    put(buffer, Xti.T_INET_TCP, Xti.T_TCP_NODELAY, noDelay);
    put(buffer, Xti.XTI_GENERIC, Xti.XTI_SNDBUF, sendBytes);
    put(buffer, Xti.XTI_GENERIC, Xti.XTI_RCVBUF, receiveBytes);
    target.buf = buffer;
    target.len = buffer.readableBytes();
    target.maxlen = buffer.capacity();
  }

  private static void put(ByteBuf buffer, int level, int name, @Nullable Integer value) {
    if (value != null) {
      buffer.writeInt(HEADER_BYTES + Integer.BYTES).writeInt(level).writeInt(name).writeInt(0);
      buffer.writeInt(value);
    }
  }
}
