package dev.trident.tcp;

import dev.trident.endpoint.TcpProfile;
import dev.trident.time.Deadline;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Random;

/** Two layers joined by a wire that loses, repeats and reorders segments, in virtual time. */
final class LossyWire {
  private static final long MILLIS = TcpHost.MILLIS;

  @SuppressWarnings("ArrayRecordComponent") // never compared
  record InFlight(long due, long order, boolean toServer, byte[] bytes) {}

  final TcpHost client;
  final TcpHost server;
  final Random random;
  final int lossPercent;
  final int duplicatePercent;
  final int reorderPercent;
  final PriorityQueue<InFlight> flying =
      new PriorityQueue<>(
          Comparator.<InFlight>comparingLong(f -> f.due() - TcpHost.START)
              .thenComparingLong(InFlight::order));
  long orders;

  LossyWire(long seed, TcpProfile profile, int loss, int duplicate, int reorder) {
    client = new TcpHost(FakeIp.LOCAL, profile);
    server = new TcpHost(FakeIp.PEER, profile);
    client.ip.holds = true;
    server.ip.holds = true;
    random = new Random(seed);
    lossPercent = loss;
    duplicatePercent = duplicate;
    reorderPercent = reorder;
  }

  void pickUp(TcpHost from, boolean toServer) {
    for (byte[] bytes = from.ip.sent.poll(); bytes != null; bytes = from.ip.sent.poll()) {
      if (random.nextInt(100) < lossPercent) {
        continue;
      }
      int copies = random.nextInt(100) < duplicatePercent ? 2 : 1;
      for (int i = 0; i < copies; i++) {
        long delay = MILLIS;
        if (random.nextInt(100) < reorderPercent) {
          delay += random.nextInt(5_000_000);
        }
        flying.add(new InFlight(from.now + delay, orders++, toServer, bytes));
      }
    }
    from.ip.complete();
  }

  /** One event: deliver what is due, or move to the next time anything happens. */
  void step() {
    pickUp(client, true);
    pickUp(server, false);
    long next = Deadline.NEVER;
    if (!flying.isEmpty()) {
      next = flying.peek().due();
    }
    next = Deadline.earlier(next, client.wheel.nextDeadlineNanos());
    next = Deadline.earlier(next, server.wheel.nextDeadlineNanos());
    if (next == Deadline.NEVER) {
      return;
    }
    long now = next - client.now > 0 ? next : client.now;
    client.advance(now - client.now);
    server.advance(now - server.now);
    while (!flying.isEmpty() && flying.peek().due() - now <= 0) {
      InFlight arrived = flying.poll();
      TcpHost to = arrived.toServer() ? server : client;
      int from = arrived.toServer() ? FakeIp.LOCAL : FakeIp.PEER;
      to.deliver(arrived.bytes(), from, 0);
    }
    client.flush();
    server.flush();
  }
}
