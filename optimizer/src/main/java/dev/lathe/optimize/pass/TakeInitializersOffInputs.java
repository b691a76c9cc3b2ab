package dev.lathe.optimize.pass;

import com.google.auto.service.AutoService;
import dev.lathe.graph.Model;
import dev.lathe.graph.ValueInfo;
import dev.lathe.optimize.Pass;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.PassInfo;
import dev.lathe.optimize.PassOutcome;
import java.util.List;

/// Takes constants off the list of inputs, so that runtimes may fold and prepack them.
///
/// Matches: inputs that have an initializer of the same name, as exporters wrote them before IR version 4. Keeps: all
/// other inputs. Adds: nothing; raises the IR version to 4, which allows it. Error: none. Source: ONNX's IR specification,
/// "Graphs". A caller can no longer override these constants at run time.
///
/// Before: inputs `x, w`, initializer `w`. After: input `x`, initializer `w`.
@AutoService(Pass.class)
public record TakeInitializersOffInputs() implements Pass {
    private static final long IR_VERSION = 4;

    @Override
    public PassInfo info() {
        return new PassInfo("take-initializers-off-inputs",
                "take constants off the graph's inputs, so that they can be folded", PassInfo.Fidelity.SAME);
    }

    @Override
    public PassOutcome apply(Model model, PassContext context) {
        List<ValueInfo> required = model.graph().requiredInputs();
        int taken = model.graph().inputs().size() - required.size();
        Model after = model.withGraph(model.graph().withInputs(required)).withIrVersionAtLeast(IR_VERSION);
        return PassOutcome.of(model, after, taken, "constants taken off the inputs");
    }
}
