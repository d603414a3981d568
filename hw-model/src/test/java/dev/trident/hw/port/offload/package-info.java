@NullMarked
package dev.trident.hw.port.offload;

import org.jspecify.annotations.NullMarked;
