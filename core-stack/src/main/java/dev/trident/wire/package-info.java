/**
 * Wire formats as flyweight views over the slab, and the arithmetic on them: RFC 894, IEEE 802.1Q,
 * RFC 826, RFC 791, RFC 792, RFC 768, RFC 1071.
 *
 * <p>A view owns no memory: it is wrapped around a slab offset and checked once. The check also
 * reads the header, in wide loads, so that the accessors cost a shift. A view never leaves the call
 * that wrapped it. This room knows {@code buffer} and {@code trace} only.
 */
@NullMarked
package dev.trident.wire;

import org.jspecify.annotations.NullMarked;
