package dev.trident.xti.endpoint;

import static dev.trident.xti.XtiConstants.*;

import dev.trident.xti.TInfo;
import dev.trident.xti.error.Failure;
import org.jspecify.annotations.Nullable;

/** Opens endpoints by the name of their provider. */
public final class EndpointFactory {
  private EndpointFactory() {}

  /**
   * t_open: the descriptor, or a failure. {@code /dev/itot} is a known name without a provider
   * behind it: TSYSERR with ENXIO, as a device whose driver is not there.
   */
  public static int open(Library library, String name, int oflag, @Nullable TInfo info) {
    if ((oflag & O_RDWR) == 0) {
      return Failure.of(TBADFLAG);
    }
    Provider provider = Provider.named(name);
    if (provider == null) {
      return library.dialect().hasXtiErrors() ? Failure.of(TBADNAME) : Failure.system(ENOENT);
    }
    TransportEndpoint endpoint = make(library, provider, oflag);
    if (endpoint == null) {
      return Failure.system(ENXIO);
    }
    int fd = library.descriptors().add(endpoint);
    if (fd < 0) {
      return Failure.system(EMFILE);
    }
    if (info != null) {
      endpoint.info(info);
    }
    return fd;
  }

  private static @Nullable TransportEndpoint make(Library library, Provider provider, int oflag) {
    return switch (provider) {
      case TCP -> new TcpProviderEndpoint(library, oflag);
      case UDP -> new UdpProviderEndpoint(library, oflag);
      case ISO_OVER_TCP -> null;
    };
  }
}
