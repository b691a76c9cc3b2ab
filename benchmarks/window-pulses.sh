#!/bin/sh
# How long the window keeps a click waiting while a run goes on, on JavaFX's headless platform.
# What the longest waits were spent in is printed below.
# usage: benchmarks/window-pulses.sh [SECONDS]   (after ./lathe or mvn verify has built the project)
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
exec "${JAVA_HOME:?set JAVA_HOME to a JDK of 25 or later}/bin/java" --enable-native-access=ALL-UNNAMED,javafx.graphics \
  --sun-misc-unsafe-memory-access=allow -Xss2m -XX:+UseSerialGC -Xmn24m -XX:MetaspaceSize=160m -Djava.awt.headless=true -Dglass.platform=Headless -Dprism.order=sw \
  "-Dlathe.home=$root" --module-path "$root/app/target/lib/javafx" --add-modules javafx.controls,javafx.graphics \
  -cp "$root/app/target/lathe.jar" "$root/benchmarks/WindowPulses.java" "$@"
