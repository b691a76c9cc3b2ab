package dev.lathe.app.engine.store;

import java.nio.file.Path;

/// What a run was asked to do, kept whole so that its figures can be judged later.
///
/// @param kind the verb: `auto`, `measure`, `evaluate`, `optimize`
/// @param model the model file as the user named it
/// @param modelSha256 the hash of that file, in hexadecimal
/// @param requestKey equal for two requests exactly if one can continue the other's measurements
/// @param planJson the whole plan as JSON
/// @param environmentJson the machine and the versions as JSON
public record RunRequest(String kind, Path model, String modelSha256, String requestKey, String planJson,
        String environmentJson) {}
