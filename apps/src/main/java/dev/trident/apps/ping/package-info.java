/** {@code trident ping}: echo requests over a TAP device, written on Treck's ping calls. */
@NullMarked
package dev.trident.apps.ping;

import org.jspecify.annotations.NullMarked;
