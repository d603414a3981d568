@NullMarked
package dev.trident.hw.time;

import org.jspecify.annotations.NullMarked;
