package dev.trident.c;

/** A C pointer to long: an in or out parameter. */
public final class LongRef {
  public long value;

  public LongRef() {}

  public LongRef(long value) {
    this.value = value;
  }
}
