package dev.trident.script;

import dev.trident.script.Arguments.Address;
import dev.trident.script.Descriptors.Descriptor;
import dev.trident.script.driver.ApiDriver.Outcome;
import dev.trident.script.driver.Call;
import dev.trident.script.driver.Call.Direction;
import dev.trident.script.driver.Call.MessageFlag;
import dev.trident.script.lang.Event;
import dev.trident.script.lang.Event.SystemCall;
import dev.trident.script.lang.Expr;
import dev.trident.script.lang.Time;
import dev.trident.script.lang.UnsupportedFeatureException;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes calls for a driver of the system calls of a script. A call or argument unknown here is a
 * feature that we lack, never ignored.
 */
final class CallDecoder {
  private final Descriptors descriptors;
  private final Network network;
  private final ScriptSettings settings;
  private final OptionCalls options;
  private final PollCalls polls;

  CallDecoder(Descriptors descriptors, Network network, ScriptSettings settings) {
    this.descriptors = descriptors;
    this.network = network;
    this.settings = settings;
    options = new OptionCalls(descriptors);
    polls = new PollCalls(descriptors);
  }

  Decoded decode(Event event, SystemCall call) throws UnsupportedFeatureException {
    Arguments arguments = new Arguments(event.position(), call);
    return switch (call.name()) {
      case "socket" -> socket(arguments, call);
      case "bind" -> bind(arguments);
      case "listen" -> listen(arguments);
      case "accept", "accept4" -> accept(arguments, call);
      case "connect" -> connect(arguments, event, call);
      case "read", "recv", "recvfrom", "readv", "recvmsg" -> receive(arguments, call);
      case "write", "send", "sendto", "writev", "sendmsg" -> send(arguments, event, call);
      case "close" -> close(arguments);
      case "shutdown" -> shutdown(arguments);
      case "setsockopt" -> options.set(arguments);
      case "getsockopt" -> options.get(arguments);
      case "fcntl" -> fcntl(arguments);
      case "ioctl" -> options.ioctl(arguments);
      case "poll" -> polls.poll(arguments);
      case "epoll_create", "epoll_create1" -> polls.create(call);
      case "epoll_ctl" -> polls.control(arguments);
      case "epoll_wait" -> polls.await(arguments);
      default ->
          throw new UnsupportedFeatureException(event.position(), "system call " + call.name());
    };
  }

  // ---- sockets ------------------------------------------------------------------------------

  private Decoded socket(Arguments arguments, SystemCall call) throws UnsupportedFeatureException {
    Expr domain = arguments.at(0);
    if (domain instanceof Expr.Word word && !word.name().matches("AF_INET|PF_INET")) {
      throw arguments.unsupported(domain, word.name());
    }
    boolean stream = false;
    boolean nonBlocking = false;
    Expr type = arguments.at(1);
    for (Expr part : type instanceof Expr.Or or ? or.parts() : List.of(type)) {
      String name = part instanceof Expr.Word word ? word.name() : "";
      switch (name) {
        case "SOCK_STREAM" -> stream = true;
        case "SOCK_DGRAM", "SOCK_CLOEXEC" -> {}
        case "SOCK_NONBLOCK" -> nonBlocking = true;
        default -> throw arguments.unsupported(part, "type of socket");
      }
    }
    Expr protocol = arguments.at(2);
    String wanted = stream ? "IPPROTO_TCP" : "IPPROTO_UDP";
    boolean known =
        (protocol instanceof Expr.Int number && number.value() == 0)
            || (protocol instanceof Expr.Word word && word.name().equals(wanted));
    if (!known) {
      throw arguments.unsupported(protocol, "protocol");
    }
    boolean isStream = stream;
    boolean isNonBlocking = nonBlocking;
    int alias = alias(call);
    return Decoded.drive(new Call.Socket(stream))
        .opening(
            outcome ->
                descriptors.opened(alias, (int) outcome.value(), isStream).nonBlocking =
                    isNonBlocking);
  }

  private static int alias(SystemCall call) throws UnsupportedFeatureException {
    return call.result() instanceof Expr.Ellipsis ? -1 : (int) Symbols.number(call.result());
  }

  private Decoded bind(Arguments arguments) throws UnsupportedFeatureException {
    int script = arguments.integer(0);
    arguments.refuseNull(1);
    Address written = arguments.address(1);
    int address = written.address() == null ? settings.stackAddress() : written.address();
    int port = written.port() == null ? settings.bindPort() : written.port();
    return Decoded.drive(new Call.Bind(descriptors.live(script), address, port))
        .checking(
            outcome -> {
              Descriptor socket = descriptors.find(script);
              if (socket != null) {
                socket.boundAddress = address;
                socket.boundPort = port;
                if (!socket.stream) {
                  network.onDatagramBind(port);
                }
              }
            });
  }

