package dev.trident.hw.port.xdp;

import java.util.Locale;

/** How frames get from an interface to an {@code xdp:} port. */
public enum XdpMode {
  /** {@link #NATIVE} if the driver can, otherwise {@link #SKB}. */
  ANY,
  /** In the driver; without a copy by the kernel if the driver can that, too. */
  NATIVE,
  /** In the driver, with a copy by the kernel even if the driver could do without. */
  COPY,
  /** Behind the driver, in the kernel's general code: works with every interface. */
  SKB;

  boolean isInDriver() {
    return this == NATIVE || this == COPY;
  }

  /**
   * The mode as it is written in the name of a port: {@code native}, {@code copy}, {@code skb}.
   *
   * @throws IllegalArgumentException if it is none of these
   */
  public static XdpMode of(String name) {
    for (XdpMode mode : values()) {
      if (mode != ANY && mode.toString().equals(name)) {
        return mode;
      }
    }
    throw new IllegalArgumentException("mode=" + name + ": must be native, copy or skb");
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
