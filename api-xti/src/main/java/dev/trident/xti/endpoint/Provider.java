package dev.trident.xti.endpoint;

import static dev.trident.xti.XtiConstants.*;

import dev.trident.xti.Dialect;
import dev.trident.xti.TInfo;
import org.jspecify.annotations.Nullable;

/** The transport providers by the names t_open knows, and what each offers. */
public enum Provider {
  /** Expedited data is TCP's urgent data: a place in the stream, of any length before it. */
  TCP("/dev/tcp", 0, T_INFINITE, T_COTS_ORD, 0),
  UDP("/dev/udp", Provider.LARGEST_DATAGRAM, T_INVALID, T_CLTS, T_SENDZERO),
  /** ISO transport over TCP. The name is known, but it cannot be opened in this version. */
  ISO_OVER_TCP("/dev/itot", T_INFINITE, T_INVALID, T_COTS, 0);

  /** 65535 less the headers of IPv4 and UDP. */
  private static final int LARGEST_DATAGRAM = 65_507;

  private static final int ADDRESS_BYTES = SocketAddresses.BYTES;
  private static final int OPTION_BYTES = 512;

  private final String device;
  private final int tsdu;
  private final int etsdu;
  private final int servtype;
  private final int flags;

  Provider(String device, int tsdu, int etsdu, int servtype, int flags) {
    this.device = device;
    this.tsdu = tsdu;
    this.etsdu = etsdu;
    this.servtype = servtype;
    this.flags = flags;
  }

  /** The provider of that name, or null. */
  public static @Nullable Provider named(String device) {
    for (Provider provider : values()) {
      if (provider.device.equals(device)) {
        return provider;
      }
    }
    return null;
  }

  /** Fills in what t_open and t_getinfo return. */
  public void describe(TInfo info, Dialect dialect) {
    info.addr = ADDRESS_BYTES;
    info.options = OPTION_BYTES;
    info.tsdu = tsdu;
    info.etsdu = etsdu;
    info.connect = T_INVALID;
    info.discon = T_INVALID;
    info.servtype = servtype;
    info.flags = dialect == Dialect.TLI ? 0 : flags;
  }

  /** Largest unit of data in bytes, or 0 for a stream of bytes. */
  public int tsdu() {
    return tsdu;
  }

  /** Whether expedited data can be sent. */
  public boolean offersExpedited() {
    return etsdu != T_INVALID;
  }

  @Override
  public String toString() {
    return device;
  }
}
