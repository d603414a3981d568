@NullMarked
package dev.trident.hw.sim;

import org.jspecify.annotations.NullMarked;
