package dev.trident.peers;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.trident.c.C;
import dev.trident.endpoint.StackError;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.StreamListener;
import dev.trident.hw.host.HostStack;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * The server's side of one iperf3 test over TCP with one stream, in either direction.
 *
 * <pre>
 *   control connection     client: cookie, 37 bytes
 *                          server: PARAM_EXCHANGE      client: parameters
 *                          server: CREATE_STREAMS      client: opens the stream, cookie on it
 *                          server: TEST_START TEST_RUNNING
 *   stream                 data, from the client, or from the server if that was asked for
 *   control connection     client: TEST_END
 *                          server: EXCHANGE_RESULTS    client: results    server: results
 *                          server: DISPLAY_RESULTS     client: IPERF_DONE
 * </pre>
 *
 * A state is one byte; parameters and results are JSON behind a length of four. Other than iperf3's
 * own server, this one reads the stream up to the last byte that the client says it has sent, so
 * that a byte that is missing shows.
 */
final class IperfServer {
  static final int PORT = 5_201;

  private static final int COOKIE_BYTES = 37;
  private static final int MAX_JSON_BYTES = 64 << 10;
  private static final int BLOCK_BYTES = 128 << 10;
  private static final int STREAM_ID = 1;

  private static final byte TEST_START = 1;
  private static final byte TEST_RUNNING = 2;
  private static final byte TEST_END = 4;
  private static final byte PARAM_EXCHANGE = 9;
  private static final byte CREATE_STREAMS = 10;
  private static final byte EXCHANGE_RESULTS = 13;
  private static final byte DISPLAY_RESULTS = 14;
  private static final byte IPERF_DONE = 16;
  private static final byte ACCESS_DENIED = -1;

  private final HostStack stack;
  private final Waiting waiting;
  private final StreamListener listener;
  private final ByteBuf block = C.malloc(BLOCK_BYTES);
  private final ByteBuf small = C.malloc(MAX_JSON_BYTES);

  /** Listens; called with the stack entered, as all here. */
  IperfServer(HostStack stack, Waiting waiting) throws ExperimentFailure {
    this.stack = stack;
    this.waiting = waiting;
    listener = Objects.requireNonNull(stack.transport().newListener(), "a new stack has room");
    Waiting.check(listener.bind(0, PORT), "bind");
    Waiting.check(listener.listen(4), "listen");
  }

  /** Serves one test, and closes everything. */
  Transfer serve() throws ExperimentFailure {
    StreamEndpoint control = accept("iperf3's control connection");
    control.noDelay(true);
    String cookie = text(control, COOKIE_BYTES, "cookie");
    say(control, PARAM_EXCHANGE);
    JsonObject parameters = json(control, "parameters");
    checkPossible(control, parameters);
    say(control, CREATE_STREAMS);
    StreamEndpoint data = accept("iperf3's stream");
    if (!text(data, COOKIE_BYTES, "cookie of the stream").equals(cookie)) {
      throw new ExperimentFailure("a stream came with the cookie of another test");
    }
    say(control, TEST_START);
    say(control, TEST_RUNNING);
    Transfer transfer = new Transfer(stack);
    if (number(parameters, "reverse") == 0) {
      receive(control, data, transfer);
    } else {
      send(control, data, transfer, number(parameters, "num"));
    }
    say(control, DISPLAY_RESULTS);
    expect(control, IPERF_DONE);
    data.close();
    control.close();
    listener.close();
    return transfer;
  }

  // ---- the stream ---------------------------------------------------------------------------

  private void receive(StreamEndpoint control, StreamEndpoint data, Transfer transfer)
      throws ExperimentFailure {
    while (control.receivableBytes() == 0) {
      drain(data, transfer);
      waiting.until(
          "data, or the end of the test",
          () -> data.receivableBytes() > 0 || isOver(data) || control.receivableBytes() > 0);
      if (isOver(data)) {
        break;
      }
    }
    expect(control, TEST_END);
    say(control, EXCHANGE_RESULTS);
    long promised = streamBytes(json(control, "results"));
    while (transfer.bytes() < promised && !isOver(data)) {
      waiting.until("the last bytes sent", () -> data.receivableBytes() > 0 || isOver(data));
      drain(data, transfer);
    }
    transfer.end(data);
    if (transfer.bytes() != promised) {
      throw new ExperimentFailure(
          "iperf3 sent %,d bytes, and %,d came".formatted(promised, transfer.bytes()));
    }
    say(control, results(transfer));
  }

  /** Whether nothing more can come. */
  private static boolean isOver(StreamEndpoint data) {
    return data.receivableBytes() == 0 && (data.atEndOfStream() || data.pendingError() != 0);
  }

  private void drain(StreamEndpoint data, Transfer transfer) throws ExperimentFailure {
    while (data.receivableBytes() > 0) {
      transfer.add(Waiting.check(data.receive(block, 0, BLOCK_BYTES), "receive"));
    }
  }

