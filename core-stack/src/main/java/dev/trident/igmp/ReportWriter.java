package dev.trident.igmp;

import dev.trident.buffer.Packet;
import dev.trident.link.NetInterface;
import dev.trident.trace.Counter;
import dev.trident.trace.Counters;
import dev.trident.wire.IgmpMessage;
import dev.trident.wire.RouterAlert;
import org.jspecify.annotations.Nullable;

/**
 * Makes reports of version 3: as many records in a message as the link carries, as many messages as
 * there are records (RFC 3376 section 4.2.16). A record that alone is too long is continued in
 * another of the same kind, or cut if it excludes: two of those would contradict each other.
 */
final class ReportWriter {
  /** 224.0.0.22, where reports of version 3 go. */
  static final int ALL_V3_ROUTERS = 0xe000_0016;

  private static final int SOURCE_BYTES = 4;

  private final IgmpOutput output;
  private final Counters counters;
  private final NetInterface out;

  private @Nullable Packet message;
  private int records;

  /** Of the record that is being written: its kind, group, place and number of sources. */
  private int type;

  private int group;
  private int recordOffset;
  private int recordSources;
  private boolean cut;

  ReportWriter(IgmpOutput output, Counters counters, NetInterface out) {
    this.output = output;
    this.counters = counters;
    this.out = out;
  }

  /** Begins a record of {@code sources} sources, which {@link #source} then adds. */
  void begin(int recordType, int recordGroup, int sources) {
    type = recordType;
    group = recordGroup;
    cut = false;
    if (room() < IgmpMessage.RECORD_BYTES + SOURCE_BYTES * sources) {
      flush();
    }
    beginHere();
  }

  private void beginHere() {
    Packet writing = message;
    if (writing == null) {
      writing = output.allocate();
      message = writing;
      records = 0;
      if (writing == null) {
        return;
      }
      writing.setRange(writing.offset(), IgmpMessage.BYTES);
    }
    recordOffset = writing.offset() + writing.length();
    recordSources = 0;
    writing.setRange(writing.offset(), writing.length() + IgmpMessage.RECORD_BYTES);
    writing.slab().putInt(recordOffset, type << 24);
    writing.slab().putInt(recordOffset + 4, group);
    records++;
  }

  void source(int address) {
    if (room() < SOURCE_BYTES) {
      if (type == IgmpMessage.IS_EXCLUDE || type == IgmpMessage.TO_EXCLUDE) {
        cut = true;
      } else {
        flush();
        beginHere();
      }
    }
    Packet writing = message;
    if (writing == null || cut) {
      return;
    }
    int end = writing.offset() + writing.length();
    writing.setRange(writing.offset(), writing.length() + SOURCE_BYTES);
    writing.slab().putInt(end, address);
    writing.slab().putShort(recordOffset + 2, ++recordSources);
  }

  /** A record of all of {@code sources}. */
  void record(int recordType, int recordGroup, SourceSet sources) {
    begin(recordType, recordGroup, sources.size());
    for (int i = 0; i < sources.size(); i++) {
      source(sources.get(i));
    }
  }

  /** Bytes that the message has room for; none before it is begun. */
  private int room() {
    Packet writing = message;
    if (writing == null) {
      return 0;
    }
    return out.mtuBytes() - RouterAlert.HEADER_BYTES - writing.length();
  }

  /** Sends what has been written, if anything has. */
  void flush() {
    Packet written = message;
    message = null;
    if (written == null) {
      return;
    }
    written.slab().putInt(written.offset(), IgmpMessage.REPORT_V3 << 24);
    written.slab().putInt(written.offset() + 4, records);
    IgmpMessage.writeChecksum(written.slab(), written.offset(), written.length());
    output.send(out, written, ALL_V3_ROUTERS);
    counters.increment(Counter.IGMP_REPORTS_SENT);
  }
}
