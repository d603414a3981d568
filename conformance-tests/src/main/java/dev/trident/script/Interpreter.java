package dev.trident.script;

import dev.trident.script.driver.ApiDriver;
import dev.trident.script.driver.ApiDriver.Pending;
import dev.trident.script.driver.Call;
import dev.trident.script.driver.NotExpressibleException;
import dev.trident.script.lang.Event;
import dev.trident.script.lang.Event.Direction;
import dev.trident.script.lang.Event.PacketAction;
import dev.trident.script.lang.Event.SystemCall;
import dev.trident.script.lang.Expr;
import dev.trident.script.lang.Script;
import dev.trident.script.lang.ScriptSyntaxException;
import dev.trident.script.lang.Segment;
import dev.trident.script.lang.Time;
import dev.trident.script.lang.UnsupportedFeatureException;
import dev.trident.wire.Ipv4Header;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Runs one script against one driver, once. Virtual time only: waiting is moving the driver's
 * clock, and a blocking call is looked at after every step.
 */
final class Interpreter {
  private static final long NANOS_PER_MICRO = 1_000;
  private static final long SECOND = 1_000_000;

  /** How long a packet is listened for beyond its time, and one that may come at any time. */
  private static final long PATIENCE_MICROS = 2 * SECOND;

  private static final long ANY_TIME_MICROS = 86_400 * SECOND;

  private final Script script;
  private final ScriptSettings settings;
  private final ApiDriver driver;
  private final Trace trace;
  private final ShellCommands shell;
  private final SnippetRunner snippets;
  private final long startNanos;
  private final Descriptors descriptors = new Descriptors();
  private final Network network;
  private final CallDecoder decoder;
  private final OutboundPackets outbound;
  private @Nullable PendingCall pendingCall;

  /** The event last done: its time, as the script has it, and whether it was an inbound packet. */
  private long lastMicros;

  private boolean lastInbound;

  /** The event under way, for messages. */
  private @Nullable Event current;

  Interpreter(
      Script script, ScriptSettings settings, ApiDriver driver, Trace trace, ShellCommands shell) {
    this.script = script;
    this.settings = settings;
    this.driver = driver;
    this.trace = trace;
    this.shell = shell;
    startNanos = driver.nowNanos();
    network = new Network(settings);
    decoder = new CallDecoder(descriptors, network, settings);
    outbound = new OutboundPackets(driver, trace, startNanos);
    snippets = new SnippetRunner(driver, descriptors, network);
  }

  /** The event that was under way last, or null before the first. */
  @Nullable Event current() {
    return current;
  }

  /** Runs all events; returns if everything was as the script demands. */
  void run()
      throws MismatchException,
          UnsupportedFeatureException,
          NotExpressibleException,
          ScriptSyntaxException {
    Script.Command init = script.init();
    if (init != null) {
      shell.run(init.position(), init.text());
    }
    for (Event event : script.events()) {
      current = event;
      run(event);
      checkPending();
    }
    awaitPending();
    Script.Command cleanup = script.cleanup();
    if (cleanup != null) {
      shell.run(cleanup.position(), cleanup.text());
    }
    if (settings.strict()) {
      checkNothingLeft();
    }
    checkNoLeak();
  }

  private long nowMicros() {
    return (driver.nowNanos() - startNanos) / NANOS_PER_MICRO;
  }

  private long nanos(long micros) {
    return startNanos + micros * NANOS_PER_MICRO;
  }

  // ---- events -------------------------------------------------------------------------------

  private void run(Event event)
      throws MismatchException,
          UnsupportedFeatureException,
          NotExpressibleException,
          ScriptSyntaxException {
    Time time = event.time();
    boolean inbound =
        event.action() instanceof PacketAction packet && packet.direction() == Direction.INBOUND;
    long base = inbound && lastInbound ? lastMicros : nowMicros();
    long offset = time.relative() ? base : 0;
    long start = time.kind() == Time.Kind.ANY ? base : offset + time.startMicros();
    long end = time.kind() == Time.Kind.ANY ? base : offset + time.endMicros();
    long gap = start - lastMicros;
    switch (event.action()) {
      case PacketAction packet when inbound -> {
        waitUntil(start);
        inject(packet);
      }
      case PacketAction packet -> expectOrWarn(packet, new Window(time.kind(), start, end, gap));
      case SystemCall call -> {
        awaitPending();
        waitUntil(start);
        call(event, call, start, end, gap);
      }
      case Event.ShellCommand command -> {
        waitUntil(start);
        trace.add(nowMicros(), "`" + command.text().strip() + "`");
        shell.run(event.position(), command.text());
      }
      case Event.Snippet snippet -> {
        waitUntil(start);
        snippets.run(event.position(), snippet);
        trace.add(nowMicros(), "%{ " + snippet.text().strip() + " }%");
      }
      case Event.Unsupported unsupported ->
          throw new UnsupportedFeatureException(unsupported.at(), unsupported.feature());
    }
    lastMicros = time.kind() == Time.Kind.ANY ? nowMicros() : start;
    lastInbound = inbound;
  }

