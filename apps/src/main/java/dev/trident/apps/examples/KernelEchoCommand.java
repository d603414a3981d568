package dev.trident.apps.examples;

import dev.trident.apps.Trident;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A peer for the clients of the echo examples that is no program of ours: the kernel's TCP. */
@Command(
    name = "kernelecho",
    description = "Return to each caller what it sends, by the kernel's sockets on 127.0.0.1.")
public final class KernelEchoCommand implements Callable<Integer> {
  private static final int BUFFER_BYTES = 16_384;

  @Parameters(paramLabel = "PORT", description = "where to listen; 0 chooses one")
  private int port;

  @Option(
      names = "-c",
      paramLabel = "N",
      defaultValue = "" + Integer.MAX_VALUE,
      showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
      description = "end after so many callers (default: go on)")
  private int callers;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    try (ServerSocket listener = new ServerSocket()) {
      listener.setReuseAddress(true);
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      PrintWriter out = spec.commandLine().getOut();
      out.println("Listening on 127.0.0.1:" + listener.getLocalPort());
      out.flush();
      for (int i = 0; i < callers; i++) {
        try (Socket caller = listener.accept()) {
          echo(caller);
        }
      }
    }
    return Trident.OK;
  }

  private static void echo(Socket caller) throws IOException {
    caller.setTcpNoDelay(true);
    byte[] buffer = new byte[BUFFER_BYTES];
    InputStream in = caller.getInputStream();
    OutputStream out = caller.getOutputStream();
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      out.write(buffer, 0, n);
    }
  }
}
