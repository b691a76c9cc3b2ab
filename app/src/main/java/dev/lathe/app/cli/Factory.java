package dev.lathe.app.cli;

import dev.lathe.base.Cancellation;
import java.lang.reflect.Constructor;
import picocli.CommandLine;

/// Makes commands, giving those that want them the terminal and the cancellation.
final class Factory implements CommandLine.IFactory {
    private final Terminal terminal;
    private final Cancellation cancellation;

    Factory(Terminal terminal, Cancellation cancellation) {
        this.terminal = terminal;
        this.cancellation = cancellation;
    }

    @Override
    public <K> K create(Class<K> type) throws Exception {
        if (Common.class.isAssignableFrom(type)) {
            Constructor<K> constructor = type.getDeclaredConstructor(Terminal.class, Cancellation.class);
            return constructor.newInstance(terminal, cancellation);
        }
        return CommandLine.defaultFactory().create(type);
    }
}
