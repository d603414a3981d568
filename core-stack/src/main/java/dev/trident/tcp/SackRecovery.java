package dev.trident.tcp;

import dev.trident.buffer.Packet;
import dev.trident.endpoint.TcpInfo;
import dev.trident.time.Deadline;
import dev.trident.wire.SequenceNumber;
import dev.trident.wire.TcpOptions;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Recovery by selective acknowledgments: the scoreboard of RFC 6675, losses found by RACK-TLP (RFC
 * 8985), the window lowered in proportion (RFC 6937), and reductions taken back that turn out a
 * mistake (DSACK, RFC 3708; F-RTO, RFC 5682; timestamps, RFC 3522).
 *
 * <pre>
 *            SACK             loss found           SND.UNA reaches recover
 *     OPEN ---------&gt; DISORDER ---------&gt; RECOVERY -----------------------&gt; OPEN
 *       \________________\_________________\____ timeout ----&gt; LOSS --------&gt; OPEN
 * </pre>
 */
final class SackRecovery extends LossRecovery {
  private enum Phase {
    OPEN,
    DISORDER,
    RECOVERY,
    LOSS
  }

  /** Null while no segment is marked: nothing SACKed, nothing lost. */
  private @Nullable Scoreboard board;

  private final Rack rack = new Rack();

  /** Null while none is out. */
  private @Nullable TailLossProbe probe;

  private Phase phase = Phase.OPEN;

  /** The timer of {@link Timers#lossAt} is for a probe, not for RACK's waiting time. */
  private boolean timerIsProbe;

  /** In flight when disorder began: what limited transmit adds does not count for ssthresh. */
  private int flightBeforeDisorder;

  /** Delivered by the acknowledgment being processed. */
  private int deliveredBytes;

  /** It delivered a segment that was sent once only. */
  private boolean deliveredOriginal;

  SackRecovery(Connection connection, Sender sender) {
    super(connection, sender);
  }

  @Override
  void open(int iss) {
    super.open(iss);
    releaseBoard();
    rack.open(iss);
    endProbe();
    phase = Phase.OPEN;
  }

  // ---- questions ----------------------------------------------------------------------------

  @Override
  boolean hasLost() {
    return board != null && board.hasLost();
  }

  @Override
  boolean steersWindow() {
    return phase == Phase.RECOVERY;
  }

  private boolean isRecovering() {
    return phase == Phase.RECOVERY || phase == Phase.LOSS;
  }

  private int sackedSegments() {
    return board == null ? 0 : board.sackedSegments();
  }

  private int resentSegments() {
    return board == null ? 0 : board.resentSegments();
  }

  private int pipeBytes() {
    int flightSize = sender.flightSizeBytes();
    return board == null ? flightSize : board.pipeBytes(flightSize);
  }

  private Scoreboard board() {
    Scoreboard present = board;
    if (present == null) {
      present = connection.layer().scoreboards().take();
      board = present;
    }
    return present;
  }

  private void releaseBoard() {
    Scoreboard present = board;
    if (present != null) {
      board = null;
      present.clear();
      connection.layer().scoreboards().give(present);
    }
  }

  /** In disorder at most two segments beyond the window (RFC 3042), one for each SACK. */
  @Override
  int roomBytes() {
    CongestionControl congestion = sender.congestion();
    int cwnd = congestion.cwndBytes();
    int room = cwnd - pipeBytes();
    return phase == Phase.DISORDER
        ? Math.min(room, cwnd + 2 * congestion.smss() - sender.flightSizeBytes())
        : room;
  }

  // ---- acknowledgments ----------------------------------------------------------------------

  @Override
  void onAcknowledged(Packet packet, long nowNanos) {
    if (!Scoreboard.isSacked(packet)) {
      onDelivered(packet, nowNanos);
    }
    if (board != null) {
      board.forget(packet);
    }
  }

  /** The peer has a segment that it was not known to have. */
  void onDelivered(Packet packet, long nowNanos) {
    connection.statistics().onDelivered();
    deliveredBytes += packet.payloadBytes;
    boolean original = packet.transmissions == 1;
    if (original) {
      deliveredOriginal = true;
      rack.onRtt(nowNanos - packet.stampNanos, nowNanos);
    }
    boolean older = !original && connection.isEchoBefore(packet.stampNanos);
    rack.onDelivered(packet, older, sender.smss(), nowNanos);
  }

