package dev.trident.script;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of one script.
 *
 * @param name as the script was named
 * @param detail one or more lines why; empty if it passed
 * @param reason what equal results are counted under: the feature skipped for, or the call that is
 *     not expressible; otherwise empty
 * @param trace every event so far with its virtual time, live packets in the script's notation
 * @param requirements ids of the {@code // requirement:} lines
 * @param pendingTopic of the {@code // pending:} line, or null
 * @param realNanos how long it took
 */
public record ScriptResult(
    String name,
    Verdict verdict,
    String detail,
    String reason,
    List<String> trace,
    List<String> requirements,
    @Nullable String pendingTopic,
    long realNanos) {}
