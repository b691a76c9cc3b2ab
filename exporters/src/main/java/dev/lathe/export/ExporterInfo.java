package dev.lathe.export;

/// What a list of formats shows.
///
/// @param id kebab-case and permanent; also the format's folder in a bundle
/// @param title the format's name
/// @param description one sentence
public record ExporterInfo(String id, String title, String description) {}
