package dev.trident.apps.examples;

import dev.trident.c.SockAddrIn;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code address:port} from a command line; it is divided at the last colon. */
final class HostPort implements ITypeConverter<SockAddrIn> {
  private static final int MAX_PORT = 65_535;

  @Override
  public SockAddrIn convert(String text) {
    int colon = text.lastIndexOf(':');
    String port = text.substring(colon + 1);
    if (colon < 0 || !port.matches("\\d{1,5}") || Integer.parseInt(port) > MAX_PORT) {
      throw new TypeConversionException("'" + text + "' has no port; give one like 10.8.0.1:2000");
    }
    try {
      return SockAddrIn.of(text.substring(0, colon), Integer.parseInt(port));
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(
          "'" + text + "' does not begin with an IPv4 address; give one like 10.8.0.1:2000");
    }
  }
}
