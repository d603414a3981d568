package dev.trident.apps.examples;

import dev.trident.hw.host.Host;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line of {@link TreckEcho}. */
@Command(
    name = "treckecho",
    description =
        "Treck example: a server that returns what it is sent, and a client that times it.")
public final class TreckEchoCommand extends EchoCommand {
  @Option(
      names = "-z",
      description = "server: send the received buffers back themselves, without a copy")
  private boolean zeroCopy;

  @Override
  Echo open(Host host) {
    return new TreckEcho(host, zeroCopy);
  }
}
