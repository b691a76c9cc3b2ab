package dev.lathe.app.cli;

import dev.lathe.graph.ValueInfo;
import dev.lathe.profile.LaboratoryProcess.SignaturePair;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What is known of a TorchScript model: little, as its file declares no shapes.
final class ScriptText {
    private static final String UNDECLARED = "not declared in the file: give each with --input NAME:TYPE[SHAPE]";

    private ScriptText() {}

    static String of(Path file, Optional<SignaturePair> signature) {
        StringBuilder text = new StringBuilder();
        line(text, "Model", file.getFileName() + ", " + Texts.bytes(bytes(file)));
        line(text, "Format", "TorchScript: inspect, evaluate and measure; variants and bundles take ONNX");
        if (signature.isEmpty()) {
            line(text, "Inputs", UNDECLARED);
        } else {
            signature.get().inputs().forEach(v -> line(text, "Input", v.name() + " " + v.signature()));
            signature.get().outputs().forEach(v -> line(text, "Output", v.name() + " " + v.signature()));
            signature.get().parameters()
                    .ifPresent(n -> line(text, "Weights", String.format("%,d parameters", n).replace(',', ' ')));
        }
        return text.toString().stripTrailing();
    }

    private static void line(StringBuilder text, String label, String value) {
        text.append(String.format("%-15s%s%n", label, value));
    }

    static ObjectNode json(Path file, Optional<SignaturePair> signature) {
        ObjectNode node = new JsonMapper().createObjectNode().put("name", String.valueOf(file.getFileName()))
                .put("format", "TorchScript");
        node.putObject("sizeBytes").put("value", bytes(file)).put("source", "file");
        if (signature.isEmpty()) {
            node.putObject("inputs").put("unknown", UNDECLARED);
            return node;
        }
        values(node.putArray("inputs"), signature.get().inputs());
        values(node.putArray("outputs"), signature.get().outputs());
        signature.get().parameters().ifPresent(n -> node.put("parameters", n));
        return node;
    }

    private static void values(ArrayNode array, List<ValueInfo> values) {
        values.forEach(v -> array.addObject().put("name", v.name()).put("signature", v.signature()));
    }

    private static long bytes(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
