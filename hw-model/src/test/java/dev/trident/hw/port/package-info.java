@NullMarked
package dev.trident.hw.port;

import org.jspecify.annotations.NullMarked;
