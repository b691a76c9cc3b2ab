package dev.lathe.graph;

import dev.lathe.base.Problem;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The declared name, type and shape of a value.
///
/// @param name the value's name, unique in its graph
/// @param type element type, or [DataType#UNDEFINED] where the value is no tensor (a sequence, a map, an optional)
/// @param shape the declared shape; empty where nothing is declared (which is not the same as a scalar)
/// @param rest what else the file says about it, kept for writing
public record ValueInfo(String name, DataType type, Optional<List<Dim>> shape, Extra rest) {

    private static final Pattern TEXT = Pattern.compile("(.+):([a-z0-9]+)(?:\\[([\\w?,\\s-]*)])?");

    /// Copies the shape.
    public ValueInfo {
        shape = shape.map(List::copyOf);
    }

    /// A tensor with a declared shape.
    public static ValueInfo tensor(String name, DataType type, List<Dim> shape) {
        return new ValueInfo(name, type, Optional.of(shape), Extra.NONE);
    }

    /// A tensor about whose shape nothing is declared.
    public static ValueInfo tensor(String name, DataType type) {
        return new ValueInfo(name, type, Optional.empty(), Extra.NONE);
    }

    /// Reads what [#signature()] writes after a name and a colon: `image:float32[batch,3,224,224]`. A size is a number, a
    /// name, or `?`; without brackets nothing is said about the shape, and `[]` is a scalar.
    ///
    /// @throws dev.lathe.base.ProblemException if the text is none
    public static ValueInfo parse(String text) {
        Matcher matcher = TEXT.matcher(text.strip());
        Optional<DataType> type = matcher.matches()
                ? Arrays.stream(DataType.values()).filter(t -> t.bits() > 0 && t.label().equals(matcher.group(2)))
                        .findFirst()
                : Optional.empty();
        if (type.isEmpty()) {
            throw Problem.error("input-malformed", text, "this describes no input",
                    "Write NAME:TYPE[SHAPE], such as image:float32[1,3,224,224] or ids:int64[batch,128].")
                    .toException();
        }
        String sizes = matcher.group(3);
        if (sizes == null) {
            return tensor(matcher.group(1), type.get());
        }
        List<Dim> dims = Arrays.stream(sizes.split(",")).map(String::strip).filter(s -> !s.isEmpty())
                .map(ValueInfo::dim)
                .toList();
        return tensor(matcher.group(1), type.get(), dims);
    }

    private static Dim dim(String text) {
        if (text.equals("?") || text.equals("-1")) {
            return new Dim.Any();
        }
        return text.chars().allMatch(Character::isDigit)
                ? new Dim.Fixed(Long.parseLong(text))
                : new Dim.Symbol(text);
    }

    /// Whether this is a tensor (and no sequence, map or optional).
    public boolean isTensor() {
        return type != DataType.UNDEFINED;
    }

    /// The first dimension, by convention the batch; empty for scalars and undeclared shapes.
    public Optional<Dim> batch() {
        return shape.filter(s -> !s.isEmpty()).map(List::getFirst);
    }

    /// Type and shape as text: `float32[batch,3,224,224]`.
    public String signature() {
        String dims = shape.map(s -> s.stream().map(Dim::toString).collect(Collectors.joining(",", "[", "]")))
                .orElse("[…]");
        return (isTensor() ? type.label() : "non-tensor") + (isTensor() ? dims : "");
    }
}
