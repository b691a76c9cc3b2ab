package dev.lathe.evaluate.description;

import dev.lathe.evaluate.image.ImageSteps;
import dev.lathe.evaluate.image.ImageSteps.Anchor;
import dev.lathe.evaluate.image.ImageSteps.Colour;
import dev.lathe.evaluate.image.ImageSteps.Crop;
import dev.lathe.evaluate.image.ImageSteps.Geometry;
import dev.lathe.evaluate.image.ImageSteps.Layout;
import dev.lathe.evaluate.image.ImageSteps.Resize;
import dev.lathe.evaluate.image.ImageSteps.Values;
import dev.lathe.graph.DataType;
import java.util.List;
import java.util.Optional;

/// Reads what one input is made from.
final class InputRuleReader {
    private static final List<String> FROM = List.of("image", "ids", "mask", "typeIds", "features", "array",
            "samples", "previous", "constant");
    private static final int WIDEST = 1 << 15;
    /// Samples of a window; a minute at 1 MHz.
    private static final int LONGEST = 60_000_000;

    private final Fields fields;

    InputRuleReader(Fields fields) {
        this.fields = fields;
    }

    /// The rule; empty where `from` names none, which is then told.
    Optional<InputRule> rule(String from) {
        Optional<DataType> type = DescriptionReader.type(fields);
        return switch (from) {
            case "image" -> Optional.of(new InputRule.Image(new ImageSteps(geometry(), values()), type));
            case "ids" -> Optional.of(new InputRule.Tokens(InputRule.Tokens.Part.IDS, type));
            case "mask" -> Optional.of(new InputRule.Tokens(InputRule.Tokens.Part.MASK, type));
            case "typeIds" -> Optional.of(new InputRule.Tokens(InputRule.Tokens.Part.TYPE_IDS, type));
            case "features" -> Optional.of(new InputRule.Features(type));
            case "array" -> Optional.of(new InputRule.Array(fields.text("array"), type));
            case "constant" -> Optional.of(new InputRule.Constant(constant(), type));
            case "samples" -> Optional.of(new InputRule.Sound(fields.integer("window", 0, LONGEST).orElse(0),
                    fields.integer("context", 0, LONGEST).orElse(0), type));
            case "previous" -> Optional.of(previous(type));
            case "" -> Optional.empty();
            default -> {
                fields.unknown("from", from, FROM);
                yield Optional.empty();
            }
        };
    }

    private InputRule previous(Optional<DataType> type) {
        Optional<String> initial = fields.optionalText("initial");
        initial.filter(i -> !i.equals("zeros")).ifPresent(i -> fields.unknown("initial", i, List.of("zeros")));
        return new InputRule.Previous(fields.text("output"), type);
    }

    private List<Double> constant() {
        List<Double> values = fields.numbers("value");
        if (values.isEmpty()) {
            fields.missing("value", "a number or a list of numbers");
        }
        return values;
    }

    private Geometry geometry() {
        Resize resize = fields.choice("resize", Resize.class, Fields::kebab).orElse(Resize.NONE);
        Crop crop = fields.choice("crop", Crop.class, Fields::kebab).orElse(Crop.NONE);
        int width = fields.integer("width", 1, WIDEST).orElse(0);
        int height = fields.integer("height", 1, WIDEST).orElse(0);
        if (resize != Resize.NONE || crop != Crop.NONE) {
            String why = resize != Resize.NONE ? "resize " + Fields.kebab(resize) : "crop " + Fields.kebab(crop);
            requireSize("width", width, why);
            requireSize("height", height, why);
        }
        int pad = fields.integer("pad", 0, 255).orElse(0);
        Anchor anchor = fields.choice("anchor", Anchor.class, Fields::kebab).orElse(Anchor.TOP_LEFT);
        return new Geometry(resize, width, height, crop, pad, anchor);
    }

    private void requireSize(String name, int size, String why) {
        if (size == 0) {
            fields.problem(name, "is missing, and " + why + " needs it", "Add it as a number of pixels.");
        }
    }

    private Values values() {
        Colour colour = fields.choice("colour", Colour.class, Enum::name).orElse(Colour.RGB);
        Layout layout = fields.choice("layout", Layout.class, Enum::name).orElse(Layout.NCHW);
        double scale = fields.number("scale", 1);
        List<Double> mean = perChannel("mean", 0, colour);
        List<Double> std = perChannel("std", 1, colour);
        if (std.contains(0.0)) {
            fields.problem("std", "has a zero, by which nothing can be divided", "Correct it.");
        }
        return new Values(colour, layout, scale, mean, std);
    }

    private List<Double> perChannel(String name, double fallback, Colour colour) {
        List<Double> values = fields.numbers(name);
        int channels = colour == Colour.GRAY ? 1 : 3;
        if (values.size() > 1 && values.size() != channels) {
            fields.problem(name, "has " + values.size() + " numbers for " + channels + (channels == 1
                    ? " channel"
                    : " channels"), "Give one for each channel, or one for all.");
        }
        return values.isEmpty() ? List.of(fallback) : values;
    }
}
