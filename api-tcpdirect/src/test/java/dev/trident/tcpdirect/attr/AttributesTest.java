package dev.trident.tcpdirect.attr;

import static dev.trident.tcpdirect.Zf.zf_attr_alloc;
import static dev.trident.tcpdirect.Zf.zf_attr_doc;
import static dev.trident.tcpdirect.Zf.zf_attr_dup;
import static dev.trident.tcpdirect.Zf.zf_attr_free;
import static dev.trident.tcpdirect.Zf.zf_attr_get_int;
import static dev.trident.tcpdirect.Zf.zf_attr_get_str;
import static dev.trident.tcpdirect.Zf.zf_attr_reset;
import static dev.trident.tcpdirect.Zf.zf_attr_set_from_fmt;
import static dev.trident.tcpdirect.Zf.zf_attr_set_from_str;
import static dev.trident.tcpdirect.Zf.zf_attr_set_int;
import static dev.trident.tcpdirect.Zf.zf_attr_set_str;
import static dev.trident.tcpdirect.Zf.zf_deinit;
import static dev.trident.tcpdirect.Zf.zf_init;
import static dev.trident.tcpdirect.ZfErrno.EINVAL;
import static dev.trident.tcpdirect.ZfErrno.ENOENT;
import static dev.trident.tcpdirect.ZfErrno.ENOMSG;
import static dev.trident.tcpdirect.ZfErrno.EOVERFLOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trident.c.IntRef;
import dev.trident.c.LongRef;
import dev.trident.c.Ref;
import dev.trident.tcpdirect.ZfAttr;
import dev.trident.testkit.Requirement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Attribute objects (guide, attr.h and chapter 7). */
class AttributesTest {
  @TempDir Path folder;

  @BeforeEach
  void noSysctls() {
    System.setProperty("trident.sysctl", folder.toString());
  }

  @AfterEach
  void restore() {
    System.clearProperty("trident.sysctl");
    System.clearProperty("ZF_ATTR");
    LogSettings.reset();
  }

  private static ZfAttr attributes() {
    Ref<ZfAttr> out = new Ref<>();
    assertThat(zf_attr_alloc(out)).isZero();
    return out.get();
  }

  private static long number(ZfAttr attr, String name) {
    LongRef out = new LongRef();
    assertThat(zf_attr_get_int(attr, name, out)).isZero();
    return out.value;
  }

  private static @Nullable String text(ZfAttr attr, String name) {
    Ref<String> out = new Ref<>();
    assertThat(zf_attr_get_str(attr, name, out)).isZero();
    return out.value;
  }

  private static String[] documentation(String name) {
    Ref<String[]> docs = new Ref<>();
    IntRef length = new IntRef();
    assertThat(zf_attr_doc(name, docs, length)).isZero();
    assertThat(docs.get()).hasSize(length.value);
    return docs.get();
  }

