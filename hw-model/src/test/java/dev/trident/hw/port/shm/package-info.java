@NullMarked
package dev.trident.hw.port.shm;

import org.jspecify.annotations.NullMarked;