  private Decoded listen(Arguments arguments) throws UnsupportedFeatureException {
    int script = arguments.integer(0);
    return Decoded.drive(new Call.Listen(descriptors.live(script), arguments.integer(1)))
        .checking(
            outcome -> {
              Descriptor socket = descriptors.find(script);
              network.onListen(socket == null ? Flow.UNKNOWN : socket.boundPort);
            });
  }

  private Decoded accept(Arguments arguments, SystemCall call) throws UnsupportedFeatureException {
    Descriptor listener = descriptors.find(arguments.integer(0));
    boolean nonBlocking = false;
    if (arguments.has(3) && !(arguments.at(3) instanceof Expr.Int zero && zero.value() == 0)) {
      if (!arguments.word(3).equals("SOCK_NONBLOCK")) {
        throw arguments.unsupported(arguments.at(3), arguments.word(3));
      }
      nonBlocking = true;
    }
    Address wanted = arguments.address(1);
    int alias = alias(call);
    boolean isNonBlocking = nonBlocking;
    int live = listener == null ? descriptors.live(arguments.integer(0)) : listener.live;
    return Decoded.drive(new Call.Accept(live, nonBlocking))
        .opening(
            outcome -> {
              checkPeer(wanted, outcome);
              Descriptor accepted = descriptors.opened(alias, (int) outcome.value(), true);
              accepted.nonBlocking = isNonBlocking;
              Flow flow = network.accepted(outcome.out());
              accepted.flow = flow;
              if (flow != null) {
                flow.descriptor(alias);
              }
            });
  }

  private static void checkPeer(Address wanted, Outcome outcome) throws MismatchException {
    if (outcome.out().size() < 2) {
      return;
    }
    Integer address = wanted.address();
    if (address != null && outcome.out().get(0).intValue() != address) {
      throw new MismatchException("accept: address of the peer");
    }
    Integer port = wanted.port();
    if (port != null && outcome.out().get(1) != (long) port) {
      throw new MismatchException(
          "accept: port of the peer: expected " + port + ", live " + outcome.out().get(1));
    }
  }

  private Decoded connect(Arguments arguments, Event event, SystemCall call)
      throws UnsupportedFeatureException {
    int script = arguments.integer(0);
    arguments.refuseNull(1);
    Address written = arguments.address(1);
    int address = written.address() == null ? settings.peerAddress() : written.address();
    int port = written.port() == null ? settings.connectPort() : written.port();
    return Decoded.drive(new Call.Connect(descriptors.live(script), address, port))
        .preparing(
            () -> {
              Descriptor socket = descriptors.find(script);
              if (socket != null && begins(socket, event, call)) {
                network.onConnect(socket, address, port).descriptor(script);
              }
            });
  }

  /** Whether a connect begins a connection, rather than asking about one. */
  private static boolean begins(Descriptor socket, Event event, SystemCall call) {
    return socket.flow == null
        || event.time().kind() == Time.Kind.BLOCKING
        || "EINPROGRESS".equals(call.errno());
  }

  private Decoded close(Arguments arguments) throws UnsupportedFeatureException {
    int script = arguments.integer(0);
    Descriptor socket = descriptors.find(script);
    if (socket != null && socket.watched != null) {
      descriptors.closed(script);
      return Decoded.answer(Outcome.of(0));
    }
    return Decoded.drive(new Call.Close(descriptors.live(script)))
        .checking(outcome -> descriptors.closed(script));
  }

  private Decoded shutdown(Arguments arguments) throws UnsupportedFeatureException {
    Direction how =
        switch (arguments.word(1)) {
          case "SHUT_RD" -> Direction.READ;
          case "SHUT_WR" -> Direction.WRITE;
          case "SHUT_RDWR" -> Direction.BOTH;
          default -> throw arguments.unsupported(arguments.at(1), "which direction");
        };
    return Decoded.drive(new Call.Shutdown(descriptors.live(arguments.integer(0)), how));
  }

  /** F_GETFL is answered from what was set: no API of ours can be asked. */
  private Decoded fcntl(Arguments arguments) throws UnsupportedFeatureException {
    int script = arguments.integer(0);
    Descriptor socket = descriptors.find(script);
    return switch (arguments.word(1)) {
      case "F_GETFL" -> {
        if (socket == null) {
          yield Decoded.answer(Outcome.error("EBADF"));
        }
        int flags = Symbols.O_RDWR | (socket.nonBlocking ? Symbols.O_NONBLOCK : 0);
        yield Decoded.answer(Outcome.of(flags));
      }
      case "F_SETFL" -> {
        long flags = arguments.number(2);
        if ((flags & ~(Symbols.O_RDWR | Symbols.O_NONBLOCK)) != 0) {
          throw arguments.unsupported(arguments.at(2), "flags other than O_NONBLOCK");
        }
        boolean on = (flags & Symbols.O_NONBLOCK) != 0;
        yield Decoded.drive(new Call.SetNonBlocking(descriptors.live(script), on))
            .checking(
                outcome -> {
                  if (socket != null) {
                    socket.nonBlocking = on;
                  }
                });
      }
      default -> throw arguments.unsupported(arguments.at(1), arguments.word(1));
    };
  }

