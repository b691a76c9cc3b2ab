package dev.lathe.app.cli;

import dev.lathe.app.engine.store.Workspace;
import dev.lathe.app.gui.LatheWindow;
import dev.lathe.base.Cancellation;
import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;

/// `lathe gui`: the one place where the command line meets the window.
@Command(name = "gui", description = "Show the window; without a verb too, where there is a display.")
final class GuiCommand extends Common {
    GuiCommand(Terminal terminal, Cancellation cancellation) {
        super(terminal, cancellation);
    }

    @Override
    public Integer call() {
        if (!hasDisplay(System.getProperty("os.name", ""), System.getenv())
                && !System.getProperty("glass.platform", "").equals("Headless")) {
            throw Problem.error("not-available", "gui", "there is no display (DISPLAY and WAYLAND_DISPLAY are not set)",
                    "Start it in a graphical session, or use `lathe auto`.").toException();
        }
        Workspace place = given(workspace).map(Workspace::new).orElseGet(Workspace::standard);
        try {
            LatheWindow.show(workbench(), place.root(), cancellation, Home.sample("digits.onnx"),
                    Home.sample("digits.dataset.json"));
        } catch (UnsupportedOperationException e) {
            throw new ProblemException(Problem.error("not-available", "gui",
                    "no window can be shown on this display (" + e.getMessage() + ")",
                    "Start it in a graphical session, or use `lathe auto`."), e);
        }
        return 0;
    }

    /// Whether a window can be shown.
    static boolean hasDisplay(String osName, Map<String, String> environment) {
        String os = osName.toLowerCase(Locale.ROOT);
        return os.startsWith("mac") || os.startsWith("windows")
                || !environment.getOrDefault("DISPLAY", "").isEmpty()
                || !environment.getOrDefault("WAYLAND_DISPLAY", "").isEmpty();
    }
}
