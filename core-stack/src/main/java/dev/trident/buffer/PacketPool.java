package dev.trident.buffer;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a slab into cells and an area of runs, and owns the pooled objects that describe them.
 *
 * <p>Cells are handed out last-in first-out, so that warm memory is used again. The last {@link
 * #RESERVED_CELLS} cells are kept for ACK, RST and ARP: {@link #allocate} fails before {@link
 * #allocateReserved} does. Nothing here blocks or throws when memory is out: the answer is null and
 * a count.
 */
public final class PacketPool {
  /** Cells that only {@link #allocateReserved} hands out. */
  public static final int RESERVED_CELLS = 32;

  /** Most adjacent cells in one run: 64 KiB of message and its headers. */
  public static final int MAX_RUN_CELLS = 33;

  private final Slab slab;
  private final Completions completions;
  private final HandlePool handles;
  private final int cells;
  private final Packet[] freeCells;
  private int freeCount;

  /** Cells that senders leave alone, because devices need them to receive. */
  private int neededToReceive;

  private final int runAreaBase;
  private final int runAreaCells;
  private final BitSet runCellsInUse;
  private final ArrayDeque<Run> spareRuns = new ArrayDeque<>();
  private int runCellsFree;

  private @Nullable Fragment freeFragments;
  private @Nullable SendLoan[] freeLoans;
  private int freeLoanCount;

  private long allocationFailures;
  private long loansReturned;

  /**
   * Makes a pool of {@code cells} cells and {@code runCells} cells for runs, in a slab of its own.
   *
   * @param loans most buffers that users may have on loan at a time
   */
  public PacketPool(int cells, int runCells, int loans) {
    if (cells <= RESERVED_CELLS || runCells < 0 || loans < 0) {
      throw new IllegalArgumentException(
          "pool of " + cells + " cells, " + runCells + " run cells, " + loans + " loans");
    }
    long bytes = (long) (cells + runCells) * Packet.CELL_BYTES;
    if (bytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("slab of " + bytes + " bytes: must be below 2 GiB");
    }
    this.cells = cells;
    slab = new Slab((int) bytes);
    completions = new Completions();
    handles = new HandlePool(HandlePool.Mode.fromSystemProperty());
    freeCells = new Packet[cells];
    for (int i = cells - 1; i >= 0; i--) {
      freeCells[freeCount++] = new Packet(this, i * Packet.CELL_BYTES);
    }
    runAreaBase = cells * Packet.CELL_BYTES;
    runAreaCells = runCells;
    runCellsFree = runCells;
    runCellsInUse = new BitSet(runCells);
    freeLoans = new SendLoan[loans];
    while (freeLoanCount < loans) {
      freeLoans[freeLoanCount++] = new SendLoan(this);
    }
  }

  public Slab slab() {
    return slab;
  }

  public Completions completions() {
    return completions;
  }

  public HandlePool handles() {
    return handles;
  }

  /** Cells in the pool, free or not, without the area of runs. */
  public int cells() {
    return cells;
  }

  /** Cells free at the moment, the reserved ones included. */
  public int freeCells() {
    return freeCount;
  }

  /** Run cells free at the moment. */
  public int freeRunCells() {
    return runCellsFree;
  }

  /** Loans that may still be opened. */
  public int freeLoans() {
    return freeLoanCount;
  }

  /** Allocations refused for want of memory so far. */
  public long allocationFailures() {
    return allocationFailures;
  }

  /**
   * A device needs {@code cells} more to receive, or fewer if negative, than it said before: {@link
   * #allocate} leaves them alone. Otherwise senders, who may wait for ever to be acknowledged,
   * could take every cell that an acknowledgment could arrive in.
   */
  public void needToReceive(int cells) {
    neededToReceive += cells;
  }

  /** Whether {@link #allocate} would fail: what devices need to receive is all there is. */
  public boolean isShort() {
    return freeCount <= RESERVED_CELLS + neededToReceive;
  }

  /** Whether {@link #allocate} would succeed {@code cells} times in a row. */
  public boolean hasCellsToSend(int cells) {
    return freeCount - RESERVED_CELLS - neededToReceive >= cells;
  }

  /** Whether {@link #allocateForReceive} would succeed. */
  public boolean hasCellToReceive() {
    return freeCount > RESERVED_CELLS;
  }

  /** An empty packet with {@link Packet#TRANSMIT_HEADROOM_BYTES} in front, or null. */
  public @Nullable Packet allocate() {
    if (isShort()) {
      allocationFailures++;
      return null;
    }
    return take(Packet.TRANSMIT_HEADROOM_BYTES);
  }

  /** As {@link #allocate} after {@link #hasCellsToSend} has said that it would succeed. */
  public Packet allocateSure() {
    return Objects.requireNonNull(allocate(), "cells were there and are gone");
  }

  /**
   * As {@link #allocate}, but may use the reserved cells: for ACK, RST and ARP, and for a stream
   * that could otherwise send nothing of what fills the memory.
   */
  public @Nullable Packet allocateReserved() {
    if (freeCount == 0) {
      allocationFailures++;
      return null;
    }
    return take(Packet.TRANSMIT_HEADROOM_BYTES);
  }

  /** An empty packet for a device to receive into, or null; never a reserved cell. */
  public @Nullable Packet allocateForReceive() {
    if (freeCount <= RESERVED_CELLS) {
      allocationFailures++;
      return null;
    }
    return take(Packet.RECEIVE_HEADROOM_BYTES);
  }

  private Packet take(int headroom) {
    Packet packet = freeCells[--freeCount];
    packet.onAllocated();
    packet.reset(headroom);
    return packet;
  }

  void free(Packet packet) {
    if (packet.fragments() != null) {
      packet.dropFragments();
    }
    freeCells[freeCount++] = packet;
  }

  /** A run whose capacity is at least {@code bytes}, first fit, or null. */
  public @Nullable Run allocateRun(int bytes) {
    int wanted = (bytes + Packet.CELL_BYTES - 1) / Packet.CELL_BYTES;
    if (wanted <= 0 || wanted > MAX_RUN_CELLS) {
      allocationFailures++;
      return null;
    }
    int start = runCellsInUse.nextClearBit(0);
    while (start + wanted <= runAreaCells) {
      int end = runCellsInUse.nextSetBit(start);
      if (end < 0 || end - start >= wanted) {
        return runAt(start, wanted);
      }
      start = runCellsInUse.nextClearBit(end);
    }
    allocationFailures++;
    return null;
  }

  private Run runAt(int firstCell, int count) {
    runCellsInUse.set(firstCell, firstCell + count);
    runCellsFree -= count;
    int base = runAreaBase + firstCell * Packet.CELL_BYTES;
    Run run = null;
    for (int i = spareRuns.size(); i > 0 && run == null; i--) {
      Run spare = spareRuns.removeFirst();
      if (spare.base() == base) {
        run = spare;
      } else {
        spareRuns.addLast(spare);
      }
    }
    if (run == null) {
      run = new Run(this, base);
    }
    run.cells(count);
    run.onAllocated();
    return run;
  }

  void free(Run run) {
    int firstCell = (run.base() - runAreaBase) / Packet.CELL_BYTES;
    runCellsInUse.clear(firstCell, firstCell + run.cells());
    runCellsFree += run.cells();
    spareRuns.addLast(run);
  }

  /** A fragment over {@code length} bytes of this pool's memory; retains {@code storage}. */
  public Fragment fragmentOf(Storage storage, int slabOffset, int length) {
    storage.retain();
    return takeFragment().ofStorage(storage, slabOffset, length);
  }

  /** A fragment over {@code length} bytes of a lent buffer from {@code index}: one more share. */
  public Fragment fragmentOf(SendLoan loan, int index, int length) {
    loan.retain();
    return takeFragment().ofLoan(loan, index, length);
  }

  private Fragment takeFragment() {
    Fragment fragment = freeFragments;
    if (fragment == null) {
      return new Fragment(this);
    }
    freeFragments = fragment.next();
    fragment.next(null);
    return fragment;
  }

  void free(Fragment fragment) {
    fragment.next(freeFragments);
    freeFragments = fragment;
  }

  /**
   * Takes a user's buffer on loan: retains it, and promises one call of {@code free} with {@code
   * token}. Null when all loans are out; nothing was retained then.
   */
  public @Nullable SendLoan lend(ByteBuf buffer, Object token, UserFree free) {
    if (freeLoanCount == 0) {
      allocationFailures++;
      return null;
    }
    SendLoan loan = Objects.requireNonNull(freeLoans[--freeLoanCount]);
    freeLoans[freeLoanCount] = null;
    loan.open(buffer, token, free);
    return loan;
  }

  /** Called when the last share of a loan is gone: its buffer is the user's again. */
  void onReturned() {
    loansReturned++;
  }

  /** Buffers on loan that have become their users' again so far. */
  public long loansReturned() {
    return loansReturned;
  }

  void free(SendLoan loan) {
    freeLoans[freeLoanCount++] = loan;
  }

  /** Frees the slab; every later access to its memory throws. */
  public void close() {
    slab.close();
  }
}
