/// What is measured in one go when more than one way of running is asked for: cells of a grid, grouped, with their time.
/// Nothing here measures or knows a workspace; a bench measures each group, and comparing is `dev.lathe.profile.stats`'.
/// Start with [Grid].
@NullMarked
package dev.lathe.profile.sweep;

import org.jspecify.annotations.NullMarked;
