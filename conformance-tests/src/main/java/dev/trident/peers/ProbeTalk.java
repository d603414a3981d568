package dev.trident.peers;

import dev.trident.endpoint.StreamListener;
import dev.trident.trace.DropReason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Programs that look at a host from outside: their verdicts are what they would be of any host. */
final class ProbeTalk {
  private static final int OPEN = 8_080;
  private static final int CLOSED = 8_081;
  private static final int ODD = 20;

  private ProbeTalk() {}

  /** The question of RFC 5227: does anybody have this address? */
  static String duplicateAddress(TalkNetwork network) throws IOException, ExperimentFailure {
    TalkNetwork.Said said =
        network.program(
            "arping", "-D", "-c", "2", "-w", "3", "-I", network.kernelDevice(), TalkNetwork.OURS);
    // Exit code 1 says that somebody has answered, which is we.
    if (said.exitCode() != 1 || !said.text().contains("Received 1 response")) {
      throw new ExperimentFailure("arping -D: " + oneLine(said.text()));
    }
    TalkNetwork.Said free =
        network.program(
            "arping", "-D", "-c", "1", "-w", "1", "-I", network.kernelDevice(), "10.219.0.77");
    if (free.exitCode() != 0) {
      throw new ExperimentFailure("we answered for an address that is not ours");
    }
    return "ours is taken, another is free";
  }

  /** By UDP, ICMP and TCP; the second hop is we. */
  static String traceroute(TalkNetwork network) throws IOException, ExperimentFailure {
    List<String> seen = new ArrayList<>();
    for (String method : List.of("udp", "icmp", "tcp")) {
      TalkNetwork.Said said =
          network.program(
              "traceroute", "-n", "-q", "1", "-w", "2", "-m", "5", "-M", method, TalkNetwork.OURS);
      List<String> hops = said.text().lines().skip(1).map(String::strip).toList();
      if (hops.size() != 2 || !hops.get(1).startsWith("2  " + TalkNetwork.OURS + "  ")) {
        throw new ExperimentFailure("traceroute by " + method + ": " + oneLine(said.text()));
      }
      seen.add(method);
    }
    return "2 hops by " + String.join(", ", seen);
  }

  /** What nmap finds out about an open port, a closed one, and protocols. */
  static String scan(TalkNetwork network) throws IOException, ExperimentFailure {
    StreamListener listener = listen(network);
    // SYN: what everybody does. FIN, none and all flags: RFC 9293 3.10.7.1 and .2: a closed port
    // answers RST, an open one nothing. ACK: RST from both.
    check(network, "-sS", "open", "closed");
    check(network, "-sF", "open|filtered", "closed");
    check(network, "-sN", "open|filtered", "closed");
    check(network, "-sX", "open|filtered", "closed");
    check(network, "-sA", "unfiltered", "unfiltered");
    TalkNetwork.Said udp = nmap(network, "-sU", "-p", Integer.toString(CLOSED));
    expect(udp, CLOSED + "/udp", "closed");
    TalkNetwork.Said protocols = nmap(network, "-sO", "-p", "1,6,17,47,132");
    expect(protocols, "1", "open");
    expect(protocols, "6", "open");
    expect(protocols, "47", "closed");
    expect(protocols, "132", "closed");
    network.checkAlive();
    listener.close();
    return "SYN, FIN, null, Xmas, ACK, UDP, protocols";
  }

  private static StreamListener listen(TalkNetwork network) throws ExperimentFailure {
    StreamListener listener =
        Objects.requireNonNull(network.stack().transport().newListener(), "a new stack has room");
    Waiting.check(listener.bind(0, OPEN), "bind");
    Waiting.check(listener.listen(8), "listen");
    return listener;
  }

  private static void check(TalkNetwork network, String kind, String open, String closed)
      throws IOException, ExperimentFailure {
    TalkNetwork.Said said = nmap(network, kind, "-p", OPEN + "," + CLOSED);
    expect(said, OPEN + "/tcp", open);
    expect(said, CLOSED + "/tcp", closed);
  }

  private static TalkNetwork.Said nmap(TalkNetwork network, String kind, String... more)
      throws IOException, ExperimentFailure {
    List<String> command =
        new ArrayList<>(
            List.of("nmap", "-n", "-Pn", "--disable-arp-ping", "--max-retries", "2", kind));
    command.addAll(List.of(more));
    command.add(TalkNetwork.OURS);
    return network.program(command.toArray(String[]::new));
  }

  private static void expect(TalkNetwork.Said said, String what, String state)
      throws ExperimentFailure {
    Pattern line = Pattern.compile("^" + Pattern.quote(what) + "\\s+(\\S+)", Pattern.MULTILINE);
    Matcher matcher = line.matcher(said.text());
    if (!matcher.find() || !matcher.group(1).equals(state)) {
      throw new ExperimentFailure(
          "nmap should find %s %s: %s".formatted(what, state, oneLine(said.text())));
    }
  }

  /** Datagrams that no decent host sends end under the reason that fits, and harm nothing. */
  static String oddPackets(TalkNetwork network) throws IOException, ExperimentFailure {
    StreamListener listener = listen(network);
    String open = Integer.toString(OPEN);
    odd(network, DropReason.TCP_BAD_CHECKSUM, "--badcksum", "-S", "-p", open);
    odd(network, DropReason.TCP_BAD_DATA_OFFSET, "--tcpoff", "3", "-S", "-p", open);
    odd(network, DropReason.TCP_BAD_DATA_OFFSET, "--tcpoff", "15", "-S", "-p", open);
    odd(network, DropReason.TCP_BAD_FLAGS, "-S", "-F", "-p", open);
    odd(network, DropReason.IP_SOURCE_ROUTE, "--lsrr", TalkNetwork.AT_TAP, "-S", "-p", open);
    odd(network, DropReason.IP_UNKNOWN_PROTOCOL, "--rawip", "--ipproto", "47");
    odd(network, DropReason.IP_TUNNEL, "--rawip", "--ipproto", "4", "--data", "40");
    odd(network, DropReason.ICMP_UNKNOWN_TYPE, "--icmp", "--icmptype", "17", "--force-icmp");
    odd(network, DropReason.ICMP_REDIRECT_IGNORED, "--icmp", "--icmptype", "5");
    odd(network, DropReason.ICMP_QUENCH_IGNORED, "--icmp", "--icmptype", "4");
    network.checkAlive();
    listener.close();
    return "10 kinds";
  }

  private static void odd(TalkNetwork network, DropReason reason, String... arguments)
      throws IOException, ExperimentFailure {
    long before = network.counters().get(reason);
    List<String> command =
        new ArrayList<>(List.of("hping3", "-n", "-q", "-c", Integer.toString(ODD), "-i", "u2000"));
    command.addAll(List.of(arguments));
    command.add(TalkNetwork.OURS);
    network.program(command.toArray(String[]::new));
    long counted = network.counters().get(reason) - before;
    if (counted < ODD) {
      throw new ExperimentFailure(
          "%d of %d datagrams of hping3 %s ended as %s; counted was: %s"
              .formatted(
                  counted,
                  ODD,
                  String.join(" ", arguments),
                  reason,
                  oneLine(network.counters().toString())));
    }
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("\\s*\\n\\s*", " | ");
  }
}
