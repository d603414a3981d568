@NullMarked
package dev.trident.hw.port.unix;

import org.jspecify.annotations.NullMarked;
