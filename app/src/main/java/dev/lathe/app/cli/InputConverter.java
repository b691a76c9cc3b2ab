package dev.lathe.app.cli;

import dev.lathe.base.ProblemException;
import dev.lathe.graph.ValueInfo;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads `image:float32[1,3,224,224]`.
final class InputConverter implements ITypeConverter<ValueInfo> {
    @Override
    public ValueInfo convert(String text) {
        try {
            return ValueInfo.parse(text);
        } catch (ProblemException e) {
            throw new TypeConversionException(e.problems().getFirst().sentence());
        }
    }
}
