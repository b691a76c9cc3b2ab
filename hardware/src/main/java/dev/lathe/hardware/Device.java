package dev.lathe.hardware;

/// Something that can run a model.
public sealed interface Device permits Cpu, Gpu, Npu {}
