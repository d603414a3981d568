@NullMarked
package dev.trident.hw.filter;

import org.jspecify.annotations.NullMarked;
