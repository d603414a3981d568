package dev.trident.tcpdirect.tcp;

import static dev.trident.tcpdirect.ZfErrno.EFAULT;
import static dev.trident.tcpdirect.ZfErrno.EINVAL;

import dev.trident.c.Iovec;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.tcpdirect.error.ErrnoTranslation;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Copying receive: vectors are filled one after the other, each completely. */
final class TcpReceive {
  private TcpReceive() {}

  /** Bytes copied, 0 at the end of the stream, or a negative error number. */
  static int receive(StreamEndpoint endpoint, Iovec @Nullable [] iov, int count) {
    if (count < 0) {
      return -EINVAL;
    }
    if (iov == null || count > iov.length) {
      return -EFAULT;
    }
    int received = 0;
    for (int i = 0; i < count; i++) {
      int length = iov[i].iov_len;
      if (length == 0) {
        continue;
      }
      ByteBuf buffer = iov[i].iov_base;
      int result =
          buffer == null
              ? -EFAULT
              : length < 0 ? -EINVAL : receive(endpoint, buffer, buffer.readerIndex(), length);
      if (result <= 0) {
        return received > 0 ? received : result;
      }
      received += result;
      if (result < length) {
        return received;
      }
    }
    return received;
  }

  static int receive(StreamEndpoint endpoint, ByteBuf buffer, int index, int length) {
    int result = endpoint.receive(buffer, index, length);
    return result >= 0 ? result : ErrnoTranslation.result(result);
  }
}
