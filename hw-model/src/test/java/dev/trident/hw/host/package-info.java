@NullMarked
package dev.trident.hw.host;

import org.jspecify.annotations.NullMarked;