  @Override
  void onAck(
      Segment segment, int ackedBytes, int flightSizeBytes, boolean windowChanged, long nowNanos) {
    int sackedBefore = sackedSegments();
    boolean dsack = readBlocks(segment, nowNanos);
    boolean newSack = sackedSegments() > sackedBefore;
    if (newSack && phase == Phase.OPEN) {
      phase = Phase.DISORDER;
      flightBeforeDisorder = flightSizeBytes;
    }
    boolean repaired =
        probe != null && isRepairedBy(probe, segment, dsack, ackedBytes, windowChanged);
    boolean recovering = isRecovering();
    undoIfNeedless(ackedBytes);
    boolean repairing = phase == Phase.RECOVERY;
    leaveIfRecovered();
    boolean recovered = recovering && !isRecovering();
    rack.adaptWindow(dsack, recovered, sender.sndUna(), sender.sndNxt());
    if (repaired && !isRecovering()) {
      reduceOnce(flightSizeBytes, nowNanos);
    }
    if (deliveredBytes > 0) {
      detect(nowNanos);
    }
    if (!repairing || phase == Phase.RECOVERY) {
      // What ends a recovery leaves the window at ssthresh (RFC 6937 section 3).
      adjustWindow(ackedBytes, flightSizeBytes, nowNanos);
    }
    rack.onAckDone();
    deliveredBytes = 0;
    deliveredOriginal = false;
    if (board != null && board.isEmpty() && phase == Phase.OPEN) {
      releaseBoard();
      if (!timerIsProbe) {
        connection.timers().stopLoss();
      }
    }
    if (ackedBytes > 0 || !mayProbe()) {
      scheduleProbe(nowNanos);
    }
  }

  private boolean isRepairedBy(
      TailLossProbe probe, Segment segment, boolean dsack, int ackedBytes, boolean windowChanged) {
    TcpOptions options = segment.options();
    boolean dsackOfProbe = dsack && options.sackRight(0) == probe.endSeq();
    boolean plain = ackedBytes == 0 && options.sackBlocks() == 0 && !windowChanged;
    TailLossProbe.Outcome outcome = probe.onAck(segment.ackNumber(), dsackOfProbe, plain);
    if (outcome != TailLossProbe.Outcome.OPEN) {
      endProbe();
    }
    return outcome == TailLossProbe.Outcome.REPAIRED;
  }

  /** Marks the blocks in ascending order; a first block that repeats is a DSACK (RFC 2883). */
  private boolean readBlocks(Segment segment, long nowNanos) {
    TcpOptions options = segment.options();
    int count = options.sackBlocks();
    boolean dsack = SackBlocks.beginWithDuplicate(options, sender.sndUna(), sender.sndNxt());
    if (dsack && board != null) {
      board.reduction().onReported();
    }
    int first = dsack ? 1 : 0;
    int done = sender.sndUna();
    for (int i = first; i < count; i++) {
      int next = SackBlocks.lowestAbove(options, first, done, sender.sndNxt());
      if (next < 0) {
        break;
      }
      int left = options.sackLeft(next);
      int right = options.sackRight(next);
      board().sack(sender.buffer(), left, right, this, nowNanos);
      done = right;
    }
    return dsack;
  }

  private void leaveIfRecovered() {
    if (phase == Phase.DISORDER && sackedSegments() == 0) {
      phase = Phase.OPEN;
    }
    if (!isRecovering() || SequenceNumber.lessThan(sender.sndUna(), recover)) {
      return;
    }
    if (phase == Phase.RECOVERY) {
      CongestionControl congestion = sender.congestion();
      congestion.cwndBytes(congestion.ssthreshBytes());
    }
    phase = sackedSegments() == 0 ? Phase.OPEN : Phase.DISORDER;
    flightBeforeDisorder = sender.flightSizeBytes();
  }

  // ---- losses -------------------------------------------------------------------------------

