package dev.trident.hw.nic;

import java.util.Set;

/**
 * What an adapter can do, and how much of it there is for all stacks together.
 *
 * @param generation what the hardware is
 * @param firmware what runs on it
 * @param licences the keys installed on it
 * @param virtualInterfaces at most, the default stack's included
 * @param filters at most, a power of two
 * @param pioBuffers buffers for programmed output, of which a stack takes one; the default stack
 *     takes one like any other, if there are any
 * @param alternatives transmit alternatives; 0 if there are none
 * @param alternativeBuffers buffers of 512 bytes for what these hold
 */
public record NicFeatures(
    Generation generation,
    Firmware firmware,
    Set<Licence> licences,
    int virtualInterfaces,
    int filters,
    int pioBuffers,
    int alternatives,
    int alternativeBuffers) {
  /** Series of adapters. */
  public enum Generation {
    /** The 7000 series: no transmit alternatives, no cut-through. */
    SERIES_7000,
    /** The 8000 series: everything. */
    SERIES_8000,
    /** Another make, or no hardware at all: only the default stack works on it. */
    OTHER
  }

  /** Keys that switch software on. */
  public enum Licence {
    ONLOAD,
    TCPDIRECT,
    /** On the 8000 series: both of the others in one key. */
    PLUS
  }

  private static final int ALTERNATIVES = 17;

  /** Keeps a set of its own. */
  public NicFeatures {
    licences = Set.copyOf(licences);
  }

  /** An adapter of the 8000 series: all features. */
  public static final NicFeatures SERIES_8000 =
      new NicFeatures(
          Generation.SERIES_8000,
          Firmware.CURRENT,
          Set.of(Licence.PLUS),
          256,
          8_192,
          64,
          ALTERNATIVES,
          4_096);

  /** An adapter of the 7000 series: no transmit alternatives. */
  public static final NicFeatures SERIES_7000 =
      new NicFeatures(
          Generation.SERIES_7000,
          Firmware.CURRENT,
          Set.of(Licence.ONLOAD, Licence.TCPDIRECT),
          256,
          8_192,
          64,
          0,
          0);

  /** An adapter that TCPDirect does not run on. */
  public static final NicFeatures OTHER =
      new NicFeatures(
          Generation.OTHER, new Firmware(Firmware.Variant.OTHER, ""), Set.of(), 1, 1, 0, 0, 0);

  /** The same with another firmware. */
  public NicFeatures withFirmware(Firmware other) {
    return new NicFeatures(
        generation,
        other,
        licences,
        virtualInterfaces,
        filters,
        pioBuffers,
        alternatives,
        alternativeBuffers);
  }

  /** The same with other keys. */
  public NicFeatures withLicences(Set<Licence> keys) {
    return new NicFeatures(
        generation,
        firmware,
        keys,
        virtualInterfaces,
        filters,
        pioBuffers,
        alternatives,
        alternativeBuffers);
  }

  /** The same with another number of virtual interfaces and filters. */
  public NicFeatures withInterfaces(int count, int filterCount) {
    return new NicFeatures(
        generation,
        firmware,
        licences,
        count,
        filterCount,
        pioBuffers,
        alternatives,
        alternativeBuffers);
  }

  /** The same with another number of PIO buffers. */
  public NicFeatures withPioBuffers(int count) {
    return new NicFeatures(
        generation,
        firmware,
        licences,
        virtualInterfaces,
        filters,
        count,
        alternatives,
        alternativeBuffers);
  }

  /** The same with other transmit alternatives. */
  public NicFeatures withAlternatives(int count, int buffers) {
    return new NicFeatures(
        generation, firmware, licences, virtualInterfaces, filters, pioBuffers, count, buffers);
  }

  /** Whether there is hardware that stacks of TCPDirect programs can be opened on. */
  public boolean isSupported() {
    return generation != Generation.OTHER;
  }

  /** Whether the keys allow TCPDirect. */
  public boolean isLicensed() {
    boolean both = licences.contains(Licence.ONLOAD) && licences.contains(Licence.TCPDIRECT);
    return both || (generation == Generation.SERIES_8000 && licences.contains(Licence.PLUS));
  }

  /** Whether there are buffers for programmed output. */
  public boolean hasPio() {
    return pioBuffers > 0;
  }

  /** Whether frames can start on the wire while they are being written. */
  public boolean hasCutThrough() {
    return generation == Generation.SERIES_8000 && firmware.suitsTcpDirect();
  }

  /** Whether transmit alternatives exist and the firmware serves them. */
  public boolean hasAlternatives() {
    return alternatives > 0 && generation == Generation.SERIES_8000 && firmware.suitsTcpDirect();
  }
}
