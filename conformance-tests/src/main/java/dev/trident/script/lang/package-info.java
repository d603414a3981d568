/**
 * The packetdrill script language: text in, tree out. Both dialects, google's and nplab's.
 *
 * <p>{@code Lexer} yields tokens with positions, {@code ScriptParser} the records of this room; a
 * syntax error is a {@link dev.trident.script.lang.ScriptSyntaxException} that names file, line,
 * column and what was expected. Nothing here knows a stack, a clock or an API: a tree is immutable,
 * keeps numbers as the script wrote them, and may be run any number of times.
 */
@NullMarked
package dev.trident.script.lang;

import org.jspecify.annotations.NullMarked;