  private void waitUntil(long micros) throws MismatchException, UnsupportedFeatureException {
    if (micros > nowMicros()) {
      driver.runUntil(nanos(micros));
      checkPending();
    }
  }

  // ---- packets ------------------------------------------------------------------------------

  private void inject(PacketAction packet)
      throws MismatchException, UnsupportedFeatureException, NotExpressibleException {
    int protocol = protocol(packet.segment());
    boolean syn = false;
    if (packet.segment() instanceof Segment.Tcp tcp) {
      syn = (tcp.flags() & (TcpFlag.SYN | TcpFlag.ACK)) == TcpFlag.SYN;
    }
    Flow flow = network.inbound(protocol, syn, packet.ports());
    if (packet.segment() instanceof Segment.Tcp tcp) {
      if ((tcp.flags() & TcpFlag.SYN) != 0) {
        flow.onInboundSyn((int) tcp.sequence().start(), (tcp.flags() & TcpFlag.ACK) != 0);
      }
      if ((tcp.flags() & TcpFlag.RST) != 0) {
        flow.onReset();
      }
    }
    ByteBuffer datagram = new PacketEncoder(flow, settings.echoesScaled()).encode(packet);
    if (datagram.remaining() > settings.mtu()) {
      throw new UnsupportedFeatureException(
          Objects.requireNonNull(current).position(),
          "inbound packet of " + datagram.remaining() + " bytes, more than the MTU");
    }
    trace.add(nowMicros(), PacketText.of(packet));
    driver.inject(datagram);
  }

  private static int protocol(Segment segment) {
    return switch (segment) {
      case Segment.Tcp _ -> Ipv4Header.PROTOCOL_TCP;
      case Segment.Udp _ -> Ipv4Header.PROTOCOL_UDP;
      case Segment.Icmp icmp ->
          icmp.echo() instanceof Segment.Udp ? Ipv4Header.PROTOCOL_UDP : Ipv4Header.PROTOCOL_TCP;
    };
  }

  /** When an outbound packet is due; microseconds since the script's start. */
  private record Window(Time.Kind kind, long start, long end, long gap) {}

  private void expectOrWarn(PacketAction packet, Window window)
      throws MismatchException, UnsupportedFeatureException {
    try {
      expect(packet, window);
    } catch (MismatchException e) {
      if (settings.packetsFatal()) {
        throw e;
      }
      trace.add(nowMicros(), "warning: " + e.getMessage());
    }
  }

  private void expect(PacketAction packet, Window window) throws MismatchException {
    long allowed = settings.tolerance().micros(window.gap());
    long limit =
        window.kind() == Time.Kind.ANY
            ? nowMicros() + ANY_TIME_MICROS
            : Math.max(window.end(), nowMicros()) + Math.max(PATIENCE_MICROS, allowed);
    Flow flow = network.outbound(protocol(packet.segment()), packet.ports());
    if (flow == null) {
      throw new MismatchException(
          "no packet can come: no connection was begun that this could be of",
          List.of("expected " + Trace.time(window.start()) + "  " + PacketText.of(packet)));
    }
    boolean icmp = packet.segment() instanceof Segment.Icmp;
    LivePacket live = outbound.peek(flow, icmp, nanos(limit));
    if (live == null) {
      throw new MismatchException(
          "no packet came until " + Trace.time(nowMicros()).strip() + " s",
          List.of("expected " + Trace.time(window.start()) + "  " + PacketText.of(packet)));
    }
    int payload = packet.segment() instanceof Segment.Tcp tcp ? tcp.sequence().length() : 0;
    live = outbound.take(flow, payload, settings.mergesSegments(), nanos(limit));
    learn(flow, packet, live);
    long liveMicros = (live.nanos() - startNanos) / NANOS_PER_MICRO;
    PacketAction seen = PacketComparison.inScript(live, flow);
    trace.add(liveMicros, PacketText.of(seen));
    try {
      new PacketComparison(packet, live, flow).check(clock());
      if (window.kind() != Time.Kind.ANY) {
        settings
            .tolerance()
            .check("packet", window.start(), window.end(), liveMicros, window.gap());
      }
    } catch (MismatchException e) {
      String due = window.kind() == Time.Kind.ANY ? "    any time" : Trace.time(window.start());
      String until = window.end() == window.start() ? "" : "~" + Trace.time(window.end()).strip();
      throw new MismatchException(
          String.valueOf(e.getMessage()),
          List.of(
              "expected " + due + until + "  " + PacketText.of(packet),
              "live     " + Trace.time(liveMicros) + "  " + PacketText.of(seen)));
    }
  }

  /** A SYN tells the stack's initial sequence number. */
  private static void learn(Flow flow, PacketAction expected, LivePacket live) {
    if (!live.isTcp()) {
      return;
    }
    if (live.has(TcpFlag.RST)) {
      flow.onReset();
    }
    if (live.has(TcpFlag.SYN)) {
      boolean shown =
          expected.segment() instanceof Segment.Tcp tcp
              && (tcp.flags() & TcpFlag.SYN) != 0
              && tcp.sequence().startKnown();
      long script =
          shown && expected.segment() instanceof Segment.Tcp tcp ? tcp.sequence().start() : 0;
      flow.onOutboundSyn(live.sequence(), script);
    }
  }

