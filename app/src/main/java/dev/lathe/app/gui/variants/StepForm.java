package dev.lathe.app.gui.variants;

import dev.lathe.optimize.Pass;
import dev.lathe.optimize.PassInfo;
import dev.lathe.optimize.Passes;
import dev.lathe.optimize.Step;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// A step of the recipe that is put together: a pass and its options.
public final class StepForm {
    private final PassInfo info;
    private final List<OptionForm> options;

    private StepForm(Pass pass) {
        info = pass.info();
        options = Passes.describe(pass).stream().map(o -> new OptionForm(info.id(), o)).toList();
    }

    /// The step's form, with the values that it sets.
    ///
    /// @throws dev.lathe.base.ProblemException if there is no such pass
    static StepForm of(Step step) {
        StepForm form = new StepForm(Passes.of(Step.of(step.pass())));
        form.options.forEach(o -> Optional.ofNullable(step.options().get(o.info().name())).ifPresent(o::set));
        return form;
    }

    /// The step, with the options that differ from the pass's own values.
    Step step() {
        Map<String, Object> values = new TreeMap<>();
        options.stream().filter(o -> !o.isDefault()).forEach(o -> values.put(o.info().name(), o.value()));
        return Step.of(info.id(), values);
    }

    /// Which pass it is.
    public PassInfo info() {
        return info;
    }

    /// Its options.
    public List<OptionForm> options() {
        return options;
    }

    /// Whether something is wrong with one of them.
    public boolean isWrong() {
        return options.stream().anyMatch(o -> !o.trouble().get().isEmpty());
    }

    /// How many options differ from the pass's own values, in words.
    public String words() {
        long changed = options.stream().filter(o -> !o.isDefault()).count();
        return options.isEmpty()
                ? "no options"
                : changed == 0 ? "as usual" : changed + (changed == 1 ? " option changed" : " options changed");
    }
}