  // ---- data ---------------------------------------------------------------------------------

  private Decoded receive(Arguments arguments, SystemCall call) throws UnsupportedFeatureException {
    int live = descriptors.live(arguments.integer(0));
    arguments.refuseNull(1);
    List<Integer> lengths;
    List<MessageFlag> flags = List.of();
    switch (call.name()) {
      case "readv" -> lengths = arguments.iovecs(arguments.at(1));
      case "recvmsg" -> {
        lengths = message(arguments);
        flags = arguments.flags(2);
      }
      default -> {
        lengths = List.of(arguments.integer(2));
        flags = arguments.has(3) ? arguments.flags(3) : List.of();
      }
    }
    return Decoded.drive(new Call.Receive(live, lengths, flags)).checking(CallDecoder::checkZeros);
  }

  private static void checkZeros(Outcome outcome) throws MismatchException {
    for (int i = outcome.data().position(); i < outcome.data().limit(); i++) {
      if (outcome.data().get(i) != 0) {
        throw new MismatchException(
            "data received: byte " + (i - outcome.data().position()) + " is not zero");
      }
    }
  }

  private Decoded send(Arguments arguments, Event event, SystemCall call)
      throws UnsupportedFeatureException {
    int script = arguments.integer(0);
    arguments.refuseNull(1);
    List<Integer> lengths;
    List<MessageFlag> flags;
    Address destination = null;
    switch (call.name()) {
      case "writev" -> {
        lengths = arguments.iovecs(arguments.at(1));
        flags = List.of();
      }
      case "sendmsg" -> {
        lengths = message(arguments);
        flags = arguments.flags(2);
        Expr name = Arguments.field(arguments.struct(1), "msg_name");
        if (name instanceof Expr.Struct) {
          throw arguments.unsupported(name, "msg_name");
        }
      }
      default -> {
        lengths = List.of(arguments.integer(2));
        flags = arguments.has(3) ? arguments.flags(3) : List.of();
        destination = arguments.has(4) ? arguments.address(4) : null;
      }
    }
    boolean named = destination != null && !(arguments.at(4) instanceof Expr.Word);
    int address = 0;
    int port = 0;
    if (named && destination != null) {
      address = destination.address() == null ? settings.peerAddress() : destination.address();
      port = destination.port() == null ? settings.connectPort() : destination.port();
    }
    int toAddress = address;
    int toPort = port;
    return Decoded.drive(new Call.Send(descriptors.live(script), lengths, flags, toAddress, toPort))
        .preparing(
            () -> {
              Descriptor socket = descriptors.find(script);
              boolean opens = flags.contains(MessageFlag.FASTOPEN);
              if (socket != null && (opens ? begins(socket, event, call) : isFirst(socket))) {
                beforeSend(socket, script, toAddress, toPort);
              }
            });
  }

  private static boolean isFirst(Descriptor socket) {
    return !socket.stream && socket.flow == null;
  }

  /** The first datagram to a named destination begins a flow, and so does a fast open. */
  private void beforeSend(Descriptor socket, int script, int address, int port) {
    if (address != 0) {
      network.onConnect(socket, address, port).descriptor(script);
    }
  }

  /** Lengths of a message header's iovecs; what else it asks for is not supported. */
  private static List<Integer> message(Arguments arguments) throws UnsupportedFeatureException {
    Expr.Struct header = arguments.struct(1);
    List<Integer> lengths = new ArrayList<>();
    for (Expr.Field field : header.fields()) {
      Expr value = field.value();
      switch (field.name()) {
        case "msg_iov" -> lengths.addAll(arguments.iovecs(value));
        case "msg_name" -> {}
        case "msg_flags" -> {
          if (!(value instanceof Expr.Int number && number.value() == 0)) {
            throw arguments.unsupported(value, "msg_flags");
          }
        }
        case "msg_control" -> {
          if (!(value instanceof Expr.Items items && items.items().isEmpty())) {
            throw arguments.unsupported(value, "msg_control");
          }
        }
        default -> throw arguments.unsupported(value, field.name());
      }
    }
    return lengths;
  }
}