  private @Nullable TimestampCheck clock() {
    long tick = settings.tickMicros();
    return tick == 0
        ? null
        : new TimestampCheck(tick, Math.max(tick, settings.tolerance().micros(nowMicros())));
  }

  // ---- calls --------------------------------------------------------------------------------

  private void call(Event event, SystemCall call, long start, long end, long gap)
      throws MismatchException, UnsupportedFeatureException, NotExpressibleException {
    settings.tolerance().check(call.name() + " begins", start, start, nowMicros(), gap);
    Decoded decoded = decoder.decode(event, call);
    ApiDriver.Outcome own = decoded.own();
    if (own != null) {
      finish(event, call, decoded, own);
      return;
    }
    Call driven = Objects.requireNonNull(decoded.call());
    decoded.before().run();
    Pending pending = driver.start(driven);
    if (event.time().kind() == Time.Kind.BLOCKING) {
      trace.add(nowMicros(), text(event) + "  (begins)");
      pendingCall = new PendingCall(event, call, decoded, pending, end, gap);
      return;
    }
    if (!pending.isDone()) {
      throw new MismatchException(
          call.name() + " result: expected " + expected(call) + " at once, but it blocks");
    }
    finish(event, call, decoded, pending.outcome());
    if (driven instanceof Call.Socket) {
      makeNonBlocking(call);
    }
  }

  /** SOCK_NONBLOCK has become a call of its own. */
  private void makeNonBlocking(SystemCall call)
      throws UnsupportedFeatureException, NotExpressibleException {
    int script = (int) Symbols.number(call.result());
    Descriptors.Descriptor socket = descriptors.find(script);
    if (socket != null && socket.nonBlocking) {
      driver.start(new Call.SetNonBlocking(socket.live, true));
    }
  }

  private static String expected(SystemCall call) throws UnsupportedFeatureException {
    return call.result() instanceof Expr.Ellipsis
        ? "..."
        : CallResults.text(Symbols.number(call.result()), call.errno());
  }

  private void finish(Event event, SystemCall call, Decoded decoded, ApiDriver.Outcome outcome)
      throws MismatchException, UnsupportedFeatureException {
    trace.add(
        nowMicros(), text(event) + "  -> " + CallResults.text(outcome.value(), outcome.errno()));
    CallResults.check(call, decoded, outcome);
  }

  private String text(Event event) {
    String line = script.lines().get(event.position().line() - 1);
    return line.substring(Math.min(event.position().column() - 1, line.length())).strip();
  }

  /** Looks at the blocking call, if there is one: returned in time, or late by now? */
  private void checkPending() throws MismatchException, UnsupportedFeatureException {
    PendingCall call = pendingCall;
    if (call == null) {
      return;
    }
    String what = call.call().name() + " returns";
    long gap = call.gapMicros();
    if (call.pending().isDone()) {
      pendingCall = null;
      long ended = (call.pending().endNanos() - startNanos) / NANOS_PER_MICRO;
      finish(call.event(), call.call(), call.decoded(), call.pending().outcome());
      settings.tolerance().check(what, call.endMicros(), call.endMicros(), ended, gap);
    } else if (nowMicros() > call.endMicros() + settings.tolerance().micros(gap)) {
      current = call.event();
      throw new MismatchException(
          call.call().name()
              + " still blocks at "
              + Trace.time(nowMicros()).strip()
              + " s; it was to return at "
              + Trace.time(call.endMicros()).strip()
              + " s");
    }
  }

  /** The next call begins only when the blocking one has returned. */
  private void awaitPending() throws MismatchException, UnsupportedFeatureException {
    PendingCall call = pendingCall;
    if (call == null) {
      return;
    }
    checkPending();
    if (pendingCall != null) {
      long latest = call.endMicros() + settings.tolerance().micros(call.gapMicros()) + 1;
      driver.runUntil(nanos(latest));
      checkPending();
    }
  }

  // ---- end ----------------------------------------------------------------------------------

  private void checkNothingLeft() throws MismatchException {
    Flow flow = network.current();
    List<LivePacket> left = flow == null ? List.of() : outbound.leftOver(flow);
    if (flow == null || left.isEmpty()) {
      return;
    }
    List<String> lines = new ArrayList<>();
    for (LivePacket packet : left) {
      lines.add(
          "live     "
              + Trace.time((packet.nanos() - startNanos) / NANOS_PER_MICRO)
              + "  "
              + PacketText.of(PacketComparison.inScript(packet, flow)));
    }
    throw new MismatchException(left.size() + " packets left over that no line expects", lines);
  }

  /** Takes everything down without a word to the peer; then no buffer may be out. */
  private void checkNoLeak() throws MismatchException {
    Teardown.run(driver, descriptors);
    int leaked = driver.leakedBuffers();
    if (leaked != 0) {
      throw new MismatchException(leaked + " buffers leaked: in use after everything was closed");
    }
  }
}
