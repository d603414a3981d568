package dev.trident.hw.nic;

/**
 * What an adapter counted. The bytes it moved itself are apart from the copies of the engine.
 *
 * @param framesIn frames written into posted cells
 * @param framesOut frames read for transmission
 * @param bytesIn bytes of these frames, Ethernet header included
 * @param bytesOut bytes of these frames, Ethernet header included
 * @param dmaBytesRead bytes that went from packet memory and lent buffers to the device
 * @param dmaBytesWritten bytes that the device wrote into packet memory
 * @param noDescriptor frames dropped because no cell was posted (DEVICE_RING_FULL)
 * @param tooLong frames dropped because they fit no cell (ETHERNET_TOO_LONG)
 * @param noInterface frames dropped because no stack was there to receive them
 * @param badFcs frames dropped because their check sequence was wrong
 * @param ringOverruns frames dropped because the ring to a receiver on another thread was full
 * @param staleCompletions completions for an interface that was stopped
 * @param sends by which ways the frames went out
 */
public record NicCounters(
    long framesIn,
    long framesOut,
    long bytesIn,
    long bytesOut,
    long dmaBytesRead,
    long dmaBytesWritten,
    long noDescriptor,
    long tooLong,
    long noInterface,
    long badFcs,
    long ringOverruns,
    long staleCompletions,
    SendCounters sends) {
  /** Nothing counted. */
  public static final NicCounters ZERO =
      new NicCounters(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, SendCounters.ZERO);

  /** The sums of both. */
  public NicCounters plus(NicCounters other) {
    return new NicCounters(
        framesIn + other.framesIn,
        framesOut + other.framesOut,
        bytesIn + other.bytesIn,
        bytesOut + other.bytesOut,
        dmaBytesRead + other.dmaBytesRead,
        dmaBytesWritten + other.dmaBytesWritten,
        noDescriptor + other.noDescriptor,
        tooLong + other.tooLong,
        noInterface + other.noInterface,
        badFcs + other.badFcs,
        ringOverruns + other.ringOverruns,
        staleCompletions + other.staleCompletions,
        sends.plus(other.sends));
  }

  /** Frames dropped for any reason. */
  public long drops() {
    return noDescriptor + tooLong + noInterface + badFcs + ringOverruns;
  }
}
