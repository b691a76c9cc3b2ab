package dev.lathe.app.gui.variants;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.optimize.OptionInfo;
import dev.lathe.optimize.Passes;
import dev.lathe.optimize.Step;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// An option of a step as it is typed, and what is wrong with it.
public final class OptionForm {
    private static final String CHOICES = "one of ";
    private static final String ALLOWED = "a whole number: ";
    private static final String LARGEST_WHOLE = "[+-]?\\d{1,18}";

    private final String pass;
    private final OptionInfo info;
    private final StringProperty text;
    private final ReadOnlyStringWrapper trouble = new ReadOnlyStringWrapper("");

    OptionForm(String pass, OptionInfo info) {
        this.pass = pass;
        this.info = info;
        this.text = new SimpleStringProperty(words(info.defaultValue()));
        text.subscribe(_ -> trouble.set(check()));
    }

    void set(Object value) {
        text.set(words(value));
    }

    private String words(Object value) {
        return switch (value) {
            case List<?> list when info.kind() != OptionInfo.Kind.OTHER ->
                list.stream().map(String::valueOf).collect(Collectors.joining(", "));
            case String word when info.kind() != OptionInfo.Kind.OTHER -> word;
            case Number number when number.doubleValue() == Math.rint(number.doubleValue())
                    && Math.abs(number.doubleValue()) < 1e15 ->
                Long.toString(number.longValue());
            default -> JsonMapper.shared().writeValueAsString(value);
        };
    }

    /// The entries of an option that is a list.
    List<String> entries() {
        return parts(text.get());
    }

    /// The value as recipes have it; a text where it is not what the option takes, which the check then says.
    Object value() {
        String typed = text.get().strip();
        return switch (info.kind()) {
            case YES_OR_NO -> typed.equals("true") || typed.equals("false") ? (Object) Boolean.valueOf(typed) : typed;
            case WHOLE, NUMBER -> number(typed);
            case CHOICE, TEXT -> typed;
            case TEXTS -> parts(typed);
            case NUMBERS -> parts(typed).stream().map(OptionForm::number).toList();
            case OTHER -> json(typed);
        };
    }

    private static List<String> parts(String typed) {
        return Arrays.stream(typed.split(",", -1)).map(String::strip).filter(p -> !p.isEmpty()).toList();
    }

    private static Object number(String typed) {
        try {
            return typed.matches(LARGEST_WHOLE)
                    ? (Object) Long.valueOf(typed)
                    : (Object) Double.valueOf(typed);
        } catch (NumberFormatException _) {
            return typed;
        }
    }

    private static Object json(String typed) {
        try {
            return typed.isEmpty() ? Map.of() : JsonMapper.shared().readValue(typed, Object.class);
        } catch (JacksonException _) {
            return typed;
        }
    }

    /// What the pass says of this value beside its own defaults.
    private String check() {
        if (isDefault()) {
            return "";
        }
        try {
            Passes.of(Step.of(pass, Map.of(info.name(), value())));
            return "";
        } catch (ProblemException e) {
            Problem problem = e.problems().getFirst();
            return problem.remedy().isEmpty() ? problem.what() : problem.what() + ". " + problem.remedy();
        }
    }

    /// Whether the pass would do the same without it.
    public boolean isDefault() {
        return text.get().strip().equals(words(info.defaultValue()));
    }

    /// Goes back to the pass's own value.
    public void reset() {
        text.set(words(info.defaultValue()));
    }

    /// The only values there are, where they can be listed.
    public List<String> choices() {
        String type = info.type();
        return switch (info.kind()) {
            case YES_OR_NO -> List.of("true", "false");
            case CHOICE -> parts(type.substring(CHOICES.length()));
            case WHOLE -> type.startsWith(ALLOWED) ? parts(type.substring(ALLOWED.length())) : List.of();
            case NUMBER, TEXT, TEXTS, NUMBERS, OTHER -> List.of();
        };
    }

    /// What the pass says of it.
    public OptionInfo info() {
        return info;
    }

    /// As typed.
    public StringProperty text() {
        return text;
    }

    /// What is wrong with it; empty if nothing is.
    public ReadOnlyStringProperty trouble() {
        return trouble.getReadOnlyProperty();
    }
}
