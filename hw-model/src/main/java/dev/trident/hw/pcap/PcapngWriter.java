package dev.trident.hw.pcap;

import dev.trident.buffer.Slab;
import dev.trident.hw.nic.Frame;
import dev.trident.hw.nic.FrameTap;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes a capture in the pcapng format (draft-ietf-opsawg-pcapng): section header, an interface
 * description per place, and an enhanced packet block per frame, in nanoseconds, with the
 * direction. Checksums that an adapter was asked for are complete.
 *
 * <p>Give it to {@code Nic.watch} or {@code Link.tap}; one writer may watch many. Frames are
 * buffered, and written by the time {@link #close} returns. Any thread may report frames. An error
 * of the file is thrown by {@link #close}, not where frames cross; frames after it are lost.
 */
public final class PcapngWriter implements FrameTap, Closeable {
  private static final int SECTION_HEADER = 0x0a0d0d0a;
  private static final int INTERFACE_DESCRIPTION = 1;
  private static final int ENHANCED_PACKET = 6;
  private static final int BYTE_ORDER_MAGIC = 0x1a2b3c4d;
  private static final short LINKTYPE_ETHERNET = 1;
  private static final short IF_NAME = 2;
  private static final short IF_TSRESOL = 9;
  private static final short EPB_FLAGS = 2;
  private static final byte NANOSECONDS = 9;
  private static final int INBOUND = 1;
  private static final int OUTBOUND = 2;

  /** Longest frame written; jumbo frames do not exist here. */
  private static final int MAX_FRAME_BYTES = 2_048;

  /** Type, length, length again. */
  private static final int BLOCK_BYTES = 12;

  private static final int PACKET_FIXED_BYTES = 20;
  private static final int FLAGS_OPTION_BYTES = 12;

  private final OutputStream file;
  private final @Nullable Path path;
  private final ByteBuffer out = ByteBuffer.allocate(64 << 10).order(ByteOrder.LITTLE_ENDIAN);
  private final Slab gathered = new Slab(MAX_FRAME_BYTES);
  private final Map<String, Integer> places = new LinkedHashMap<>();
  private long frames;
  private @Nullable IOException failure;
  private boolean closed;

  /** Writes to {@code file}, which is closed by {@link #close}. */
  public PcapngWriter(OutputStream file) {
    this(file, null);
  }

  private PcapngWriter(OutputStream file, @Nullable Path path) {
    this.file = file;
    this.path = path;
    out.putInt(SECTION_HEADER).putInt(28).putInt(BYTE_ORDER_MAGIC);
    out.putShort((short) 1).putShort((short) 0).putLong(-1).putInt(28);
  }

  /**
   * Makes or overwrites the file at {@code path}.
   *
   * @throws UncheckedIOException if that cannot be done
   */
  public static PcapngWriter to(Path path) {
    try {
      return new PcapngWriter(Files.newOutputStream(path), path);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the capture " + path, e);
    }
  }

  @Override
  public synchronized void onFrame(String place, boolean outbound, Frame frame, long nowNanos) {
    if (closed || failure != null || frame.totalBytes() > MAX_FRAME_BYTES) {
      return;
    }
    int length = frame.totalBytes();
    int padded = (length + 3) & ~3;
    int total = BLOCK_BYTES + PACKET_FIXED_BYTES + padded + FLAGS_OPTION_BYTES;
    int number = number(place);
    makeRoom(total);
    out.putInt(ENHANCED_PACKET).putInt(total).putInt(number);
    out.putInt((int) (nowNanos >>> 32)).putInt((int) nowNanos);
    out.putInt(length).putInt(length);
    frame.copyTo(gathered, 0);
    gathered.copyTo(0, out.array(), out.position(), length);
    out.position(out.position() + length);
    pad(padded - length);
    out.putShort(EPB_FLAGS).putShort((short) 4).putInt(outbound ? OUTBOUND : INBOUND);
    out.putInt(0).putInt(total);
    frames++;
  }

  /** The number of a place, whose description is written when it is first seen. */
  private int number(String place) {
    Integer known = places.get(place);
    if (known != null) {
      return known;
    }
    int number = places.size();
    places.put(place, number);
    byte[] name = place.getBytes(StandardCharsets.UTF_8);
    int padded = (name.length + 3) & ~3;
    int total = BLOCK_BYTES + 8 + 4 + padded + 8 + 4;
    makeRoom(total);
    out.putInt(INTERFACE_DESCRIPTION).putInt(total);
    out.putShort(LINKTYPE_ETHERNET).putShort((short) 0).putInt(0);
    out.putShort(IF_NAME).putShort((short) name.length).put(name);
    pad(padded - name.length);
    out.putShort(IF_TSRESOL).putShort((short) 1).put(NANOSECONDS);
    pad(3);
    out.putInt(0).putInt(total);
    return number;
  }

  private void pad(int bytes) {
    for (int i = 0; i < bytes; i++) {
      out.put((byte) 0);
    }
  }

  private void makeRoom(int bytes) {
    if (out.remaining() < bytes) {
      flush();
    }
  }

  private void flush() {
    if (failure == null) {
      try {
        file.write(out.array(), 0, out.position());
      } catch (IOException e) {
        failure = e;
      }
    }
    out.clear();
  }

  /** Frames captured so far. */
  public synchronized long frames() {
    return frames;
  }

  /**
   * Writes what is buffered and closes the file. A second call does nothing.
   *
   * @throws IOException if the file could not be written, now or earlier; it names the path that
   *     {@link #to} was given
   */
  @Override
  public synchronized void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    flush();
    gathered.close();
    file.close();
    IOException earlier = failure;
    if (earlier != null) {
      throw path == null ? earlier : named(path, earlier);
    }
  }

  private static FileSystemException named(Path path, IOException cause) {
    FileSystemException named =
        new FileSystemException(path.toString(), null, String.valueOf(cause.getMessage()));
    named.initCause(cause);
    return named;
  }
}
