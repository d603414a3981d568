@NullMarked
package dev.trident.hw.events;

import org.jspecify.annotations.NullMarked;