  /** Sends {@code length} bytes without copying them: always the same block. */
  private void send(StreamEndpoint control, StreamEndpoint data, Transfer transfer, long length)
      throws ExperimentFailure {
    int piece = Math.min(BLOCK_BYTES, data.sendBufferBytes() / 2);
    while (transfer.bytes() < length && control.receivableBytes() == 0) {
      int part = (int) Math.min(piece, length - transfer.bytes());
      int result = data.sendLoan(block, 0, part, this, token -> {}, 0);
      if (result == StackError.NO_BUFFERS.code) {
        waiting.moment();
      } else if (result == StackError.WOULD_BLOCK.code) {
        waiting.until(
            "room to send",
            () ->
                data.sendSpace() >= part
                    || data.pendingError() != 0
                    || control.receivableBytes() > 0);
      } else {
        transfer.add(Waiting.check(result, "send"));
      }
    }
    waiting.until(
        "the last acknowledgment", () -> data.unacknowledgedBytes() == 0 || isBroken(data));
    transfer.end(data);
    expect(control, TEST_END);
    say(control, EXCHANGE_RESULTS);
    long arrived = streamBytes(json(control, "results"));
    if (arrived != transfer.bytes()) {
      throw new ExperimentFailure(
          "%,d bytes were sent, and iperf3 got %,d".formatted(transfer.bytes(), arrived));
    }
    say(control, results(transfer));
  }

  private static boolean isBroken(StreamEndpoint data) {
    return data.pendingError() != 0;
  }

  // ---- the control connection ---------------------------------------------------------------

  private StreamEndpoint accept(String what) throws ExperimentFailure {
    waiting.until(what, () -> listener.acceptable() > 0);
    return Objects.requireNonNull(listener.accept(), "one is acceptable");
  }

  private void checkPossible(StreamEndpoint control, JsonObject parameters)
      throws ExperimentFailure {
    if (number(parameters, "tcp") == 0
        || number(parameters, "parallel") > 1
        || number(parameters, "bidirectional") != 0
        || (number(parameters, "reverse") != 0 && number(parameters, "num") == 0)) {
      say(control, ACCESS_DENIED);
      throw new ExperimentFailure("iperf3 asks for what is not offered: " + parameters);
    }
  }

  private void say(StreamEndpoint control, byte state) throws ExperimentFailure {
    small.setByte(0, state);
    write(control, 1);
  }

  private void say(StreamEndpoint control, JsonObject object) throws ExperimentFailure {
    byte[] bytes = object.toString().getBytes(StandardCharsets.UTF_8);
    small.setInt(0, bytes.length);
    small.setBytes(Integer.BYTES, bytes);
    write(control, Integer.BYTES + bytes.length);
  }

  /** All of it fits into the send buffer of a connection that carries nothing else. */
  private void write(StreamEndpoint control, int length) throws ExperimentFailure {
    if (Waiting.check(control.send(small, 0, length, 0), "send on the control connection")
        != length) {
      throw new ExperimentFailure("the control connection is full");
    }
  }

  private void expect(StreamEndpoint control, byte state) throws ExperimentFailure {
    read(control, 1, "state " + state);
    if (small.getByte(0) != state) {
      throw new ExperimentFailure(
          "iperf3 went into state %d where %d was expected".formatted(small.getByte(0), state));
    }
  }

  private JsonObject json(StreamEndpoint control, String what) throws ExperimentFailure {
    read(control, Integer.BYTES, "length of the " + what);
    int length = small.getInt(0);
    if (length <= 0 || length > MAX_JSON_BYTES) {
      throw new ExperimentFailure("%s of %d bytes".formatted(what, length));
    }
    try {
      return JsonParser.parseString(text(control, length, what)).getAsJsonObject();
    } catch (JsonParseException | IllegalStateException e) {
      throw new ExperimentFailure(what + " are no JSON object: " + e.getMessage());
    }
  }

  private String text(StreamEndpoint from, int length, String what) throws ExperimentFailure {
    read(from, length, what);
    return small.toString(0, length, StandardCharsets.UTF_8);
  }

  private void read(StreamEndpoint from, int length, String what) throws ExperimentFailure {
    int have = 0;
    while (have < length) {
      waiting.until(what, () -> from.receivableBytes() > 0 || isOver(from));
      int got = Waiting.check(from.receive(small, have, length - have), what);
      if (got == 0) {
        throw new ExperimentFailure("iperf3 closed the connection before " + what);
      }
      have += got;
    }
  }

  private static long number(JsonObject object, String key) {
    if (!object.has(key)) {
      return 0;
    }
    var value = object.getAsJsonPrimitive(key);
    return value.isBoolean() ? (value.getAsBoolean() ? 1 : 0) : value.getAsLong();
  }

  private static long streamBytes(JsonObject results) throws ExperimentFailure {
    JsonArray streams = results.getAsJsonArray("streams");
    if (streams == null || streams.size() != 1) {
      throw new ExperimentFailure("results are not about one stream: " + results);
    }
    return number(streams.get(0).getAsJsonObject(), "bytes");
  }

  /** What iperf3 insists on; it prints some of it. */
  private static JsonObject results(Transfer transfer) {
    JsonObject stream = new JsonObject();
    stream.addProperty("id", STREAM_ID);
    stream.addProperty("bytes", transfer.bytes());
    stream.addProperty("retransmits", transfer.retransmissions());
    stream.addProperty("jitter", 0);
    stream.addProperty("errors", 0);
    stream.addProperty("packets", 0);
    stream.addProperty("start_time", 0);
    stream.addProperty("end_time", transfer.seconds());
    JsonArray streams = new JsonArray();
    streams.add(stream);
    JsonObject results = new JsonObject();
    results.addProperty("cpu_util_total", 0);
    results.addProperty("cpu_util_user", 0);
    results.addProperty("cpu_util_system", 0);
    results.addProperty("sender_has_retransmits", 1);
    results.add("streams", streams);
    return results;
  }
}
