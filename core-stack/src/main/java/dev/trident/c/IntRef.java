package dev.trident.c;

/** A C pointer to int: an in or out parameter. */
public final class IntRef {
  public int value;

  public IntRef() {}

  public IntRef(int value) {
    this.value = value;
  }
}