  @ParameterizedTest
  @CsvSource({
    "alt_buf_size, 40960, zf_vi",
    "alt_count, 0, zf_vi",
    "arp_reply_timeout, 1000, zf_stack",
    "log_format, 5, zf_stack",
    "max_tcp_endpoints, 64, zf_stack",
    "max_tcp_listen_endpoints, 16, zf_stack",
    "max_tcp_syn_backlog, 32, zf_stack",
    "max_udp_rx_endpoints, 64, zf_stack",
    "max_udp_tx_endpoints, 64, zf_stack",
    "n_bufs, 0, zf_pool",
    "reactor_spin_count, 128, zf_stack",
    "rx_ring_max, -1, zf_vi",
    "rx_ring_refill_batch_size, 16, zf_stack",
    "rx_ring_refill_interval, 1, zf_stack",
    "tcp_alt_ack_rewind, 65536, zf_stack",
    "tcp_delayed_ack, 1, zf_stack",
    "tcp_finwait_ms, 120000, zf_stack",
    "tcp_initial_cwnd, 0, zf_stack",
    "tcp_retries, 14, zf_stack",
    "tcp_syn_retries, 5, zf_stack",
    "tcp_synack_retries, 4, zf_stack",
    "tcp_timewait_ms, 120000, zf_stack",
    "tcp_wait_for_time_wait, 0, zf_stack",
    "tx_ring_max, 512, zf_vi",
    "udp_ttl, 64, zf_socket",
    "tx_error_recovery, 1, zf_stack",
    "rx_timestamping, 0, zf_vi",
    "tx_timestamping, 0, zf_vi",
    "pio, 3, zf_vi",
    "ctpio, 1, zf_vi",
    "ctpio_max_frame_len, -1, zf_vi",
    "force_separate_tx_vi, 0, zf_vi",
    "phys_address_mode, 0, zf_vi",
    "shrub_controller, -1, zf_vi",
  })
  @Requirement({
    "ZF-attr.alt_buf_size-01",
    "ZF-attr.alt_buf_size-02",
    "ZF-attr.alt_count-01",
    "ZF-attr.alt_count-02",
    "ZF-attr.arp_reply_timeout-01",
    "ZF-attr.arp_reply_timeout-02",
    "ZF-attr.log_format-01",
    "ZF-attr.log_format-02",
    "ZF-attr.max_tcp_endpoints-01",
    "ZF-attr.max_tcp_endpoints-02",
    "ZF-attr.max_tcp_listen_endpoints-01",
    "ZF-attr.max_tcp_listen_endpoints-02",
    "ZF-attr.max_tcp_syn_backlog-01",
    "ZF-attr.max_udp_rx_endpoints-01",
    "ZF-attr.max_udp_rx_endpoints-02",
    "ZF-attr.max_udp_tx_endpoints-01",
    "ZF-attr.max_udp_tx_endpoints-02",
    "ZF-attr.n_bufs-01",
    "ZF-attr.n_bufs-02",
    "ZF-attr.reactor_spin_count-01",
    "ZF-attr.reactor_spin_count-02",
    "ZF-attr.rx_ring_max-01",
    "ZF-attr.rx_ring_max-02",
    "ZF-attr.rx_ring_refill_batch_size-01",
    "ZF-attr.rx_ring_refill_batch_size-02",
    "ZF-attr.rx_ring_refill_interval-01",
    "ZF-attr.rx_ring_refill_interval-02",
    "ZF-attr.tcp_alt_ack_rewind-01",
    "ZF-attr.tcp_alt_ack_rewind-02",
    "ZF-attr.tcp_delayed_ack-01",
    "ZF-attr.tcp_delayed_ack-02",
    "ZF-attr.tcp_finwait_ms-01",
    "ZF-attr.tcp_initial_cwnd-01",
    "ZF-attr.tcp_initial_cwnd-02",
    "ZF-attr.tcp_retries-01",
    "ZF-attr.tcp_syn_retries-01",
    "ZF-attr.tcp_synack_retries-01",
    "ZF-attr.tcp_timewait_ms-01",
    "ZF-attr.tcp_wait_for_time_wait-01",
    "ZF-attr.tcp_wait_for_time_wait-02",
    "ZF-attr.tx_ring_max-01",
    "ZF-attr.tx_ring_max-02",
    "ZF-attr.udp_ttl-01",
    "ZF-attr.tx_error_recovery-01",
    "ZF-attr.rx_timestamping-01",
    "ZF-attr.tx_timestamping-01",
    "ZF-attr.pio-01",
    "ZF-attr.ctpio-01",
    "ZF-attr.ctpio_max_frame_len-01",
    "ZF-attr.force_separate_tx_vi-01",
    "ZF-zf_attr-01",
  })
  void shouldHaveIntegerAttributeWithDefault(String name, long standard, String component) {
    assertThat(number(attributes(), name)).isEqualTo(standard);
    String[] docs = documentation(name);
    assertThat(docs[1]).isEqualTo("int");
    assertThat(docs[3]).isEqualTo(Long.toString(standard));
    assertThat(docs[4]).isEqualTo(component);
  }

  @ParameterizedTest
  @CsvSource({
    "interface, , zf_stack",
    "name, , 'zf_stack,zf_pool,zf_vi'",
    "log_file, , zf_stack",
    "ctpio_mode, sf-np, zf_vi",
    "rx_datapath, express, zf_vi",
    "tph_mode, off, zf_vi",
  })
  @Requirement({
    "ZF-attr.interface-01",
    "ZF-attr.interface-02",
    "ZF-attr.name-01",
    "ZF-attr.log_file-01",
    "ZF-zf_attr_get_str-06",
  })
  void shouldHaveTextAttributeWithDefault(
      String name, @Nullable String standard, String component) {
    assertThat(text(attributes(), name)).isEqualTo(standard);
    assertThat(documentation(name)[1]).isEqualTo("str");
    assertThat(documentation(name)[4]).isEqualTo(component);
  }

