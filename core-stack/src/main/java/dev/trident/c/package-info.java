/** C shapes for the binding rules: out-pointers, vectors, addresses and memory. */
@NullMarked
package dev.trident.c;

import org.jspecify.annotations.NullMarked;
