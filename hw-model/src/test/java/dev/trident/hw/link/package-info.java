@NullMarked
package dev.trident.hw.link;

import org.jspecify.annotations.NullMarked;
