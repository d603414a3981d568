package dev.trident.tcpdirect;

import static dev.trident.tcpdirect.TwoStacks.ADDRESS_A;
import static dev.trident.tcpdirect.TwoStacks.ADDRESS_B;
import static dev.trident.tcpdirect.TwoStacks.SIZEOF;
import static dev.trident.tcpdirect.TwoStacks.address;
import static dev.trident.tcpdirect.Zf.ZF_STACK_FEATURE_CTPIO;
import static dev.trident.tcpdirect.Zf.ZF_STACK_FEATURE_PIO;
import static dev.trident.tcpdirect.Zf.zf_attr_set_from_str;
import static dev.trident.tcpdirect.Zf.zf_attr_set_str;
import static dev.trident.tcpdirect.Zf.zf_stack_alloc;
import static dev.trident.tcpdirect.Zf.zf_stack_free;
import static dev.trident.tcpdirect.Zf.zf_stack_query_feature;
import static dev.trident.tcpdirect.Zf.zfur_addr_bind;
import static dev.trident.tcpdirect.Zf.zfur_addr_unbind;
import static dev.trident.tcpdirect.Zf.zfur_alloc;
import static dev.trident.tcpdirect.Zf.zfut_alloc;
import static dev.trident.tcpdirect.Zf.zfut_get_mss;
import static dev.trident.tcpdirect.Zf.zfut_send_single;
import static dev.trident.tcpdirect.ZfErrno.EBUSY;
import static dev.trident.tcpdirect.ZfErrno.EIO;
import static dev.trident.tcpdirect.ZfErrno.ENOENT;
import static dev.trident.tcpdirect.ZfErrno.ENOKEY;
import static dev.trident.tcpdirect.ZfErrno.ENOSPC;
import static dev.trident.tcpdirect.ZfErrno.EOPNOTSUPP;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import dev.trident.c.C;
import dev.trident.c.Ref;
import dev.trident.endpoint.StackConfig;
import dev.trident.hw.host.Fabric;
import dev.trident.hw.host.Host;
import dev.trident.hw.host.NicOptions;
import dev.trident.hw.nic.Firmware;
import dev.trident.hw.nic.Firmware.Variant;
import dev.trident.hw.nic.NicFeatures;
import dev.trident.hw.nic.NicFeatures.Licence;
import dev.trident.hw.nic.SendCounters;
import dev.trident.hw.time.VirtualClock;
import dev.trident.testkit.Requirement;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What stacks get of their adapter, and what they are told when it has no more. */
class AdapterTest {
  private static final String EVERYTHING = "";

  private final Fabric fabric = Fabric.polled(new VirtualClock());
  private final Host host = fabric.host(StackConfig.standard("adapters", 1).withCells(4_096, 64));

  @AfterEach
  void close() {
    fabric.close();
  }

  private void adapter(NicFeatures features) {
    host.nic("ad0", "10.0.0.1/24", NicOptions.STANDARD.withFeatures(features))
        .neighbor(ADDRESS_B, 0x0200_0000_0002L, "ad0");
  }

  private static int alloc(String parts, Ref<ZfStack> out) {
    ZfAttr attr = TwoStacks.attributes();
    zf_attr_set_str(attr, "interface", "ad0");
    for (String part : Splitter.on(';').omitEmptyStrings().split(parts)) {
      int equals = part.indexOf('=');
      String value = part.substring(equals + 1);
      assertThat(zf_attr_set_from_str(attr, part.substring(0, equals), value)).as(part).isZero();
    }
    return zf_stack_alloc(attr, out);
  }

  /** The result alone: what was made is freed. */
  private static int alloc(String parts) {
    Ref<ZfStack> out = new Ref<>();
    int result = alloc(parts, out);
    if (result == 0) {
      zf_stack_free(out.get());
    } else {
      assertThat(out.value).isNull();
    }
    return result;
  }

  private static ZfStack stack(String parts) {
    Ref<ZfStack> out = new Ref<>();
    assertThat(alloc(parts, out)).isZero();
    return out.get();
  }

  // ---- what the adapter must be -----------------------------------------------------------------

  @Test
  @Requirement({"ZF-cap-19", "ZF-zf_stack_alloc-15"})
  void shouldRefuseAnInterfaceThatIsNoneOfASupportedAdapter() {
    adapter(NicFeatures.OTHER);
    assertThat(alloc(EVERYTHING)).isEqualTo(-EIO);
  }

