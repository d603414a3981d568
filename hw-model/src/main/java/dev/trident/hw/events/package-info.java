/**
 * Events for Java Flight Recorder: what a host cannot say by its counters alone, since the time of
 * it matters.
 *
 * <pre>
 *   java -XX:StartFlightRecording:filename=run.jfr ...
 *   jfr print --events 'trident.*' run.jfr
 *   jfr summary run.jfr | grep trident
 * </pre>
 *
 * <p>A recording switches them all on; {@code +trident.SlowPoll#enabled=false} in the option leaves
 * one out. Without a recording each place costs a test of a boolean, and with one it allocates only
 * when there is something to tell. Counted things are told per poll: how many there were in it.
 */
@NullMarked
package dev.trident.hw.events;

import org.jspecify.annotations.NullMarked;
