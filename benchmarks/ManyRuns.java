import dev.lathe.app.engine.store.Block;
import dev.lathe.app.engine.store.Run;
import dev.lathe.app.engine.store.RunId;
import dev.lathe.app.engine.store.RunRequest;
import dev.lathe.app.engine.store.RunState;
import dev.lathe.app.engine.store.RunStore;
import dev.lathe.app.engine.store.Workspace;
import java.nio.file.Path;
import java.util.List;

/// Fills a workspace with copies of its newest finished run. Arguments: the workspace, how many runs it shall hold.
final class ManyRuns {
    private ManyRuns() {}

    static void main(String[] arguments) {
        int wanted = Integer.parseInt(arguments[1]);
        try (RunStore store = RunStore.open(new Workspace(Path.of(arguments[0])))) {
            Run like = store.runs().stream().filter(r -> r.state() == RunState.FINISHED).findFirst().orElseThrow();
            List<Block> blocks = store.blocks(like.id()).stream().limit(4).toList();
            for (int i = store.runs().size(); i < wanted; i++) {
                RunRequest request = new RunRequest(like.request().kind(), like.request().model(),
                        like.request().modelSha256(), "copy " + i, like.request().planJson(),
                        like.request().environmentJson());
                RunId run = store.begin(request);
                for (Block block : blocks) {
                    Block.Key key = block.key();
                    store.append(new Block(new Block.Key(run, key.variantKey(), key.fork(), key.kind(), key.batch(),
                            key.sequence()), block.samples(), block.wallNs(), block.cpuNs(), block.startedAt()));
                }
                store.finish(run, RunState.FINISHED, like.resultJson().orElseThrow(), "copy " + i);
            }
        }
    }
}
