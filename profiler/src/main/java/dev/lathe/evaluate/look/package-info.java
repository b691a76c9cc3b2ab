/// Looking at data before it is used: what a folder seems to hold, and what a model gets of it.
/// Not here: reading and scoring samples. Start at [dev.lathe.evaluate.look.Guess] and [dev.lathe.evaluate.look.Preview].
@NullMarked
package dev.lathe.evaluate.look;

import org.jspecify.annotations.NullMarked;
