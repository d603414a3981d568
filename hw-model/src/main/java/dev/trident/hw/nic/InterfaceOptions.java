package dev.trident.hw.nic;

/**
 * What a virtual interface is to have of its adapter.
 *
 * @param rings its rings
 * @param vlan tag of the frames that its filters match, 1..4094; 0 for frames without one
 * @param pio whether it writes small frames to the adapter itself
 * @param cutThrough how it does so for the smallest
 * @param alternatives transmit queues that hold frames back
 * @param alternativeBytes adapter memory for what these hold
 * @param receiveStamps whether received frames get the time of their arrival
 * @param transmitStamps whether the times are reported at which frames left
 */
public record InterfaceOptions(
    RingOptions rings,
    int vlan,
    Pio pio,
    CutThrough cutThrough,
    int alternatives,
    int alternativeBytes,
    boolean receiveStamps,
    boolean transmitStamps) {
  /** Whether an interface takes one of the adapter's PIO buffers. */
  public enum Pio {
    OFF,
    /** If there is one left. */
    IF_POSSIBLE,
    /** There is no interface without one. */
    REQUIRED
  }

  /** Rings and nothing else. */
  public static InterfaceOptions of(RingOptions rings) {
    return new InterfaceOptions(rings, 0, Pio.OFF, CutThrough.NONE, 0, 0, false, false);
  }

  /** The same for frames of a VLAN. */
  public InterfaceOptions withVlan(int tag) {
    return new InterfaceOptions(
        rings, tag, pio, cutThrough, alternatives, alternativeBytes, receiveStamps, transmitStamps);
  }

  /** The same with other ways to send. */
  public InterfaceOptions withSending(Pio newPio, CutThrough newCutThrough) {
    return new InterfaceOptions(
        rings,
        vlan,
        newPio,
        newCutThrough,
        alternatives,
        alternativeBytes,
        receiveStamps,
        transmitStamps);
  }

  /** The same with transmit alternatives. */
  public InterfaceOptions withAlternatives(int count, int bufferBytes) {
    return new InterfaceOptions(
        rings, vlan, pio, cutThrough, count, bufferBytes, receiveStamps, transmitStamps);
  }

  /** The same with time stamps. */
  public InterfaceOptions withStamps(boolean received, boolean transmitted) {
    return new InterfaceOptions(
        rings, vlan, pio, cutThrough, alternatives, alternativeBytes, received, transmitted);
  }
}
