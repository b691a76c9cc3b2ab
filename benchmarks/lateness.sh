#!/bin/sh
# How late the load generator is at 10,000 arrivals a second, Poisson and constant, one instance that keeps its processor busy for 40 us a query.
# usage: benchmarks/lateness.sh [SECONDS] [RATE] [SERVICE_US]   (after ./lathe or mvn verify has built the project; on a quiet machine)
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
exec "${JAVA_HOME:?set JAVA_HOME to a JDK of 25 or later}/bin/java" --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
  -XX:+UseSerialGC -Xms96m -Xmx96m -cp "$root/app/target/lathe.jar" "$root/benchmarks/Lateness.java" "$@"
