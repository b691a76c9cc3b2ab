package dev.lathe.app.gui.part;

import atlantafx.base.theme.PrimerDark;
import atlantafx.base.theme.PrimerLight;
import dev.lathe.app.chart.ChartTheme;
import javafx.application.Application;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.SimpleBooleanProperty;

/// Light or dark, for controls and charts alike.
public final class Look {
    private final BooleanProperty dark = new SimpleBooleanProperty();

    /// A look that follows its property from now on.
    public Look(boolean startsDark) {
        dark.set(startsDark);
        dark.subscribe(isDark -> Application.setUserAgentStylesheet(
                isDark ? new PrimerDark().getUserAgentStylesheet() : new PrimerLight().getUserAgentStylesheet()));
    }

    /// Whether it is dark.
    public BooleanProperty dark() {
        return dark;
    }

    /// How charts look now.
    public ChartTheme charts() {
        return dark.get() ? ChartTheme.DARK : ChartTheme.LIGHT;
    }
}