  @Test
  @Requirement({"ZF-attr.log_level-01", "ZF-attr.log_level-02"})
  void shouldHaveLogLevelAsBitmaskOfErrors() {
    assertThat(number(attributes(), "log_level")).isEqualTo(0x1111_1111_1111_1111L);
    assertThat(documentation("log_level")[1]).isEqualTo("bitmask");
  }

  @ParameterizedTest
  @CsvSource({
    "max_tcp_syn_backlog, tcp_max_syn_backlog, 77, 77",
    "tcp_timewait_ms, tcp_fin_timeout, 60, 60000",
    "tcp_finwait_ms, tcp_fin_timeout, 60, 60000",
    "tcp_syn_retries, tcp_syn_retries, 6, 6",
    "tcp_synack_retries, tcp_synack_retries, 3, 3",
    "tcp_retries, tcp_retries2, 15, 15",
  })
  @Requirement({
    "ZF-attr.max_tcp_syn_backlog-02",
    "ZF-attr.tcp_timewait_ms-02",
    "ZF-attr.tcp_finwait_ms-02",
    "ZF-attr.tcp_syn_retries-02",
    "ZF-attr.tcp_synack_retries-02",
    "ZF-attr.tcp_retries-02",
    "ZF-zf_attr_reset-02",
    "ZF-zf_attr-08",
  })
  void shouldTakeDefaultFromSysctlButNotOnReset(
      String name, String sysctl, String value, long expected) throws IOException {
    Files.writeString(folder.resolve(sysctl), value + "\n");
    ZfAttr attr = attributes();
    assertThat(number(attr, name)).isEqualTo(expected);
    zf_attr_reset(attr);
    assertThat(number(attr, name)).isNotEqualTo(expected);
    System.setProperty("ZF_ATTR", name + "=9");
    assertThat(number(attributes(), name)).isEqualTo(9);
  }

  @Test
  @Requirement({
    "ZF-zf_attr_set_int-02",
    "ZF-zf_attr_set_int-03",
    "ZF-zf_attr_set_int-04",
    "ZF-zf_attr_set_int-05",
    "ZF-zf_attr_set_int-06",
    "ZF-zf_attr_get_int-02",
    "ZF-zf_attr_get_int-03",
    "ZF-zf_attr_get_int-04",
    "ZF-zf_attr-04",
    "ZF-zf_attr-05",
  })
  void shouldSetAndGetNumbers() {
    ZfAttr attr = attributes();
    assertThat(zf_attr_set_int(attr, "N_Bufs", 4_711)).isZero();
    assertThat(number(attr, "n_bufs")).isEqualTo(4_711);
    assertThat(zf_attr_set_int(attr, "no_such", 1)).isEqualTo(-ENOENT);
    assertThat(zf_attr_set_int(attr, "n_bufs", 1L << 31)).isEqualTo(-EOVERFLOW);
    assertThat(number(attr, "n_bufs")).isEqualTo(4_711);
    assertThat(zf_attr_set_int(attr, "name", 42)).isZero();
    assertThat(text(attr, "name")).isEqualTo("42");
    assertThat(zf_attr_set_int(attr, "log_level", -1L)).isZero();
    assertThat(number(attr, "log_level")).isEqualTo(-1L);
    LongRef out = new LongRef(5);
    assertThat(zf_attr_get_int(attr, "no_such", out)).isEqualTo(-ENOENT);
    assertThat(zf_attr_get_int(attr, "name", out)).isEqualTo(-EINVAL);
    assertThat(out.value).isEqualTo(5);
  }

  @Test
  @Requirement("ZF-attr.log_format-07")
  void shouldAdmitOnlyKnownLogFormats() {
    ZfAttr attr = attributes();
    assertThat(zf_attr_set_int(attr, "log_format", 15)).isZero();
    assertThat(zf_attr_set_int(attr, "log_format", 16)).isEqualTo(-EOVERFLOW);
    assertThat(zf_attr_set_int(attr, "log_format", -1)).isEqualTo(-EOVERFLOW);
  }

