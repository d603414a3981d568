package dev.trident.icmp;

import dev.trident.buffer.Packet;
import dev.trident.buffer.PacketPool;
import dev.trident.endpoint.EchoEndpoint;
import dev.trident.ip.Ipv4Output;
import dev.trident.time.Now;
import dev.trident.time.TimerWheel;
import dev.trident.trace.Counters;
import dev.trident.trace.DropReason;
import dev.trident.wire.IcmpMessage;
import dev.trident.wire.SeedMixer;
import org.jspecify.annotations.Nullable;

/**
 * Those on this stack who ask for echoes, found by their identifiers. Bounded; identifiers begin at
 * a random number, so that a stranger does not know which replies are awaited.
 */
public final class EchoClients {
  static final int MAX_CLIENTS = 64;

  private static final long SEED_USE = 0x6563_686fL;

  private final PacketPool pool;
  private final Counters counters;
  private final Ipv4Output output;
  private final TimerWheel wheel;
  private final Now now;
  private final int ttl;
  private final IcmpMessage message;
  private final @Nullable EchoClient[] clients = new EchoClient[MAX_CLIENTS];
  private int nextIdentifier;

  public EchoClients(
      PacketPool pool,
      Counters counters,
      Ipv4Output output,
      TimerWheel wheel,
      Now now,
      int ttl,
      long seed) {
    this.pool = pool;
    this.counters = counters;
    this.output = output;
    this.wheel = wheel;
    this.now = now;
    this.ttl = ttl;
    message = new IcmpMessage(pool.slab());
    nextIdentifier = (int) SeedMixer.mix(seed, SEED_USE) & 0xffff;
  }

  /** A new client, or null if there are {@value #MAX_CLIENTS}. */
  public @Nullable EchoEndpoint open() {
    for (int i = 0; i < MAX_CLIENTS; i++) {
      if (clients[i] == null) {
        EchoClient client =
            new EchoClient(this, takeIdentifier(), pool, counters, output, wheel, now, ttl);
        clients[i] = client;
        return client;
      }
    }
    return null;
  }

  private int takeIdentifier() {
    int identifier = nextIdentifier;
    while (find(identifier) != null) {
      identifier = (identifier + 1) & 0xffff;
    }
    nextIdentifier = (identifier + 1) & 0xffff;
    return identifier;
  }

  private @Nullable EchoClient find(int identifier) {
    for (EchoClient client : clients) {
      if (client != null && client.identifier() == identifier) {
        return client;
      }
    }
    return null;
  }

  void forget(EchoClient closed) {
    for (int i = 0; i < MAX_CLIENTS; i++) {
      if (clients[i] == closed) {
        clients[i] = null;
      }
    }
  }

  /** A reply has come; its checks are done. The reference stays the caller's. */
  DropReason onReply(Packet reply, int source, int ttlOfReply, long nowNanos) {
    IcmpMessage view = message.wrap(reply.slab(), reply.offset());
    if (view.code() != 0) {
      return DropReason.ICMP_BAD_CODE;
    }
    EchoClient client = find(view.identifier());
    return client != null && client.onReply(reply, view.sequence(), source, ttlOfReply, nowNanos)
        ? DropReason.NONE
        : DropReason.ICMP_NO_ENDPOINT;
  }

  /** An ICMP error quotes a message of ours, the first 8 bytes of which are at an offset. */
  DropReason onError(Packet packet, int slabOffset, int type, int code, int destination) {
    IcmpMessage quoted = message.wrap(packet.slab(), slabOffset);
    if (quoted.type() != IcmpMessage.ECHO) {
      return DropReason.ICMP_NO_ENDPOINT;
    }
    EchoClient client = find(quoted.identifier());
    if (client == null) {
      return DropReason.ICMP_NO_ENDPOINT;
    }
    return client.onError(quoted.sequence(), type, code, destination)
        ? DropReason.NONE
        : DropReason.ICMP_BAD_QUOTE;
  }

  /** The next hop towards {@code destination} does not answer. */
  void onUnreachable(int destination) {
    for (EchoClient client : clients) {
      if (client != null) {
        client.onUnreachable(destination);
      }
    }
  }

  /** Closes all: the stack closes. */
  public void close() {
    for (EchoClient client : clients) {
      if (client != null) {
        client.close();
      }
    }
  }
}
