/** {@code trident ping}: echo requests over a TAP device. */
@NullMarked
package dev.trident.apps.ping;

import org.jspecify.annotations.NullMarked;