  @Test
  @Requirement({
    "ZF-zf_attr_set_str-02",
    "ZF-zf_attr_set_str-03",
    "ZF-zf_attr_set_str-04",
    "ZF-zf_attr_set_str-05",
    "ZF-zf_attr_get_str-02",
    "ZF-zf_attr_get_str-04",
    "ZF-zf_attr_get_str-05",
  })
  void shouldSetAndGetTexts() {
    ZfAttr attr = attributes();
    assertThat(zf_attr_set_str(attr, "interface", "eth0")).isZero();
    assertThat(text(attr, "INTERFACE")).isEqualTo("eth0");
    assertThat(zf_attr_set_str(attr, "interface", null)).isZero();
    assertThat(text(attr, "interface")).isNull();
    assertThat(zf_attr_set_str(attr, "no_such", "x")).isEqualTo(-ENOENT);
    assertThat(zf_attr_set_str(attr, "n_bufs", "1")).isEqualTo(-ENOMSG);
    Ref<String> out = new Ref<>("before");
    assertThat(zf_attr_get_str(attr, "no_such", out)).isEqualTo(-ENOENT);
    assertThat(zf_attr_get_str(attr, "n_bufs", out)).isEqualTo(-EINVAL);
    assertThat(out.get()).isEqualTo("before");
  }

  @ParameterizedTest
  @CsvSource({
    "n_bufs, 123, 0, 123",
    "n_bufs, 0x7f, 0, 127",
    "n_bufs, 0X7F, 0, 127",
    "n_bufs, 017, 0, 15",
    "n_bufs, 0, 0, 0",
    "shrub_controller, -1, 0, -1",
    "n_bufs, 12x, -22, ",
    "n_bufs, 09, -22, ",
    "n_bufs, 0x, -22, ",
    "n_bufs, '', -22, ",
    "n_bufs, '1 ', -22, ",
    "n_bufs, 2147483648, -75, ",
    "n_bufs, 99999999999999999999, -75, ",
    "log_level, 0xffffffffffffffff, 0, -1",
    "log_level, 18446744073709551616, -75, ",
    "log_level, -1, -75, ",
    "no_such, 1, -2, ",
  })
  @Requirement({
    "ZF-zf_attr_set_from_str-02",
    "ZF-zf_attr_set_from_str-03",
    "ZF-zf_attr_set_from_str-04",
    "ZF-zf_attr_set_from_str-05",
    "ZF-zf_attr_set_from_str-06",
    "ZF-zf_attr_set_from_str-07",
    "ZF-zf_attr_set_from_fmt-02",
    "ZF-zf_attr_set_from_fmt-03",
    "ZF-zf_attr_set_from_fmt-04",
    "ZF-zf_attr_set_from_fmt-05",
    "ZF-zf_attr_set_from_fmt-06",
  })
  void shouldConvertTextsAsStrtolDoes(
      String name, String value, int result, @Nullable Long expected) {
    ZfAttr attr = attributes();
    assertThat(zf_attr_set_from_str(attr, name, value)).isEqualTo(result);
    assertThat(zf_attr_set_from_fmt(attr, name, "%s", value)).isEqualTo(result);
    if (expected != null) {
      assertThat(number(attr, name)).isEqualTo(expected);
    }
  }

