/**
 * The engine under attack, through its adapter: one class for each published family of
 * vulnerabilities of embedded stacks, one for the ladder of checks, and some for the classics.
 * Every hostile frame goes through {@link dev.trident.security.Victim}, which judges what all tests
 * have in common: nothing is thrown, no memory is lost, and a ping is answered afterwards.
 */
@NullMarked
package dev.trident.security;

import org.jspecify.annotations.NullMarked;
