package dev.trident.hw.nic;

import dev.trident.buffer.Fragment;
import dev.trident.buffer.Packet;
import dev.trident.buffer.Slab;
import dev.trident.hw.filter.FlowKey;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * View of a frame on its way: a head in one slab, fragments behind it, and a checksum that is still
 * to be computed. Owns nothing and is used again for the next frame; whoever gets one reads or
 * copies it before returning.
 */
public final class Frame {
  private final @Nullable VirtualInterface sender;
  private final FlowKey flowKey = new FlowKey();
  private @Nullable Slab slab;
  private int offset;
  private int headBytes;
  private int totalBytes;
  private @Nullable Fragment fragments;
  private int checksumStart;
  private int checksumField;

  /**
   * A view of nothing yet.
   *
   * @param sender the interface whose frames this view shows, or null for frames from elsewhere
   */
  public Frame(@Nullable VirtualInterface sender) {
    this.sender = sender;
  }

  /** Shows the present range of {@code packet}, as it is posted to a device. */
  public Frame wrap(Packet packet) {
    return wrap(packet, packet.offset(), packet.length());
  }

  /** Shows {@code packet} with the head that it had when it was posted. */
  Frame wrap(Packet packet, int start, int length) {
    slab = packet.slab();
    offset = start;
    headBytes = length;
    totalBytes = length + packet.fragmentBytes();
    fragments = packet.fragments();
    checksumField = packet.checksumField();
    checksumStart = packet.checksumStart();
    return this;
  }

  /** Shows contiguous bytes with complete checksums. */
  public Frame wrap(Slab bytes, int start, int length) {
    slab = bytes;
    offset = start;
    headBytes = length;
    totalBytes = length;
    fragments = null;
    checksumField = 0;
    checksumStart = 0;
    return this;
  }

  /** The interface that sends it, null if it is not one of this JVM's at first hand. */
  public @Nullable VirtualInterface sender() {
    return sender;
  }

  /** Room for the fields that filters look at, filled in by the receiver. */
  FlowKey flowKey() {
    return flowKey;
  }

  /** Where the head lies. */
  public Slab slab() {
    return Objects.requireNonNull(slab, "frame is not wrapped");
  }

  /** Slab offset of the head. */
  public int offset() {
    return offset;
  }

  /** Bytes of the head, which holds all protocol headers, or of an IP fragment those up to IP's. */
  public int headBytes() {
    return headBytes;
  }

  /** Bytes on the wire. */
  public int totalBytes() {
    return totalBytes;
  }

  /** Whether all bytes lie in the head and no checksum is missing. */
  public boolean isPlain() {
    return fragments == null && checksumField == 0;
  }

  /**
   * Copies the whole frame to {@code to} in {@code target} and completes its checksum there: the
   * DMA of the wire.
   */
  public void copyTo(Slab target, int to) {
    slab().copyTo(offset, target, to, headBytes);
    int end = to + headBytes;
    for (Fragment piece = fragments; piece != null; piece = piece.next()) {
      piece.copyTo(target, end);
      end += piece.lengthBytes();
    }
    if (checksumField != 0) {
      ChecksumOffload.complete(
          target, to + checksumStart - offset, to + checksumField - offset, end);
    }
  }
}
