package dev.lathe.app.gui.part;

import atlantafx.base.theme.PrimerDark;
import atlantafx.base.theme.PrimerLight;
import dev.lathe.app.chart.ChartTheme;
import javafx.application.Application;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.SimpleBooleanProperty;

/// Light or dark, for controls and charts alike, and the thread that draws the charts.
public final class Look {
    private final BooleanProperty dark = new SimpleBooleanProperty();
    private final Drawing drawing;

    /// A look that follows its property from now on.
    public Look(boolean startsDark) {
        this(startsDark, 1);
    }

    /// A look whose charts have at least so many pixels for each of the window's: for pictures larger than the screen.
    public Look(boolean startsDark, double leastScale) {
        drawing = new Drawing(leastScale);
        dark.set(startsDark);
        dark.subscribe(isDark -> Application.setUserAgentStylesheet(
                isDark ? new PrimerDark().getUserAgentStylesheet() : new PrimerLight().getUserAgentStylesheet()));
    }

    /// Whether it is dark.
    public BooleanProperty dark() {
        return dark;
    }

    /// The thread that draws the charts.
    public Drawing drawing() {
        return drawing;
    }

    /// How charts look now.
    public ChartTheme charts() {
        return dark.get() ? ChartTheme.DARK : ChartTheme.LIGHT;
    }
}
