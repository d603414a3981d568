package dev.trident.testkit;

import dev.trident.buffer.Fragment;
import dev.trident.buffer.Packet;
import dev.trident.buffer.Slab;
import dev.trident.link.NetworkDevice;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * A device that copies frames out, computing checksums where asked, and completes them only when
 * told to: {@link #complete}. Receives everything unless filters are limited.
 */
public final class RecordingDevice implements NetworkDevice, AutoCloseable {
  private static final int SCRATCH_BYTES = 4_096;

  private final Slab scratch = new Slab(SCRATCH_BYTES);
  private final Deque<byte[]> frames = new ArrayDeque<>();
  private final Deque<Packet> held = new ArrayDeque<>();
  private final List<String> filters = new ArrayList<>();
  private int room = Integer.MAX_VALUE;
  private int slots = Integer.MAX_VALUE;
  private int filterRoom = Integer.MAX_VALUE;
  private boolean recording = true;
  private long transmitted;

  /** How many more frames are accepted before the ring is full. */
  public void room(int count) {
    room = count;
  }

  /** How many more filters are accepted. */
  public void filterRoom(int count) {
    filterRoom = count;
  }

  /** Whether frames are copied out; off for allocation tests. */
  public void recording(boolean on) {
    recording = on;
  }

  /** Frames accepted so far. */
  public long transmitted() {
    return transmitted;
  }

  /** The filters in force, as text "protocol local:port remote:port hint". */
  public List<String> filters() {
    List<String> inForce = new ArrayList<>(filters);
    inForce.removeIf(String::isEmpty);
    return inForce;
  }

  /** Takes the oldest frame recorded. */
  public byte[] next() {
    byte[] frame = frames.poll();
    if (frame == null) {
      throw new AssertionError("no frame was sent");
    }
    return frame;
  }

  /** Takes all frames recorded. */
  public List<byte[]> drain() {
    List<byte[]> all = new ArrayList<>(frames);
    frames.clear();
    return all;
  }

  public boolean isEmpty() {
    return frames.isEmpty();
  }

  /** Frames that the device still holds. */
  public int held() {
    return held.size();
  }

  /** Completes everything that is held. */
  public void complete() {
    for (Packet packet = held.poll(); packet != null; packet = held.poll()) {
      packet.completeByDevice();
    }
  }

  /** How many frames the ring takes while it is empty. */
  public void slots(int count) {
    slots = count;
  }

  @Override
  public int transmitSlots() {
    return slots;
  }

  @Override
  public boolean hasRoomFor(int count) {
    return count <= room;
  }

  @Override
  public boolean transmit(Packet frame, int queue) {
    if (room == 0) {
      return false;
    }
    if (frame.isHeldByDevice()) {
      throw new AssertionError("sent again while held: " + frame);
    }
    room--;
    transmitted++;
    frame.holdForDevice();
    held.add(frame);
    if (recording) {
      frames.add(gather(frame));
    }
    return true;
  }

  private byte[] gather(Packet frame) {
    int total = frame.totalBytes();
    frame.slab().copyTo(frame.offset(), scratch, 0, frame.length());
    int end = frame.length();
    for (Fragment part = frame.fragments(); part != null; part = part.next()) {
      part.copyTo(scratch, end);
      end += part.lengthBytes();
    }
    byte[] bytes = new byte[total];
    scratch.copyTo(0, bytes, 0, total);
    if (frame.needsChecksum()) {
      int field = frame.checksumField() - frame.offset();
      int start = frame.checksumStart() - frame.offset();
      int checksum = Frames.checksum(bytes, start, total - start, 0);
      checksum = checksum == 0 ? 0xffff : checksum;
      bytes[field] = (byte) (checksum >>> 8);
      bytes[field + 1] = (byte) checksum;
    }
    return total >= Frames.MIN_FRAME ? bytes : Arrays.copyOf(bytes, Frames.MIN_FRAME);
  }

  @Override
  public int steer(
      int protocol,
      int localAddress,
      int localPort,
      int remoteAddress,
      int remotePort,
      int flowHint) {
    if (filterRoom == 0) {
      return -1;
    }
    filterRoom--;
    filters.add(
        protocol
            + " "
            + Frames.dotted(localAddress)
            + ":"
            + localPort
            + " "
            + Frames.dotted(remoteAddress)
            + ":"
            + remotePort
            + " "
            + flowHint);
    return filters.size() - 1;
  }

  @Override
  public void unsteer(int filter) {
    if (filters.set(filter, "").isEmpty()) {
      throw new AssertionError("filter " + filter + " was removed already");
    }
    filterRoom++;
  }

  /** Completes what is held and frees the scratch memory. */
  @Override
  public void close() {
    complete();
    scratch.close();
  }
}
