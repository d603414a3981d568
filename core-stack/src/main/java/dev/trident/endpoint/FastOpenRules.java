package dev.trident.endpoint;

import org.jspecify.annotations.Nullable;

/**
 * TCP fast open (RFC 7413): data in the SYN of a peer that has been here before, and shows a cookie
 * for it. It saves a round trip, and costs that a SYN which the network duplicates may be taken for
 * two: programs for which that matters must not use it (section 2.1), and so it is off unless asked
 * for, here and by the user of the endpoint.
 *
 * @param client what {@link StreamEndpoint#connectWithData} may do
 * @param server which listeners take data in a SYN
 * @param trusting whether they do so without a cookie, for networks where no address can be forged
 *     (section 6.3.1)
 * @param experimental whether the option of the experiment that came before the RFC (kind 254,
 *     magic 0xF989) is understood, and tried with servers that leave the other one unanswered
 * @param maxPending connections with data before their handshake is over that a listener keeps at a
 *     time, whatever it asks for (section 4.2, PendingFastOpenRequests)
 * @param failuresBeforePause failures in a row after which a server is no longer offered data for a
 *     while (section 4.1.3.1), 1 or more
 * @param pauseNanos length of the first such while; each further failure doubles it
 * @param key of the cookies that are given, or null for one made of the stack's seed
 * @param previousKey of cookies that are still taken, and replaced; null if there is none
 */
public record FastOpenRules(
    Client client,
    Server server,
    boolean trusting,
    boolean experimental,
    int maxPending,
    int failuresBeforePause,
    long pauseNanos,
    @Nullable Key key,
    @Nullable Key previousKey) {

  /** What connections of ours do. */
  public enum Client {
    /** Nothing: they connect as ever. */
    OFF,
    /** Data goes with the SYN if there is a cookie of the server; otherwise one is asked for. */
    WITH_COOKIE,
    /** Without a cookie data goes all the same, and without the option. */
    ALWAYS
  }

  /** Which listeners take part. */
  public enum Server {
    OFF,
    /** Those that ask for it by {@link StreamListener#fastOpen}. */
    ASKED,
    /**
     * An API that knows fast open asks for every listener, with as many pending connections as its
     * backlog. One that does not know it never asks: its accept promises more.
     */
    ANY
  }

  /**
   * A secret of 128 bits. Servers that share an address share it, so that the cookie of one is good
   * at all.
   *
   * @param low the first two words of its usual notation, the first one in the lower half
   * @param high the other two, likewise
   */
  public record Key(long low, long high) {}

  private static final long SECONDS = 1_000_000_000L;

  /** Neither side. */
  public static final FastOpenRules OFF =
      new FastOpenRules(Client.OFF, Server.OFF, false, false, 1_024, 1, 60 * SECONDS, null, null);

  /** Both sides, as the RFC has it, for users that ask for it. */
  public static final FastOpenRules ON =
      OFF.withClient(Client.WITH_COOKIE).withServer(Server.ASKED);

  /** Checks the numbers. */
  public FastOpenRules {
    if (maxPending < 0 || failuresBeforePause < 1 || pauseNanos < 0) {
      throw new IllegalArgumentException(
          "fast open with at most "
              + maxPending
              + " pending, a pause of "
              + pauseNanos
              + " ns after "
              + failuresBeforePause
              + " failures: must be 0, 0 and 1 or more");
    }
  }

  public FastOpenRules withClient(Client changed) {
    return new FastOpenRules(
        changed,
        server,
        trusting,
        experimental,
        maxPending,
        failuresBeforePause,
        pauseNanos,
        key,
        previousKey);
  }

  public FastOpenRules withServer(Server changed) {
    return new FastOpenRules(
        client,
        changed,
        trusting,
        experimental,
        maxPending,
        failuresBeforePause,
        pauseNanos,
        key,
        previousKey);
  }

  public FastOpenRules withTrusting(boolean changed) {
    return new FastOpenRules(
        client,
        server,
        changed,
        experimental,
        maxPending,
        failuresBeforePause,
        pauseNanos,
        key,
        previousKey);
  }

  public FastOpenRules withExperimental(boolean changed) {
    return new FastOpenRules(
        client,
        server,
        trusting,
        changed,
        maxPending,
        failuresBeforePause,
        pauseNanos,
        key,
        previousKey);
  }

  public FastOpenRules withMaxPending(int changed) {
    return new FastOpenRules(
        client,
        server,
        trusting,
        experimental,
        changed,
        failuresBeforePause,
        pauseNanos,
        key,
        previousKey);
  }

  public FastOpenRules withPause(int afterFailures, long nanos) {
    return new FastOpenRules(
        client, server, trusting, experimental, maxPending, afterFailures, nanos, key, previousKey);
  }

  /** Cookies are made with {@code newKey}; those of {@code oldKey} are replaced when they come. */
  public FastOpenRules withKeys(@Nullable Key newKey, @Nullable Key oldKey) {
    return new FastOpenRules(
        client,
        server,
        trusting,
        experimental,
        maxPending,
        failuresBeforePause,
        pauseNanos,
        newKey,
        oldKey);
  }
}
