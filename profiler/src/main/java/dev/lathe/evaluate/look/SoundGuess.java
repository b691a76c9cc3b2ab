package dev.lathe.evaluate.look;

import dev.lathe.graph.ValueInfo;
import java.util.List;

/// Sound files for an input of samples.
record SoundGuess(FolderContent content, Guess.Draft draft) {

    boolean fits(List<ValueInfo> inputs) {
        return false;
    }
}
