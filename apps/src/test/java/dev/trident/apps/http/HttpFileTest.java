package dev.trident.apps.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.c.C;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class HttpFileTest {
  private final HttpFile file = new HttpFile(new byte[] {'a', 'b', 'c'});

  @Test
  void shouldAnswerGetWithHeaderAndBody() {
    assertThat(answer("GET /x HTTP/1.0\r\nHost: y\r\n\r\n"))
        .startsWith("HTTP/1.0 200 OK\r\n")
        .endsWith("Content-Length: 3\r\n\r\nabc");
  }

  @Test
  void shouldAnswerHeadWithoutBody() {
    assertThat(answer("HEAD / HTTP/1.0\r\n\r\n")).endsWith("Content-Length: 3\r\n\r\n");
  }

  @Test
  void shouldTakeBareLineFeedsForLineEnds() {
    assertThat(answer("GET /\n\n")).startsWith("HTTP/1.0 200 OK");
  }

  @Test
  void shouldRefuseWhatItDoesNotKnow() {
    assertThat(answer("POST / HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.0 501 ");
    assertThat(answer("\u0016\u0003\u0001\r\n\r\n")).startsWith("HTTP/1.0 400 ");
    assertThat(answer("\r\n")).startsWith("HTTP/1.0 400 ");
  }

  @Test
  void shouldRefuseRequestsWithoutEnd() {
    ByteBuf request = C.malloc(HttpFile.MAX_REQUEST_BYTES);
    assertThat(file.isComplete(request, HttpFile.MAX_REQUEST_BYTES - 1)).isFalse();
    assertThat(file.isComplete(request, HttpFile.MAX_REQUEST_BYTES)).isTrue();
    assertThat(text(file.answer(request, HttpFile.MAX_REQUEST_BYTES))).startsWith("HTTP/1.0 414 ");
  }

  @Test
  void shouldWaitForTheEmptyLineAtEveryLength() {
    byte[] request = "GET / HTTP/1.0\r\nHost: y\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    ByteBuf memory = C.malloc(HttpFile.MAX_REQUEST_BYTES);
    memory.setBytes(0, request);
    for (int length = 0; length < request.length; length++) {
      assertThat(file.isComplete(memory, length)).as("%d bytes", length).isFalse();
    }
    assertThat(file.isComplete(memory, request.length)).isTrue();
  }

  private String answer(String request) {
    ByteBuf memory = C.malloc(HttpFile.MAX_REQUEST_BYTES);
    byte[] bytes = request.getBytes(StandardCharsets.ISO_8859_1);
    memory.setBytes(0, bytes);
    assertThat(file.isComplete(memory, bytes.length)).isTrue();
    return text(file.answer(memory, bytes.length));
  }

  private static String text(ByteBuf answer) {
    return answer.toString(0, answer.capacity(), StandardCharsets.ISO_8859_1);
  }
}
