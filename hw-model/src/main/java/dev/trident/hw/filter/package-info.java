/**
 * Hardware filters: which virtual interface a received frame belongs to.
 *
 * <p>An adapter owns its table. Where one thread runs everything the table is changed in place;
 * otherwise a changed copy is published and readers on other threads keep the one they saw.
 */
@NullMarked
package dev.trident.hw.filter;

import org.jspecify.annotations.NullMarked;
