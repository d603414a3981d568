/**
 * The script language: every form reads as it should, and every mistake is named with its place.
 */
@NullMarked
package dev.trident.script.lang;

import org.jspecify.annotations.NullMarked;
