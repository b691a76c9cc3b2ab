package dev.lathe.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class GuiCommandTest {
    @Test
    void hasADisplayWhereTheSystemSaysSo() {
        assertThat(GuiCommand.hasDisplay("Linux", Map.of())).isFalse();
        assertThat(GuiCommand.hasDisplay("Linux", Map.of("DISPLAY", ""))).isFalse();
        assertThat(GuiCommand.hasDisplay("Linux", Map.of("DISPLAY", ":0"))).isTrue();
        assertThat(GuiCommand.hasDisplay("Linux", Map.of("WAYLAND_DISPLAY", "wayland-0"))).isTrue();
        assertThat(GuiCommand.hasDisplay("Mac OS X", Map.of())).isTrue();
        assertThat(GuiCommand.hasDisplay("Windows 11", Map.of())).isTrue();
    }
}
