package dev.lathe.export;

/// What a format adds to a bundle. Paths are relative to the bundle, with `/` between parts.
public sealed interface ExportFile {

    /// A text file in UTF-8.
    record Text(String path, String content) implements ExportFile {}

    /// The model under another name, with its external data beside it.
    record ModelCopy(String path) implements ExportFile {}

    /// No file: how to start a server with this format, in Markdown, for the bundle's README.
    record Instructions(String markdown) implements ExportFile {}
}
