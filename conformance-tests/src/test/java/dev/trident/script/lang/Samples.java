package dev.trident.script.lang;

import java.util.List;
import java.util.Map;

/** Scripts of our own in both dialects, and short cuts to their parts. */
final class Samples {
  /** Names that a runner would define. */
  static final Map<String, String> DEFINITIONS =
      Map.of("COOKIE", "1f2e3d4c", "CODE", "port_unreachable", "SETUP", "`sysctl -q a=1`");

  static final String GOOGLE =
      """
      // requirement: TCP-1, TCP-2
      // profile: linux
      --strict
      --local_ip=10.0.0.1
      /* A block
         comment. */
      `./defaults.sh
       ./set_sysctls.py /proc/sys/net/ipv4/tcp_ecn=2`

          0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
         +0 setsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0
         +0 bind(3, {sa_family = AF_INET, sin_port = htons(8080),
                     sin_addr = inet_addr("10.0.0.1")}, ...) = 0
         +0 listen(3, 1) = 0
         +0 < S 0:0(0) win 32792 <mss 1000,sackOK,nop,nop,nop,wscale 7,FO COOKIE,nop,nop>
         +0 > S. 0:0(0) ack 1 <...>
        +.1 < [ect0] . 1:1(0) ack 1 win 257
      +0...0.2 accept(3, ..., ...) = 4
         +0 %{ assert (tcpi_options & TCPI_OPT_SYN_DATA) != 0, tcpi_options }%
         +0 sendmsg(4, {msg_name(...)=..., msg_iov(2)=[{..., 500}, {..., 400}],
                        msg_flags=0}, MSG_EOR|MSG_DONTWAIT) = -1 EAGAIN (Try (again) later)
      +.1~+.2 > P. 1:901(900) ack 1
         *  > R. 901:901(0) ack 1
         +0 < icmp unreachable CODE [1:901(900)]
      `./restore.sh`
      """;

  static final String NPLAB =
      """
      --ip_version=ipv4 --tolerance_usecs=75000
      0.000 `sysctl -w net.inet.tcp.rfc1323=1`
      0.010 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
      +0.00 fcntl(3, F_GETFL) = 0x02 (flags O_RDWR)
      +0.00 connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)
      +0.00 > S   123:123(0)        win 65535 <mss 1460,nop,wscale 6,sackOK,TS val 100 ecr 0>
      +0.05 < S. ...(0)       ack 124 win 65535 <mss 1460,sackOK,eol,eol>
      +0.00 > (tos 0x10, ttl 64) . 1:1(0) ack 1 win 65535
      +0.00 getsockopt(3, SOL_SOCKET, SO_ERROR, [ECONNRESET], [4]) = 0
      +0.10 < .P 1!:11!(10) ack 1 win 100 <nop,nop,TS val ... ecr 7!>
      +0.00 < . 1:1(0) ack 1 win 9 /udp(9811 > 1)
      +0.00 < sctp: INIT[flgs=0, tag=1,
            a_rwnd=...]
      +0.00 < icmp source_quench[1:1(0)]
      +0.00 < udp(1000)
      +0.00 close(3) = 0
      """;

  private Samples() {}

  static Script parse(String text) throws ScriptSyntaxException {
    return ScriptParser.parse("a.pkt", text, DEFINITIONS);
  }

  /** The only event of a script. */
  static Event event(String text) throws ScriptSyntaxException {
    List<Event> events = parse(text).events();
    if (events.size() != 1) {
      throw new AssertionError(events);
    }
    return events.getFirst();
  }

  static Event.PacketAction packet(String text) throws ScriptSyntaxException {
    return (Event.PacketAction) event("+0 " + text).action();
  }

  static Segment.Tcp tcp(String text) throws ScriptSyntaxException {
    return (Segment.Tcp) packet(text).segment();
  }

  static Event.SystemCall call(String text) throws ScriptSyntaxException {
    return (Event.SystemCall) event("+0 " + text).action();
  }
}