  @Test
  @Requirement({"ZF-zf_attr_set_from_str-08"})
  void shouldUnsetTextByEmptyText() {
    ZfAttr attr = attributes();
    zf_attr_set_from_str(attr, "interface", "eth1");
    assertThat(text(attr, "interface")).isEqualTo("eth1");
    zf_attr_set_from_str(attr, "interface", "");
    assertThat(text(attr, "interface")).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "'interface=enp4s0f0;log_level=3', 0",
    "';;n_bufs=5;;', 0",
    "'', 0",
    "'interface=', 0",
    "'n_bufs', -22",
    "'no_such=1', -22",
    "'n_bufs=x', -22",
    "'n_bufs=99999999999', -22",
  })
  @Requirement({
    "ZF-zf_attr-02",
    "ZF-zf_attr-06",
    "ZF-zf_attr-07",
    "ZF-zf_attr_alloc-02",
    "ZF-zf_attr_alloc-04",
    "ZF-zf_init-02",
    "ZF-zf_init-03",
  })
  void shouldReadTheVariable(String variable, int result) {
    System.setProperty("ZF_ATTR", variable);
    Ref<ZfAttr> out = new Ref<>();
    assertThat(zf_attr_alloc(out)).isEqualTo(result);
    assertThat(out.value == null).isEqualTo(result != 0);
    assertThat(zf_init()).isEqualTo(result);
  }

  @Test
  @Requirement({"ZF-zf_attr-02", "ZF-zf_attr-06"})
  void shouldLetTheLastDuplicateWin() {
    System.setProperty("ZF_ATTR", "n_bufs=5;interface=eth7;N_BUFS=6");
    ZfAttr attr = attributes();
    assertThat(number(attr, "n_bufs")).isEqualTo(6);
    assertThat(text(attr, "interface")).isEqualTo("eth7");
  }

  @Test
  @Requirement({"ZF-zf_init-05", "ZF-zf_attr-09", "ZF-zf_attr-10", "ZF-zf_deinit-02"})
  void shouldShareTheLogsAttributesInTheProcess() {
    ZfAttr one = attributes();
    ZfAttr other = attributes();
    zf_attr_set_int(one, "log_level", 0xfff0);
    assertThat(number(other, "log_level")).isEqualTo(0xfff0);
    System.setProperty("ZF_ATTR", "log_level=7");
    assertThat(zf_init()).isZero();
    assertThat(number(one, "log_level")).isEqualTo(7);
    assertThat(zf_deinit()).isZero();
  }

  @Test
  @Requirement({"ZF-attr.log_file-02", "ZF-attr.log_file-03", "ZF-attr.log_level-09"})
  void shouldAppendToTheLogFile() throws IOException {
    Path file = folder.resolve("zf.log");
    Files.writeString(file, "before\n");
    ZfAttr attr = attributes();
    assertThat(zf_attr_set_str(attr, "log_file", file.toString())).isZero();
    LogSettings.error("first");
    LogSettings.warning("not wanted");
    zf_attr_set_int(attr, "log_level", 3);
    LogSettings.warning("second");
    zf_attr_set_int(attr, "log_level", 0);
    LogSettings.error("silent");
    String missing = folder.resolve("no/such/folder").toString();
    assertThat(zf_attr_set_str(attr, "log_file", missing)).isEqualTo(-ENOENT);
    assertThat(text(attr, "log_file")).isEqualTo(file.toString());
    assertThat(zf_attr_set_str(attr, "log_file", "x".repeat(256))).isEqualTo(-ENOENT);
    assertThat(Files.readAllLines(file)).containsExactly("before", "| first", "| second");
  }

  @Test
  @Requirement({"ZF-zf_attr_dup-02", "ZF-zf_attr_dup-01"})
  void shouldDuplicateDeeply() {
    ZfAttr attr = attributes();
    zf_attr_set_int(attr, "n_bufs", 1);
    ZfAttr copy = zf_attr_dup(attr);
    zf_attr_set_int(copy, "n_bufs", 2);
    zf_attr_set_str(attr, "name", "original");
    assertThat(number(attr, "n_bufs")).isEqualTo(1);
    assertThat(number(copy, "n_bufs")).isEqualTo(2);
    assertThat(text(copy, "name")).isNull();
  }

  @Test
  @Requirement({
    "ZF-zf_attr_doc-02",
    "ZF-zf_attr_doc-03",
    "ZF-zf_attr_doc-04",
    "ZF-zf_attr_doc-05",
    "ZF-zf_attr_doc-06",
  })
  void shouldDocumentEveryAttribute() {
    Ref<String[]> docs = new Ref<>();
    IntRef length = new IntRef();
    assertThat(zf_attr_doc(null, docs, length)).isZero();
    assertThat(docs.get()).hasSize(length.value).contains("interface", "udp_ttl", "log_level");
    for (String name : docs.get()) {
      assertThat(documentation(name)).hasSize(6).doesNotContainNull();
      assertThat(documentation(name)[0]).isEqualTo(name);
      assertThat(documentation(name)[1]).isIn("int", "str", "bitmask");
      assertThat(documentation(name)[2]).isIn("stable", "beta", "hidden", "unstable");
    }
    assertThat(zf_attr_doc("no_such", docs, length)).isEqualTo(-ENOENT);
  }

  @Test
  @Requirement("ZF-zf_attr_free-01")
  void shouldThrowWhenUsedAfterFree() {
    ZfAttr attr = attributes();
    zf_attr_free(attr);
    assertThatThrownBy(() -> zf_attr_set_int(attr, "n_bufs", 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("zf_attr_free");
    assertThatThrownBy(() -> zf_attr_free(attr)).isInstanceOf(IllegalStateException.class);
  }
}
