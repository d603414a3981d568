package dev.trident.script;

import dev.trident.script.driver.ApiDriver.Pending;
import dev.trident.script.lang.Event;

/**
 * A blocking call that has begun.
 *
 * @param endMicros when it must return
 * @param gapMicros what the tolerance of that is a part of
 */
record PendingCall(
    Event event,
    Event.SystemCall call,
    Decoded decoded,
    Pending pending,
    long endMicros,
    long gapMicros) {}
