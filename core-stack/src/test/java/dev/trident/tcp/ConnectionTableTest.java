package dev.trident.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.endpoint.TcpProfile;
import dev.trident.ip.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ConnectionTableTest {
  private record Tuple(int localPort, int remoteAddress, int remotePort) {}

  private final TcpHost host = new TcpHost(FakeIp.LOCAL, TcpProfile.STANDARD);
  private final ConnectionTable table = new ConnectionTable(99);
  private final Map<Tuple, Connection> model = new HashMap<>();

  private Connection connection(Tuple tuple) {
    Connection connection = new Stream(host.layer);
    Path path = Objects.requireNonNull(host.ip.route(0, tuple.remoteAddress()));
    connection.open(path, tuple.localPort(), tuple.remoteAddress(), tuple.remotePort());
    return connection;
  }

  private void check(Tuple tuple) {
    assertThat(
            table.find(FakeIp.LOCAL, tuple.localPort(), tuple.remoteAddress(), tuple.remotePort()))
        .isSameAs(model.get(tuple));
  }

  /** Few distinct tuples, so that they are added and removed again and again. */
  @Test
  void shouldBehaveAsAMap() {
    Random random = new Random(5);
    List<Tuple> tuples = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      tuples.add(new Tuple(random.nextInt(3), random.nextInt(20), random.nextInt(20)));
    }
    for (int step = 0; step < 30_000; step++) {
      Tuple tuple = tuples.get(random.nextInt(step < 15_000 ? 600 : 60));
      Connection known = model.get(tuple);
      if (known == null) {
        Connection added = connection(tuple);
        table.add(added);
        model.put(tuple, added);
      } else {
        assertThat(table.remove(known)).isTrue();
        assertThat(table.remove(known)).isFalse();
        model.remove(tuple);
      }
      assertThat(table.size()).isEqualTo(model.size());
      check(tuple);
      if (step % 1_000 == 0) {
        tuples.forEach(this::check);
      }
    }
  }

  @Test
  void shouldTellLocalAddressesApart() {
    table.add(connection(new Tuple(1, 2, 3)));
    assertThat(table.find(FakeIp.LOCAL, 1, 2, 3)).isNotNull();
    assertThat(table.find(FakeIp.PEER, 1, 2, 3)).isNull();
  }
}
