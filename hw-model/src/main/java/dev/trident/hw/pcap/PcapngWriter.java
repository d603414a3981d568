package dev.trident.hw.pcap;

import dev.trident.buffer.Slab;
import dev.trident.hw.link.Link;
import dev.trident.hw.nic.Frame;
import dev.trident.hw.nic.FrameTap;
import dev.trident.hw.nic.Nic;
import dev.trident.hw.time.RealClock;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Writes a capture in the pcapng format (draft-ietf-opsawg-pcapng): section header, an interface
 * description per place, an enhanced packet block per frame, in nanoseconds, with the direction,
 * and at the end interface statistics. Checksums that an adapter was asked for are complete.
 *
 * <p>It {@link #watch watches} any number of adapters and links; whatever else reports frames to it
 * is described by name alone. Frames are buffered, and written by the time {@link #close} returns.
 * Any thread may report frames. An error of the file is thrown by {@link #close}, not where frames
 * cross; frames after it are lost.
 */
public final class PcapngWriter implements FrameTap, Closeable {
  private static final int SECTION_HEADER = 0x0a0d0d0a;
  private static final int INTERFACE_DESCRIPTION = 1;
  private static final int INTERFACE_STATISTICS = 5;
  private static final int ENHANCED_PACKET = 6;
  private static final int BYTE_ORDER_MAGIC = 0x1a2b3c4d;
  private static final short LINKTYPE_ETHERNET = 1;
  private static final int IF_NAME = 2;
  private static final int IF_DESCRIPTION = 3;
  private static final int IF_MAC_ADDRESS = 6;
  private static final int IF_SPEED = 8;
  private static final int IF_TSRESOL = 9;
  private static final int ISB_START_TIME = 2;
  private static final int ISB_END_TIME = 3;
  private static final int ISB_IF_RECEIVED = 4;
  private static final int ISB_IF_DROPPED = 5;
  private static final short EPB_FLAGS = 2;
  private static final byte NANOSECONDS = 9;
  private static final int INBOUND = 1;
  private static final int OUTBOUND = 2;

  /** Longest frame written; jumbo frames do not exist here. */
  private static final int MAX_FRAME_BYTES = 2_048;

  /** Type, length, length again. */
  private static final int BLOCK_BYTES = 12;

  private static final int PACKET_FIXED_BYTES = 20;
  private static final int INTERFACE_FIXED_BYTES = 8;
  private static final int STATISTICS_FIXED_BYTES = 12;
  private static final int FLAGS_OPTION_BYTES = 12;

  /** A place in this file, and the times of the frames there. */
  private static final class Seen {
    final int number;
    final Place place;
    boolean any;
    long firstNanos;
    long lastNanos;

    Seen(int number, Place place) {
      this.number = number;
      this.place = place;
    }
  }

  private final OutputStream file;
  private final @Nullable Path path;
  private final long utcOffsetNanos;
  private final ByteBuffer out = ByteBuffer.allocate(64 << 10).order(ByteOrder.LITTLE_ENDIAN);
  private final Slab gathered = new Slab(MAX_FRAME_BYTES);
  private final Map<String, Seen> places = new LinkedHashMap<>();
  private long frames;
  private @Nullable IOException failure;
  private boolean closed;

  /** Writes to {@code file}, which is closed by {@link #close}. */
  public PcapngWriter(OutputStream file) {
    this(file, null, 0);
  }

  private PcapngWriter(OutputStream file, @Nullable Path path, long utcOffsetNanos) {
    this.file = file;
    this.path = path;
    this.utcOffsetNanos = utcOffsetNanos;
    out.putInt(SECTION_HEADER).putInt(28).putInt(BYTE_ORDER_MAGIC);
    out.putShort((short) 1).putShort((short) 0).putLong(-1).putInt(28);
  }

  /**
   * Makes or overwrites the file at {@code path}.
   *
   * @throws UncheckedIOException if that cannot be done
   */
  public static PcapngWriter to(Path path) {
    return to(path, 0);
  }

  /**
   * As {@link #to(Path)}, for hosts in real time: their clock counts from anywhere, the file says
   * what time of the day it was.
   */
  public static PcapngWriter inRealTime(Path path) {
    Instant now = Instant.now();
    long utcNanos = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    return to(path, utcNanos - RealClock.INSTANCE.nanoTime());
  }

  private static PcapngWriter to(Path path, long utcOffsetNanos) {
    try {
      return new PcapngWriter(Files.newOutputStream(path), path, utcOffsetNanos);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the capture " + path, e);
    }
  }

  /** Captures what crosses an adapter from now on, until the adapter is told to {@code unwatch}. */
  public void watch(Nic nic) {
    describe(Place.of(nic));
    nic.watch(this);
  }

  /** Captures what is put into a link from now on, until the link is told to {@code unwatch}. */
  public void watch(Link link) {
    describe(Place.of(link));
    link.watch(this);
  }

  private synchronized void describe(Place place) {
    if (!closed && !places.containsKey(place.name())) {
      add(place);
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
    Seen seen = places.get(place);
    if (seen == null) {
      seen = add(Place.named(place));
    }
    long time = nowNanos + utcOffsetNanos;
    seen.firstNanos = seen.any ? seen.firstNanos : time;
    seen.lastNanos = time;
    seen.any = true;
    makeRoom(total);
    out.putInt(ENHANCED_PACKET).putInt(total).putInt(seen.number);
    out.putInt((int) (time >>> 32)).putInt((int) time);
    out.putInt(length).putInt(length);
    frame.copyTo(gathered, 0);
    gathered.copyTo(0, out.array(), out.position(), length);
    out.position(out.position() + length);
    pad(padded - length);
    out.putShort(EPB_FLAGS).putShort((short) 4).putInt(outbound ? OUTBOUND : INBOUND);
    out.putInt(0).putInt(total);
    frames++;
  }

  private Seen add(Place place) {
    Seen seen = new Seen(places.size(), place);
    places.put(place.name(), seen);
    ByteBuffer options =
        new Options()
            .text(IF_NAME, place.name())
            .text(IF_DESCRIPTION, place.description())
            .mac(IF_MAC_ADDRESS, place.mac())
            .number(IF_SPEED, place.bitsPerSecond())
            .octet(IF_TSRESOL, NANOSECONDS)
            .end();
    int total = BLOCK_BYTES + INTERFACE_FIXED_BYTES + options.remaining();
    makeRoom(total);
    out.putInt(INTERFACE_DESCRIPTION).putInt(total);
    out.putShort(LINKTYPE_ETHERNET).putShort((short) 0).putInt(0);
    out.put(options).putInt(total);
    return seen;
  }

  /** What has become of all frames of a place, if it can tell. */
  private void addStatistics(Seen seen) {
    Options options = new Options();
    if (seen.any) {
      options.time(ISB_START_TIME, seen.firstNanos).time(ISB_END_TIME, seen.lastNanos);
    }
    ByteBuffer encoded =
        options
            .number(ISB_IF_RECEIVED, seen.place.received().getAsLong())
            .number(ISB_IF_DROPPED, seen.place.dropped().getAsLong())
            .end();
    int total = BLOCK_BYTES + STATISTICS_FIXED_BYTES + encoded.remaining();
    makeRoom(total);
    out.putInt(INTERFACE_STATISTICS).putInt(total).putInt(seen.number);
    out.putInt((int) (seen.lastNanos >>> 32)).putInt((int) seen.lastNanos);
    out.put(encoded).putInt(total);
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
    places.values().forEach(this::addStatistics);
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
