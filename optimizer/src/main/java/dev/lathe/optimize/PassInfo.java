package dev.lathe.optimize;

/// Name card of a pass.
///
/// @param id kebab-case and permanent, as recipes write it
/// @param summary what it does, in one line for a list
/// @param fidelity what it does to the outputs
public record PassInfo(String id, String summary, Fidelity fidelity) {

    /// What happens to the model's outputs: `SAME` up to the rounding of float arithmetic, or `APPROXIMATE`, to be scored. `REMADE`
    /// is to be scored too: it is another network with exact weights of its own, which later passes take for the exact one.
    public enum Fidelity {
        SAME, APPROXIMATE, REMADE
    }
}
