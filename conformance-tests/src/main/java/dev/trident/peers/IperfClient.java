package dev.trident.peers;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.trident.apps.net.NetNamespace;
import dev.trident.apps.net.Programs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The program iperf3, run as a client in a namespace, on the kernel's TCP. */
final class IperfClient {
  /** The name of the program, and of the package that has it. */
  static final String PROGRAM = "iperf3";

  private static final int CONNECT_MILLIS = 10_000;

  private final Process process;

  private IperfClient(Process process) {
    this.process = process;
  }

  /**
   * Starts it; it is ended with the namespace at the latest.
   *
   * @param bytes to transfer; a multiple of its block of 128 KiB
   * @param reverse whether the server sends
   */
  static IperfClient start(NetNamespace namespace, String server, long bytes, boolean reverse)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Programs.locate(PROGRAM, PROGRAM),
                "--client",
                server,
                "--port",
                Integer.toString(IperfServer.PORT),
                "--bytes",
                Long.toString(bytes),
                "--connect-timeout",
                Integer.toString(CONNECT_MILLIS),
                "--interval",
                "0",
                "--json"));
    if (reverse) {
      command.add("--reverse");
    }
    return new IperfClient(namespace.start(command));
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Reads its report, once it has ended; with one interval that fits into the pipe.
   *
   * @return segments that the kernel has sent again; of no meaning if it did not send
   */
  long retransmissions() throws IOException, ExperimentFailure {
    JsonObject report = report();
    if (report.has("error")) {
      throw new ExperimentFailure("iperf3 says: " + report.get("error").getAsString());
    }
    JsonObject sent = report.getAsJsonObject("end").getAsJsonObject("sum_sent");
    return sent.has("retransmits") ? sent.get("retransmits").getAsLong() : 0;
  }

  private JsonObject report() throws IOException, ExperimentFailure {
    String text;
    try (var output = process.getInputStream()) {
      text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
    }
    try {
      return JsonParser.parseString(text).getAsJsonObject();
    } catch (JsonParseException | IllegalStateException e) {
      throw new ExperimentFailure(
          "iperf3 ended with exit code %d and no report".formatted(process.exitValue()));
    }
  }
}
