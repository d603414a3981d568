package dev.trident.apps.http;

import dev.trident.c.C;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * One file behind HTTP/1.0 (RFC 1945): every GET is answered with it, whatever the path, HEAD with
 * its header. The connection's end is the end of the exchange.
 */
public final class HttpFile {
  /** A request longer than this is refused. */
  public static final int MAX_REQUEST_BYTES = 8_192;

  private static final int CR = '\r';
  private static final int LF = '\n';

  private final ByteBuf whole;
  private final ByteBuf header;
  private final ByteBuf tooLong = error("414 Request-URI Too Long");
  private final ByteBuf malformed = error("400 Bad Request");
  private final ByteBuf notImplemented = error("501 Not Implemented");

  public HttpFile(byte[] body) {
    byte[] head =
        ascii(
            "HTTP/1.0 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: "
                + body.length
                + "\r\n\r\n");
    header = pointerTo(head);
    whole = C.malloc(head.length + body.length);
    whole.setBytes(0, head);
    whole.setBytes(head.length, body);
  }

  /**
   * Whether the first {@code length} bytes of {@code request} are a whole request, up to its empty
   * line, or so many that no more will be read.
   */
  public boolean isComplete(ByteBuf request, int length) {
    return length >= MAX_REQUEST_BYTES || endOfHeader(request, length) >= 0;
  }

  /** Index behind the empty line that ends a header, or -1. A bare LF ends a line, too. */
  private static int endOfHeader(ByteBuf request, int length) {
    int lineStart = 0;
    for (int i = 0; i < length; i++) {
      if (request.getByte(i) == LF) {
        int contentEnd = i > lineStart && request.getByte(i - 1) == CR ? i - 1 : i;
        if (contentEnd == lineStart) {
          return i + 1;
        }
        lineStart = i + 1;
      }
    }
    return -1;
  }

  /** The answer to a complete request: a pointer to all its bytes, which must not be changed. */
  public ByteBuf answer(ByteBuf request, int length) {
    if (endOfHeader(request, length) < 0) {
      return tooLong;
    }
    if (startsWith(request, length, "GET ")) {
      return whole;
    }
    if (startsWith(request, length, "HEAD ")) {
      return header;
    }
    return Character.isUpperCase(request.getByte(0)) ? notImplemented : malformed;
  }

  private static boolean startsWith(ByteBuf request, int length, String method) {
    if (length < method.length()) {
      return false;
    }
    for (int i = 0; i < method.length(); i++) {
      if (request.getByte(i) != method.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static ByteBuf error(String status) {
    return pointerTo(ascii("HTTP/1.0 " + status + "\r\nContent-Length: 0\r\n\r\n"));
  }

  private static ByteBuf pointerTo(byte[] bytes) {
    ByteBuf memory = C.malloc(bytes.length);
    memory.setBytes(0, bytes);
    return memory;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
