package dev.trident.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.apps.http.HttpFile;
import dev.trident.apps.http.HttpResponder;
import dev.trident.apps.http.TreckHttp;
import dev.trident.apps.http.XtiHttp;
import dev.trident.apps.http.ZfHttp;
import dev.trident.apps.net.NetNamespace;
import dev.trident.c.SockAddrIn;
import dev.trident.hw.host.Fabric;
import dev.trident.hw.host.Host;
import dev.trident.hw.port.tap.TapPort;
import dev.trident.testkit.NeedsNet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The kernel's TCP, as curl uses it, against a program on each of the three APIs. */
@NeedsNet({"ip", "ping", "curl"})
@Timeout(60)
class HttpOverTapTest {
  private static final String NAME = "tri-http";
  private static final String KERNEL = "10.215.0.1/24";
  private static final String OURS = "10.215.0.2";
  private static final String OUR_CIDR = OURS + "/24";
  private static final int PORT = 80;
  private static final int BODY_BYTES = 1 << 20;
  private static final int FETCHES = 3;

  private final byte[] body = new byte[BODY_BYTES];

  @TempDir Path folder;

  private TapPort tap;
  private NetNamespace namespace;
  private Fabric fabric;
  private Host host;

  @BeforeEach
  void plugIn() throws Exception {
    new Random(7).nextBytes(body);
    tap = TapPort.open(NAME);
    namespace = NetNamespace.create();
    namespace.adopt(NAME, KERNEL);
    fabric = Fabric.driven();
    host = fabric.host("http", 7).nic(NAME, OUR_CIDR).port(tap);
  }

  @AfterEach
  void unplug() throws Exception {
    fabric.close();
    namespace.close();
    tap.close();
  }

  @Test
  void shouldAnswerPing() throws Exception {
    assertThat(KernelPeer.ping(namespace, OURS, 5, "-s", "1400")).isEqualTo(5);
  }

  @Test
  void shouldServeTheFileByteForByteOnTreck() throws Exception {
    try (HttpResponder responder = new TreckHttp(host, PORT, new HttpFile(body))) {
      expectFetched(responder);
    }
  }

  @Test
  void shouldServeTheFileByteForByteOnXti() throws Exception {
    try (HttpResponder responder = new XtiHttp(host, PORT, new HttpFile(body))) {
      expectFetched(responder);
    }
  }

  @Test
  void shouldServeTheFileByteForByteOnTcpDirect() throws Exception {
    SockAddrIn local = SockAddrIn.of(OURS, PORT);
    try (HttpResponder responder = new ZfHttp(NAME, local, new HttpFile(body))) {
      expectFetched(responder);
    }
  }

  /** Fetches one after the other, so that ports and connections are seen to be free again. */
  private void expectFetched(HttpResponder responder) throws Exception {
    Path copy = folder.resolve("copy");
    String fetch =
        "for i in $(seq %d); do curl -sS --max-time 15 -o %s.$i http://%s/ || exit 1; done; echo done"
            .formatted(FETCHES, copy, OURS);
    Process curl = namespace.start(List.of("bash", "-c", fetch));
    assertThat(responder.serve(FETCHES)).isEqualTo(FETCHES);
    assertThat(output(curl)).isEqualTo("done");
    for (int i = 1; i <= FETCHES; i++) {
      assertThat(Files.readAllBytes(Path.of(copy + "." + i))).as("copy %d", i).isEqualTo(body);
    }
  }

  private static String output(Process process) throws Exception {
    return String.join("\n", process.inputReader().readAllLines());
  }
}
