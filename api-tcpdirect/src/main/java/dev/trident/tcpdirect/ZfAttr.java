package dev.trident.tcpdirect;

import dev.trident.tcpdirect.attr.AttributeSet;
import org.jspecify.annotations.Nullable;

/** {@code struct zf_attr}: a value for every attribute. Opaque. */
public final class ZfAttr {
  private @Nullable AttributeSet set;

  ZfAttr(AttributeSet set) {
    this.set = set;
  }

  AttributeSet set() {
    AttributeSet present = set;
    if (present == null) {
      throw new IllegalStateException("zf_attr: used after zf_attr_free");
    }
    return present;
  }

  void free() {
    set();
    set = null;
  }
}
