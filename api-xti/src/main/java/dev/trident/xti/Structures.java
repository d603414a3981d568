package dev.trident.xti;

import static dev.trident.xti.XtiConstants.*;

import dev.trident.c.C;
import dev.trident.c.Ref;
import dev.trident.xti.error.Failure;
import org.jspecify.annotations.Nullable;

/** t_alloc and t_free: structures with buffers sized by what the provider offers. */
final class Structures {
  /** What TLI allocates for a size without a limit. */
  private static final int TLI_UNLIMITED_BYTES = 1_024;

  private final TInfo info;
  private final int fields;
  private final Dialect dialect;

  private Structures(TInfo info, int fields, Dialect dialect) {
    this.info = info;
    this.fields = fields;
    this.dialect = dialect;
  }

  /** Makes a structure of that type: 0 and it is in {@code made}, or a failure. */
  static int allocate(TInfo info, int structType, int fields, Dialect dialect, Ref<Object> made) {
    return new Structures(info, fields, dialect).make(structType, made);
  }

  private int make(int structType, Ref<Object> made) {
    return switch (structType) {
      case T_BIND -> {
        TBind bind = new TBind();
        made.value = bind;
        yield addr(bind.addr);
      }
      case T_OPTMGMT -> {
        TOptmgmt optmgmt = new TOptmgmt();
        made.value = optmgmt;
        yield opt(optmgmt.opt);
      }
      case T_CALL -> {
        TCall call = new TCall();
        made.value = call;
        int largest = Math.max(info.connect, info.discon);
        yield first(addr(call.addr), opt(call.opt), udata(call.udata, largest));
      }
      case T_DIS -> {
        TDiscon discon = new TDiscon();
        made.value = discon;
        yield udata(discon.udata, info.discon);
      }
      case T_UNITDATA -> {
        TUnitdata unitdata = new TUnitdata();
        made.value = unitdata;
        yield first(addr(unitdata.addr), opt(unitdata.opt), udata(unitdata.udata, info.tsdu));
      }
      case T_UDERROR -> {
        TUderr uderr = new TUderr();
        made.value = uderr;
        yield first(addr(uderr.addr), opt(uderr.opt), 0);
      }
      case T_INFO -> {
        made.value = new TInfo();
        yield 0;
      }
      default -> unknownType(dialect);
    };
  }

  /** Gives the buffers of {@code structure} up: 0, or the failure of t_free. */
  static int free(@Nullable Object structure, int structType, Dialect dialect) {
    if (structType < T_BIND || structType > T_INFO) {
      return unknownType(dialect);
    }
    switch (structure) {
      case TBind bind when structType == T_BIND -> drop(bind.addr);
      case TOptmgmt optmgmt when structType == T_OPTMGMT -> drop(optmgmt.opt);
      case TCall call when structType == T_CALL -> drop(call.addr, call.opt, call.udata);
      case TDiscon discon when structType == T_DIS -> drop(discon.udata);
      case TUnitdata unitdata when structType == T_UNITDATA ->
          drop(unitdata.addr, unitdata.opt, unitdata.udata);
      case TUderr uderr when structType == T_UDERROR -> drop(uderr.addr, uderr.opt);
      case TInfo _ when structType == T_INFO -> {}
      case null -> {}
      default -> {
        return unknownType(dialect);
      }
    }
    return 0;
  }

  private static void drop(Netbuf... buffers) {
    for (Netbuf buffer : buffers) {
      buffer.buf = null;
      buffer.maxlen = 0;
      buffer.len = 0;
    }
  }

  private static int unknownType(Dialect dialect) {
    return dialect.hasXtiErrors() ? Failure.of(TNOSTRUCTYPE) : Failure.system(EINVAL);
  }

  private static int first(int a, int b, int c) {
    return a < 0 ? a : b < 0 ? b : c;
  }

  private int addr(Netbuf buffer) {
    return room(buffer, T_ADDR, info.addr);
  }

  private int opt(Netbuf buffer) {
    return room(buffer, T_OPT, info.options);
  }

  private int udata(Netbuf buffer, int bytes) {
    return room(buffer, T_UDATA, bytes);
  }

  private int room(Netbuf buffer, int field, int bytes) {
    if ((fields & field) == 0) {
      return 0;
    }
    if (bytes == T_INFINITE && dialect == Dialect.TLI) {
      return give(buffer, TLI_UNLIMITED_BYTES);
    }
    if (bytes < 0) {
      boolean everything = fields == T_ALL || dialect == Dialect.TLI;
      return everything ? 0 : Failure.system(EINVAL);
    }
    return bytes == 0 ? 0 : give(buffer, bytes);
  }

  private static int give(Netbuf buffer, int bytes) {
    buffer.buf = C.malloc(bytes);
    buffer.maxlen = bytes;
    return 0;
  }
}
