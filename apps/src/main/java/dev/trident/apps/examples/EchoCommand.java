package dev.trident.apps.examples;

import dev.trident.apps.Failure;
import dev.trident.apps.Trident;
import dev.trident.c.SockAddrIn;
import dev.trident.hw.host.Host;
import dev.trident.hw.host.Interfaces;
import dev.trident.hw.host.SetUpException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What the command lines of the echo programs have in common, and the host they run on. */
abstract class EchoCommand implements Callable<Integer> {
  /** A program with both ends of an echo; what goes wrong it has said itself. */
  interface Echo {
    /**
     * Returns to each caller what it sends, one caller after the other.
     *
     * @return whether every call went well
     */
    boolean serve(SockAddrIn address, int callers);

    /**
     * Calls, and has {@code size} bytes returned, again and again.
     *
     * @param warmUps round trips before the recorded ones
     * @return whether everything came back as it was sent
     */
    boolean call(SockAddrIn address, int size, int warmUps, int iterations, RoundTripTimes times);
  }

  enum End {
    SERVER,
    CLIENT
  }

  @Option(
      names = "--interface",
      paramLabel = "NAME",
      description = "an interface of TRIDENT_INTERFACES (default: the first)")
  private @Nullable String interfaceName;

  @Option(
      names = "-s",
      paramLabel = "BYTES",
      defaultValue = "64",
      description = "client: size of a message (default: ${DEFAULT-VALUE})")
  private int size;

  @Option(
      names = "-i",
      paramLabel = "N",
      defaultValue = "1000",
      description = "client: messages (default: ${DEFAULT-VALUE})")
  private int iterations;

  @Option(
      names = "-r",
      paramLabel = "N",
      defaultValue = "0",
      description = "client: messages before them, to warm up (default: ${DEFAULT-VALUE})")
  private int warmUps;

  @Option(
      names = "-c",
      paramLabel = "N",
      defaultValue = "" + Integer.MAX_VALUE,
      showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
      description = "server: end after so many callers (default: go on)")
  private int callers;

  @Parameters(index = "0", paramLabel = "server|client", description = "which end this is")
  private End end = End.SERVER;

  @Parameters(
      index = "1",
      paramLabel = "ADDRESS:PORT",
      converter = HostPort.class,
      description = "where the server listens; for itself 0.0.0.0 is any address")
  private SockAddrIn address = new SockAddrIn();

  @Spec private CommandSpec spec = CommandSpec.create();

  abstract Echo open(Host host);

  @Override
  public Integer call() throws Failure {
    if (size < 1 || iterations < 1 || warmUps < 0 || callers < 1) {
      throw new ParameterException(
          spec.commandLine(), "-s, -i and -c must be 1 or more, -r 0 or more");
    }
    Echo echo = open(host());
    return switch (end) {
      case SERVER -> echo.serve(address, callers) ? Trident.OK : Trident.FAILED;
      case CLIENT -> {
        RoundTripTimes times = new RoundTripTimes(iterations, true);
        boolean done = echo.call(address, size, warmUps, iterations, times);
        if (done) {
          times.print(spec.commandLine().getOut(), size, 99);
        }
        yield done ? Trident.OK : Trident.FAILED;
      }
    };
  }

  private Host host() throws Failure {
    try {
      if (interfaceName == null) {
        return Interfaces.ofEnvironment().host();
      }
      Host host = Host.withInterface(interfaceName);
      if (host == null) {
        throw new Failure("no interface " + interfaceName + "; name it in TRIDENT_INTERFACES");
      }
      return host;
    } catch (SetUpException e) {
      throw new Failure(String.valueOf(e.getMessage()));
    }
  }
}
