/// Targets: assembled from made-up machines, and tried in real workers.
@NullMarked
package dev.lathe.profile.target;

import org.jspecify.annotations.NullMarked;
