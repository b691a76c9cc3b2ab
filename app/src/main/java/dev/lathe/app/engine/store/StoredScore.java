package dev.lathe.app.engine.store;

import dev.lathe.base.VariantId;

/// The score of a variant on a selection of a dataset, kept so that it need not be taken again.
///
/// @param run the run that took it
/// @param variant whose score it is
/// @param datasetSha256 the hash of the dataset's description and files, in hexadecimal
/// @param selection which samples of it, in the caller's words: `first 1000`
/// @param json the score as JSON
public record StoredScore(RunId run, VariantId variant, String datasetSha256, String selection, String json) {}
