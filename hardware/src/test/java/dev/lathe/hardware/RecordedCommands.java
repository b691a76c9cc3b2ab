package dev.lathe.hardware;

import dev.lathe.base.Reading;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Answers commands from recorded ones: the same line, or the same program asked for the same in other columns.
///
/// @param outputs by command line without quotation marks
record RecordedCommands(Map<String, Host.Output> outputs) {
    private static final String QUERY = "nvidia-smi --query-gpu=";
    private static final String FORMAT = " --format=csv,noheader,nounits";

    static RecordedCommands in(Path folder) {
        Map<String, Host.Output> outputs = new LinkedHashMap<>();
        if (!Files.exists(folder)) {
            return new RecordedCommands(outputs);
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(it -> it.toString().endsWith(".txt")).sorted().toList()) {
                String text = Files.readString(file);
                int lineEnd = text.indexOf('\n');
                Path exit = Path.of(file.toString().replaceFirst("\\.txt$", ".exit"));
                int status = Files.exists(exit) ? Integer.parseInt(Files.readString(exit).strip()) : 0;
                outputs.put(text.substring(0, lineEnd).strip().replace("\"", ""),
                        new Host.Output(status, text.substring(lineEnd + 1)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new RecordedCommands(outputs);
    }

    Reading<Host.Output> run(List<String> command) {
        String line = String.join(" ", command);
        Optional<Host.Output> output = Optional.ofNullable(outputs.get(line))
                .or(() -> line.startsWith(QUERY) && line.endsWith(FORMAT)
                        ? projected(line.substring(QUERY.length(), line.length() - FORMAT.length()))
                        : alike(line));
        return output.<Reading<Host.Output>>map(it -> Reading.known(it, line))
                .orElse(Reading.unknown(command.getFirst() + " is not in the recording"));
    }

    /// The recorded queries put together, a line per card, in the columns asked for; what was not recorded is `[N/A]`.
    private Optional<Host.Output> projected(String columns) {
        List<Map<String, String>> cards = new ArrayList<>();
        for (Map.Entry<String, Host.Output> entry : outputs.entrySet()) {
            if (!entry.getKey().startsWith(QUERY) || !entry.getKey().endsWith(FORMAT)) {
                continue;
            }
            if (entry.getValue().exitStatus() != 0) {
                return Optional.of(entry.getValue());
            }
            String[] names = entry.getKey().substring(QUERY.length(), entry.getKey().length() - FORMAT.length())
                    .split(",", -1);
            List<String> lines = entry.getValue().text().lines().toList();
            for (int card = 0; card < lines.size(); card++) {
                if (card == cards.size()) {
                    cards.add(new LinkedHashMap<>());
                }
                String[] values = lines.get(card).split(",", -1);
                for (int i = 0; i < names.length && i < values.length; i++) {
                    cards.get(card).put(names[i], values[i].strip());
                }
            }
        }
        StringBuilder text = new StringBuilder();
        cards.forEach(card -> text.append(String.join(", ", Arrays.stream(columns.split(",", -1))
                .map(column -> card.getOrDefault(column, "[N/A]")).toList())).append('\n'));
        return cards.isEmpty() ? Optional.empty() : Optional.of(new Host.Output(0, text.toString()));
    }

    /// The recorded answer of the same PowerShell verb, or of amd-smi with other sections, whatever the properties asked for.
    private Optional<Host.Output> alike(String line) {
        for (String verb : List.of("Get-PnpDevice ", "Win32_VideoController", "Win32_Processor")) {
            if (line.contains(verb)) {
                return outputs.entrySet().stream().filter(entry -> entry.getKey().contains(verb))
                        .map(Map.Entry::getValue).findFirst();
            }
        }
        return line.startsWith("amd-smi static ") && line.endsWith(" --json")
                ? outputs.entrySet().stream()
                        .filter(entry -> entry.getKey().startsWith("amd-smi static ")
                                && entry.getKey().endsWith(" --json"))
                        .map(Map.Entry::getValue).findFirst()
                : Optional.empty();
    }
}
