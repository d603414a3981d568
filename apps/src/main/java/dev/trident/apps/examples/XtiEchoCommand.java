package dev.trident.apps.examples;

import dev.trident.hw.host.Host;
import picocli.CommandLine.Command;

/** The command line of {@link XtiEcho}. */
@Command(
    name = "xtiecho",
    description = "XTI example: a server that returns what it is sent, and a client that times it.")
public final class XtiEchoCommand extends EchoCommand {
  @Override
  Echo open(Host host) {
    return new XtiEcho(host);
  }
}
