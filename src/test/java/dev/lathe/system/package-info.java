/// System tests: they start the built program as a user does, and look at what it prints and writes.
/// Nothing here calls the program's classes; what one class does is tested beside that class.
/// Start with [AutoTest], the main job from end to end.
@NullMarked
package dev.lathe.system;

import org.jspecify.annotations.NullMarked;
