/** What scripts rely on in a driver, as one contract that the driver of each API is held to. */
@NullMarked
package dev.trident.script.driver;

import org.jspecify.annotations.NullMarked;
