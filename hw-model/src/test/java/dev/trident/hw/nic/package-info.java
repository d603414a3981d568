@NullMarked
package dev.trident.hw.nic;

import org.jspecify.annotations.NullMarked;