  /**
   * Looks for losses. Without marks there are none: what is in flight was sent after all that has
   * arrived.
   */
  private void detect(long nowNanos) {
    Scoreboard board = this.board;
    if (board == null) {
      return;
    }
    boolean repairing = isRecovering();
    boolean urgent = repairing || board.sackedSegments() >= DUPLICATE_ACKS;
    int lostBefore = board.lostSegments() - board.resentSegments();
    long again = rack.detect(board, sender.buffer(), urgent, sender.rtt().srttNanos(), nowNanos);
    if (again != Deadline.NEVER) {
      timerIsProbe = false;
      connection.timers().lossAt(again);
    } else if (!timerIsProbe) {
      connection.timers().stopLoss();
    }
    if (!repairing && board.lostSegments() - board.resentSegments() > lostBefore) {
      enterRecovery(nowNanos);
    }
  }

  private void enterRecovery(long nowNanos) {
    int flight = phase == Phase.DISORDER ? flightBeforeDisorder : sender.flightSizeBytes();
    remember();
    phase = Phase.RECOVERY;
    recover = sender.sndNxt();
    endProbe();
    sender.congestion().onCongestion(flight, nowNanos);
    board().rate().begin(sender.flightSizeBytes());
    sender.onWindowReduced();
  }

  /** A congestion response without a recovery: what was lost has been repaired already. */
  private void reduceOnce(int flightSizeBytes, long nowNanos) {
    CongestionControl congestion = sender.congestion();
    congestion.onCongestion(flightSizeBytes, nowNanos);
    congestion.cwndBytes(congestion.ssthreshBytes());
    sender.onWindowReduced();
  }

  private void adjustWindow(int ackedBytes, int flightSizeBytes, long nowNanos) {
    CongestionControl congestion = sender.congestion();
    if (phase == Phase.RECOVERY) {
      int pipe = pipeBytes();
      int smss = congestion.smss();
      int send = board().rate().sendBytes(deliveredBytes, pipe, congestion.ssthreshBytes(), smss);
      boolean nothingResent = resentSegments() == 0 && hasLost();
      congestion.cwndBytes(pipe + (nothingResent ? Math.max(send, smss) : send));
    } else if (ackedBytes > 0) {
      congestion.onAck(ackedBytes, flightSizeBytes, sender.rtt().srttNanos(), nowNanos);
    }
  }

  @Override
  void onSplit(Packet first, Packet rest) {
    if (board != null) {
      board.onSplit(rest);
    }
  }

  @Override
  void onTooBig(Packet packet) {
    if (Scoreboard.isUnderWay(packet)) {
      board().markLost(packet);
    }
  }

  @Override
  boolean sendLost(long nowNanos) {
    SendBuffer buffer = sender.buffer();
    Scoreboard board = board();
    while (board.hasLost()) {
      Packet packet = Objects.requireNonNull(board.firstDue(buffer));
      // After a timeout the first goes whatever the window (RFC 6298 section 5.4): a FIN in flight
      // behind it leaves less than a segment of room.
      boolean first = phase == Phase.LOSS && packet == buffer.head();
      if (!first && roomBytes() < packet.payloadBytes) {
        return true;
      }
      if (!sender.retransmit(packet, nowNanos)) {
        return false;
      }
      if (packet.stampNanos != nowNanos) {
        return true; // its last copy is still being read: the timer will come back to it
      }
      board.markResent(packet);
      board.reduction().onResent(nowNanos);
      if (phase == Phase.RECOVERY) {
        board().rate().onSent(packet.payloadBytes);
      }
    }
    return true;
  }

  @Override
  void onTransmitted(Packet packet) {
    packet.control = 0;
    if (phase == Phase.RECOVERY) {
      board().rate().onSent(packet.payloadBytes);
    }
    scheduleProbe(packet.stampNanos);
  }

  @Override
  void onFinTransmitted(long nowNanos) {
    scheduleProbe(nowNanos);
  }

  // ---- timers -------------------------------------------------------------------------------

  @Override
  void onTimeout(boolean first, long nowNanos) {
    Scoreboard board = board();
    board.unmarkAllSacked(sender.buffer());
    endProbe();
    connection.timers().stopLoss();
    if (first && phase != Phase.LOSS) {
      remember();
    }
    sender.congestion().onTimeout(sender.flightSizeBytes(), first, nowNanos);
    sender.onWindowReduced();
    phase = Phase.LOSS;
    recover = sender.sndNxt();
    rack.detectAfterTimeout(board, sender.buffer(), sender.rtt().srttNanos(), nowNanos);
  }

