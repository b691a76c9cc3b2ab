package dev.lathe.app.chart;

import java.awt.Color;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The hue of a variant, or of what holds an operator back, the same on every screen and in every chart; the original,
/// ceilings and what is not known are grey.
///
/// *Source:* Okabe and Ito, Color Universal Design: eight hues that stay apart for the colour blind.
public final class Palette {
    private static final String ORIGINAL = "original";
    private static final Color SKY_BLUE = new Color(0x56B4E9);
    private static final Color ORANGE = new Color(0xE69F00);
    private static final Color BLUISH_GREEN = new Color(0x009E73);
    private static final Map<String, Color> PRESETS = Map.of("clean", SKY_BLUE, "dynamic-int8", ORANGE, "static-int8",
            BLUISH_GREEN, LoadOverTime.CPU, SKY_BLUE, LoadOverTime.MEMORY, SKY_BLUE);
    private static final List<Color> OTHERS = List.of(new Color(0x0072B2), new Color(0xD55E00), new Color(0xCC79A7),
            new Color(0xB8A800));

    private static final List<Color> HUES = Stream.concat(Stream.of(BLUISH_GREEN, ORANGE, SKY_BLUE), OTHERS.stream())
            .toList();

    /// What holds operators back, see `dev.lathe.profile.operators.Judgement`.
    private static final Map<String, Color> BOUNDS = Map.of("compute-bound", new Color(0x0072B2), "memory-bound",
            new Color(0xD55E00), "overhead-bound", new Color(0xB8A800));
    private static final List<String> WITHOUT_HUE = List.of(ORIGINAL, "unknown", Roof.NAME);

    private Palette() {}

    /// The hue of a variant by its name.
    public static Color of(String variant, ChartTheme theme) {
        if (WITHOUT_HUE.stream().anyMatch(variant::startsWith)) {
            return theme.neutral();
        }
        Color preset = BOUNDS.getOrDefault(variant, PRESETS.get(variant));
        return preset != null ? preset : OTHERS.get(Math.floorMod(variant.hashCode(), OTHERS.size()));
    }

    /// The hue of one of several that are shown together, told apart from the others as long as hues last; the first, which
    /// all are held against, is grey.
    ///
    /// @param all in their order, the same on all charts and badges that are seen at once
    public static Color of(String variant, List<String> all, ChartTheme theme) {
        if (!all.contains(variant)) {
            return of(variant, theme);
        }
        List<Color> free = new ArrayList<>(HUES);
        Color hue = theme.neutral();
        for (String name : all.subList(1, Math.max(1, all.indexOf(variant) + 1))) {
            if (free.isEmpty()) {
                free.addAll(HUES);
            }
            Color own = of(name, theme);
            hue = free.contains(own) ? own : free.getFirst();
            free.remove(hue);
        }
        return hue;
    }

    /// The hue as `#rrggbb`, as style sheets write it.
    public static String web(String variant, ChartTheme theme) {
        return web(of(variant, theme));
    }

    /// A hue as `#rrggbb`.
    public static String web(Color hue) {
        return String.format("#%06x", hue.getRGB() & 0xFFFFFF);
    }
}
