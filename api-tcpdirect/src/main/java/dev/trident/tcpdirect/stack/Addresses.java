package dev.trident.tcpdirect.stack;

import static dev.trident.tcpdirect.ZfErrno.EAFNOSUPPORT;
import static dev.trident.tcpdirect.ZfErrno.EFAULT;
import static dev.trident.tcpdirect.ZfErrno.EINVAL;

import dev.trident.c.IntRef;
import dev.trident.c.SockAddr;
import dev.trident.c.SockAddrIn;
import org.jspecify.annotations.Nullable;

/** The checks of address arguments, in the order that every call has them, and name results. */
public final class Addresses {
  private Addresses() {}

  /** 0, -EFAULT (null), -EINVAL (length below 16) or -EAFNOSUPPORT, in this order. */
  public static int check(@Nullable SockAddr address, int length) {
    if (address == null) {
      return -EFAULT;
    }
    if (length < SockAddrIn.SIZEOF) {
      return -EINVAL;
    }
    return address.sa_family == SockAddr.AF_INET && address instanceof SockAddrIn
        ? 0
        : -EAFNOSUPPORT;
  }

  /** Whether {@code address} is a group (RFC 1112). */
  public static boolean isMulticast(int address) {
    return address >>> 28 == 0xe;
  }

  /** Whether {@code address} can be the one other end of a flow. */
  public static boolean isUnicast(int address) {
    return address != 0 && address != -1 && !isMulticast(address);
  }

  /**
   * Stores a name as a C call does: the first {@code length} bytes of the structure (family 2, port
   * 2, address 4) are written, and {@code length} becomes its whole size.
   */
  public static void store(SockAddr to, IntRef length, int address, int port) {
    int room = length.value;
    length.value = SockAddrIn.SIZEOF;
    if (room >= 2) {
      to.sa_family = SockAddr.AF_INET;
    }
    if (to instanceof SockAddrIn in) {
      if (room >= 4) {
        in.sin_port = port;
      }
      if (room >= 8) {
        in.sin_addr = address;
      }
    }
  }
}
