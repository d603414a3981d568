package dev.trident.tcpdirect;

import dev.trident.tcpdirect.stack.DirectStack;

/** {@code struct zf_stack}: a stack on one network interface. Opaque. */
public final class ZfStack {
  final DirectStack stack;
  final ZfWaitable waitable;

  ZfStack(DirectStack stack) {
    this.stack = stack;
    this.waitable = new ZfWaitable(stack.waitable());
  }

  @Override
  public String toString() {
    return stack.name();
  }
}
