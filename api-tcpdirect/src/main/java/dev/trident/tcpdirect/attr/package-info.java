/**
 * Attributes (guide, chapter 7): the table of all names, one set of values per attribute object,
 * and where values come from: compiled-in defaults, the host's sysctls, the variable ZF_ATTR, the
 * program.
 *
 * <p>An {@link dev.trident.tcpdirect.attr.AttributeSet} owns its values, except those of the log,
 * which belong to the process ({@link dev.trident.tcpdirect.attr.LogSettings}).
 */
@NullMarked
package dev.trident.tcpdirect.attr;

import org.jspecify.annotations.NullMarked;
