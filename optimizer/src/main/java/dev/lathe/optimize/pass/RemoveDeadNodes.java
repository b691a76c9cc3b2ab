package dev.lathe.optimize.pass;

import com.google.auto.service.AutoService;
import dev.lathe.graph.GraphEdit;
import dev.lathe.graph.Model;
import dev.lathe.graph.ValueInfo;
import dev.lathe.optimize.Pass;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.PassInfo;
import dev.lathe.optimize.PassOutcome;
import java.util.ArrayList;
import java.util.List;

/// Removes nodes and constants that no output needs.
///
/// Matches: nodes from which no path leads to an output, and constants that nobody reads. Keeps: constants that are
/// listed as inputs, for without them a caller would have to give them. Adds: nothing. Error: none.
///
/// Before: `Relu(x) -> y; Exp(x) -> nobody`. After: `Relu(x) -> y`.
@AutoService(Pass.class)
public record RemoveDeadNodes() implements Pass {

    @Override
    public PassInfo info() {
        return new PassInfo("remove-dead-nodes", "remove nodes and constants that no output needs",
                PassInfo.Fidelity.SAME);
    }

    @Override
    public PassOutcome apply(Model model, PassContext context) {
        GraphEdit edit = new GraphEdit(model.graph());
        int nodes = edit.removeUnused();
        for (ValueInfo input : model.graph().inputs()) {
            if (model.graph().initializers().containsKey(input.name())) {
                edit.setInitializer(input.name(), model.graph().initializers().get(input.name()));
            }
        }
        int constants = model.graph().initializers().size() - edit.initializers().size();
        if (nodes + constants == 0) {
            return PassOutcome.unchanged(model);
        }
        List<PassOutcome.Change> changes = new ArrayList<>();
        if (nodes > 0) {
            changes.add(new PassOutcome.Change(nodes, "unused nodes removed"));
        }
        if (constants > 0) {
            changes.add(new PassOutcome.Change(constants, "unused constants removed"));
        }
        return new PassOutcome(model.withGraph(edit.done()), changes, List.of());
    }
}
