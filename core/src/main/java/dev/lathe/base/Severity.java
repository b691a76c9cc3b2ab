package dev.lathe.base;

/// How much a [Problem] matters: an `ERROR` means the step cannot be done; a `WARNING`, that it was done and the user
/// should know this about its result; a `NOTE` is worth a line and changes nothing.
public enum Severity {
    ERROR, WARNING, NOTE
}