  @Override
  void onLossTimer(long nowNanos) {
    if (timerIsProbe) {
      timerIsProbe = false;
      sendProbe(nowNanos);
    } else {
      detect(nowNanos);
      if (phase == Phase.RECOVERY) {
        adjustWindow(0, sender.flightSizeBytes(), nowNanos);
      }
      sender.output(nowNanos);
    }
  }

  /** Sends what will make the peer answer: new data if there is some, else the last segment. */
  private void sendProbe(long nowNanos) {
    if (phase != Phase.OPEN || sender.flightSizeBytes() == 0 || probe != null) {
      return;
    }
    boolean fresh = sender.sendProbe(nowNanos);
    if (!fresh) {
      Packet last = sender.buffer().lastSent();
      if (sender.isFinSent() && (last == null || last.next == null)) {
        sender.sendFin(nowNanos);
      } else if (last != null) {
        sender.retransmit(last, nowNanos);
      }
    }
    TailLossProbe sent = connection.layer().probes().take();
    sent.onSent(sender.sndNxt(), !fresh);
    probe = sent;
    sender.retransmission().restart(nowNanos);
  }

  private void endProbe() {
    TailLossProbe ended = probe;
    if (ended != null) {
      probe = null;
      connection.layer().probes().give(ended);
    }
  }

  /** Section 7.2: no loss is known, something is in flight, and no probe. */
  private boolean mayProbe() {
    return phase == Phase.OPEN
        && probe == null
        && sackedSegments() == 0
        && !sender.isSynUnacknowledged()
        && sender.flightSizeBytes() != 0;
  }

  /** After new data was sent or acknowledged: what only repeats does not put a probe off. */
  private void scheduleProbe(long nowNanos) {
    if (!mayProbe()) {
      if (timerIsProbe) {
        timerIsProbe = false;
        connection.timers().stopLoss();
      }
      return;
    }
    boolean one = sender.flightSizeBytes() <= sender.smss();
    long pto = TailLossProbe.ptoNanos(sender.rtt().srttNanos(), one);
    long rto = connection.timers().retransmitNanos();
    long at = Deadline.after(nowNanos, pto);
    timerIsProbe = true;
    connection.timers().lossAt(rto == Deadline.NEVER ? at : Deadline.earlier(at, rto));
  }

  // ---- mistakes -----------------------------------------------------------------------------

  private void remember() {
    Reduction reduction = board().reduction();
    if (!reduction.isKnown() || !isRecovering()) {
      reduction.begin(sender.congestion());
    }
  }

  /**
   * Takes the reduction back when every retransmission turns out to have been needless, when the
   * echo is of the original, or after a timeout when originals arrive that nobody sent again.
   */
  private void undoIfNeedless(int ackedBytes) {
    Scoreboard present = board;
    if (present == null || !isRecovering() || !present.reduction().isKnown()) {
      return;
    }
    Reduction reduction = present.reduction();
    boolean echoOfOriginal = ackedBytes > 0 && reduction.isEchoOfOriginal(connection);
    boolean originalsArrive = phase == Phase.LOSS && deliveredOriginal && resentSegments() <= 1;
    if (!echoOfOriginal && !originalsArrive && !reduction.isAllReported()) {
      return;
    }
    present.unmarkAllLost(sender.buffer());
    reduction.undo(sender.congestion());
    phase = sackedSegments() == 0 ? Phase.OPEN : Phase.DISORDER;
    flightBeforeDisorder = sender.flightSizeBytes();
  }

  @Override
  void info(TcpInfo into) {
    into.sackedSegments = sackedSegments();
    into.lostSegments = board == null ? 0 : board.lostSegments();
    into.resentSegments = resentSegments();
    rack.info(into);
    into.pipeBytes = pipeBytes();
    into.recovery =
        switch (phase) {
          case OPEN -> TcpInfo.Recovery.OPEN;
          case DISORDER -> TcpInfo.Recovery.DISORDER;
          case RECOVERY -> TcpInfo.Recovery.RECOVERY;
          case LOSS -> TcpInfo.Recovery.LOSS;
        };
  }
}