  @ParameterizedTest
  @CsvSource({
    "ULTRA_LOW_LATENCY, 6.2.3.1000, 0",
    "ULTRA_LOW_LATENCY, 6.2.10.1, 0",
    "ULTRA_LOW_LATENCY, 7.0, 0",
    "ULTRA_LOW_LATENCY, 6.2.3.999, -95",
    "ULTRA_LOW_LATENCY, 6.2.3, -95",
    "FULL_FEATURE, 6.2.3.1000, -95",
  })
  @Requirement({"ZF-hw-02", "ZF-hw-03", "ZF-zf_stack_alloc-14"})
  void shouldDemandTheFirmware(Variant variant, String version, int result) {
    adapter(NicFeatures.SERIES_8000.withFirmware(new Firmware(variant, version)));
    assertThat(alloc(EVERYTHING)).isEqualTo(result);
  }

  @ParameterizedTest
  @CsvSource({
    "SERIES_8000, PLUS, 0",
    "SERIES_8000, ONLOAD TCPDIRECT, 0",
    "SERIES_8000, ONLOAD, -126",
    "SERIES_8000, TCPDIRECT, -126",
    "SERIES_8000, '', -126",
    "SERIES_7000, ONLOAD TCPDIRECT, 0",
    "SERIES_7000, PLUS, -126",
    "SERIES_7000, TCPDIRECT, -126",
    "SERIES_7000, ONLOAD, -126",
  })
  @Requirement({"ZF-platform-01", "ZF-platform-02", "ZF-hw-04", "ZF-hw-05", "ZF-zf_stack_alloc-10"})
  void shouldDemandTheLicences(String series, String keys, int result) {
    NicFeatures features =
        series.equals("SERIES_8000") ? NicFeatures.SERIES_8000 : NicFeatures.SERIES_7000;
    Set<Licence> licences =
        Set.copyOf(
            Splitter.on(' ').omitEmptyStrings().splitToStream(keys).map(Licence::valueOf).toList());
    adapter(features.withLicences(licences));
    assertThat(result).isIn(0, -ENOKEY);
    assertThat(alloc(EVERYTHING)).isEqualTo(result);
  }

  @ParameterizedTest
  @CsvSource({"0, 0, 0", "1, 0, 0", "2, 0, 0", "3, -95, 0"})
  @Requirement({"ZF-attr.pio-01", "ZF-attr.pio-02"})
  void shouldDoWithoutPioUnlessItIsRequired(int pio, int without, int with) {
    adapter(NicFeatures.SERIES_7000.withPioBuffers(0));
    assertThat(alloc("pio=" + pio)).isEqualTo(without);
    assertThat(alloc("tx_ring_max=0;pio=" + pio)).as("nothing is sent").isEqualTo(with);
  }

  @Test
  @Requirement({"ZF-zf_stack_alloc-22", "ZF-attr.ctpio-01"})
  void shouldDoWithoutCutThroughUnlessItIsRequired() {
    adapter(NicFeatures.SERIES_7000);
    assertThat(alloc("ctpio=0")).isZero();
    assertThat(alloc("ctpio=1")).isZero();
    assertThat(alloc("ctpio=2")).isZero();
    assertThat(alloc("ctpio=3")).isEqualTo(-EOPNOTSUPP);
  }

  @Test
  @Requirement({"ZF-hw-12", "ZF-zf_stack_alloc-06"})
  void shouldHaveNoAlternativesOnTheOlderSeries() {
    adapter(NicFeatures.SERIES_7000);
    assertThat(alloc("alt_count=1")).isEqualTo(-EBUSY);
    assertThat(alloc("alt_count=0")).isZero();
  }

  // ---- what it may run out of -------------------------------------------------------------------

  @Test
  @Requirement({"ZF-zf_stack_alloc-06", "ZF-attr.alt_count-03", "ZF-attr.alt_buf_size-03"})
  void shouldShareAlternativesAndTheirMemoryAmongStacks() {
    adapter(NicFeatures.SERIES_8000.withAlternatives(4, 31));
    ZfStack first = stack("alt_count=2;alt_buf_size=4096");
    assertThat(alloc("alt_count=3;alt_buf_size=512")).as("too many").isEqualTo(-EBUSY);
    assertThat(alloc("alt_count=2;alt_buf_size=8192")).as("no memory").isEqualTo(-EBUSY);
    assertThat(alloc("alt_count=2;alt_buf_size=8191")).isZero();
    assertThat(first.stack.device().alternativeFreeBytes(2)).isEqualTo(32 * (11 * 16 - 1));
    zf_stack_free(first);
    assertThat(alloc("alt_count=4;alt_buf_size=8192")).isZero();
  }

