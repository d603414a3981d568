/**
 * The packetdrill script language: text in, tree out. Both dialects, google's and nplab's.
 *
 * <p>{@code Lexer} yields tokens with positions, {@code ScriptParser} the records of this room; a
 * syntax error is a {@link dev.trident.script.lang.ScriptSyntaxException} that names file, line,
 * column and what was expected; what the language has and we lack is read as an {@link
 * dev.trident.script.lang.Event.Unsupported}, never ignored. {@code Snippet} reads and evaluates
 * the code in a script. Nothing here knows a stack, a clock or an API: a tree is immutable, keeps
 * numbers as the script wrote them, and may be run any number of times.
 *
 * <p>Our own additions: the option line {@code --strict} (no tolerance of time), header comments
 * {@code // key: value}, and the TCP option {@code raw b b b}, which is any bytes.
 */
@NullMarked
package dev.trident.script.lang;

import org.jspecify.annotations.NullMarked;
