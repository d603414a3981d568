/**
 * A tiny HTTP/1.0 responder, written three times: once per API, each as a program ported from C
 * line by line would look, with that API's own calls only. {@link dev.trident.apps.http.HttpFile}
 * is what they share: the protocol, without any transport.
 *
 * <p>A responder serves one connection after the other on the thread that calls it, and owns its
 * descriptors; the host belongs to the caller.
 */
@NullMarked
package dev.trident.apps.http;

import org.jspecify.annotations.NullMarked;