  @Test
  @Requirement({"ZF-zf_stack_alloc-12", "ZF-hw-09", "ZF-hw-10"})
  void shouldRunOutOfPioBuffers() {
    adapter(NicFeatures.SERIES_8000.withPioBuffers(2));
    ZfStack first = stack("pio=3");
    assertThat(alloc("pio=3"))
        .as("one is the default stack's, one the first stack's")
        .isEqualTo(-ENOSPC);
    ZfStack second = stack("pio=2");
    assertThat(zf_stack_query_feature(first, ZF_STACK_FEATURE_PIO)).isEqualTo(1);
    assertThat(zf_stack_query_feature(second, ZF_STACK_FEATURE_PIO)).isZero();
    assertThat(alloc("pio=0")).isZero();
    zf_stack_free(first);
    assertThat(alloc("pio=3")).isZero();
  }

  @Test
  @Requirement({"ZF-zfur_addr_bind-12"})
  void shouldRunOutOfFilters() {
    adapter(NicFeatures.SERIES_8000.withInterfaces(16, 2));
    ZfStack stack = stack(EVERYTHING);
    ZfAttr attr = TwoStacks.attributes();
    Ref<Zfur> zocket = new Ref<>();
    assertThat(zfur_alloc(zocket, stack, attr)).isZero();
    assertThat(bind(zocket.get(), 1)).isZero();
    assertThat(bind(zocket.get(), 2)).isZero();
    assertThat(bind(zocket.get(), 3)).isEqualTo(-EBUSY);
    assertThat(zfur_addr_unbind(zocket.get(), address(ADDRESS_A, 1), SIZEOF, null, 0, 0)).isZero();
    assertThat(bind(zocket.get(), 3)).isZero();
  }

  private static int bind(Zfur zocket, int port) {
    return zfur_addr_bind(zocket, address(ADDRESS_A, port), SIZEOF, null, 0, 0);
  }

  // ---- how frames go out ------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource({
    "'', 1, 1",
    "pio=0;ctpio=0, 0, 0",
    "pio=1;ctpio=0, 0, 1",
    "pio=0;ctpio=3, 1, 0",
  })
  @Requirement({"ZF-zf_stack_query_feature-01"})
  void shouldSayWhatAStackHas(String parts, int ctpio, int pio) {
    adapter(NicFeatures.SERIES_8000);
    ZfStack stack = stack(parts);
    assertThat(zf_stack_query_feature(stack, ZF_STACK_FEATURE_CTPIO)).isEqualTo(ctpio);
    assertThat(zf_stack_query_feature(stack, ZF_STACK_FEATURE_PIO)).isEqualTo(pio);
    assertThat(zf_stack_query_feature(stack, 2)).isEqualTo(-ENOENT);
    assertThat(zf_stack_query_feature(stack, -1)).isEqualTo(-ENOENT);
  }

  @ParameterizedTest
  @CsvSource({
    "ctpio=0, 12, 0 1 0",
    "ctpio=0, 1472, 0 1 0",
    "ctpio=0;pio=0, 12, 0 0 1",
    "pio=0, 12, 1 0 0",
    "ctpio_mode=sf, 458, 1 0 0",
    "ctpio_mode=sf-np, 459, 0 1 0",
    "ctpio_mode=ct, 1472, 1 0 0",
    "ctpio_mode=ct128;ctpio_max_frame_len=100, 58, 1 0 0",
    "ctpio_mode=ct128;ctpio_max_frame_len=100, 59, 0 1 0",
  })
  @Requirement({
    "ZF-zfut_send_single-07",
    "ZF-attr.pio-01",
    "ZF-attr.ctpio-01",
    "ZF-attr.ctpio_mode-01",
    "ZF-attr.ctpio_max_frame_len-01"
  })
  void shouldSendByTheWayThatAttributesSay(String parts, int bytes, String sends) {
    adapter(NicFeatures.SERIES_8000);
    ZfStack stack = stack(parts);
    Zfut zocket = sender(stack);
    assertThat(zfut_get_mss(zocket)).isEqualTo(1_472);
    assertThat(zfut_send_single(zocket, C.malloc(bytes), bytes)).isEqualTo(bytes);
    SendCounters counters = stack.stack.device().counters().sends();
    assertThat(counters.cutThrough() + " " + counters.pio() + " " + counters.dma())
        .isEqualTo(sends);
  }

  private static Zfut sender(ZfStack stack) {
    Ref<Zfut> out = new Ref<>();
    assertThat(
            zfut_alloc(
                out,
                stack,
                address(ADDRESS_A, 5_000),
                SIZEOF,
                address(ADDRESS_B, 6_000),
                SIZEOF,
                0,
                TwoStacks.attributes()))
        .isZero();
    return out.get();
  }
}
