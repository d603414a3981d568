@NullMarked
package dev.trident.hw.port.xdp;

import org.jspecify.annotations.NullMarked;
