package dev.lathe.hardware;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Where the control groups that hold us stand in the file tree, version 1, 2 or both.
///
/// Source: Linux `Documentation/admin-guide/cgroup-v2.rst`, `cgroup-v1/`, and proc(5) on `mountinfo`.
///
/// @param lines those of `/proc/self/cgroup`
/// @param mounts the mounted hierarchies, in the order of `/proc/self/mountinfo`
record CgroupTree(Host host, List<Line> lines, List<Mount> mounts) {
    static final String SOURCE = "/proc/self/cgroup";
    private static final String BASE = "/sys/fs/cgroup";

    /// One line of `/proc/self/cgroup`: `4:memory:/docker/abc`, or `0::/user.slice` for version 2.
    record Line(List<String> controllers, String path) {
        boolean isVersion2() {
            return controllers.isEmpty();
        }
    }

    /// A mounted hierarchy: the group that shows at the mount point, and the mount point.
    record Mount(boolean version2, List<String> controllers, String group, String point) {}

    static Optional<CgroupTree> read(Host host) {
        return host.read(SOURCE).map(text -> new CgroupTree(host, parseLines(text),
                host.read("/proc/self/mountinfo").map(CgroupTree::parseMounts).orElse(List.of())));
    }

    /// Which version governs a controller: 1 if a version 1 hierarchy claims it, otherwise 2; empty if neither is there.
    Optional<Integer> version(String controller) {
        return line(controller).map(line -> line.isVersion2() ? 2 : 1);
    }

    /// The folders of a controller from our own group up to the outermost that we can see; empty if it is not mounted.
    List<String> folders(String controller) {
        Optional<Line> line = line(controller);
        if (line.isEmpty()) {
            return List.of();
        }
        for (Mount mount : candidates(line.get(), controller)) {
            if (host.exists(mount.point())) {
                return upwards(mount, line.get().path());
            }
        }
        return List.of();
    }

    private Optional<Line> line(String controller) {
        return lines.stream().filter(line -> line.controllers().contains(controller)).findFirst()
                .or(() -> lines.stream().filter(Line::isVersion2).findFirst());
    }

    /// What mountinfo says, then the usual places.
    private List<Mount> candidates(Line line, String controller) {
        List<Mount> candidates = new ArrayList<>();
        for (Mount mount : mounts) {
            if (line.isVersion2() ? mount.version2() : mount.controllers().contains(controller)) {
                candidates.add(mount);
            }
        }
        List<String> usual = line.isVersion2()
                ? List.of(host.exists(BASE + "/unified/cgroup.controllers") ? BASE + "/unified" : BASE)
                : List.of(BASE + "/" + String.join(",", line.controllers()), BASE + "/" + controller);
        usual.forEach(point -> candidates.add(new Mount(line.isVersion2(), line.controllers(), "/", point)));
        return candidates;
    }

    /// The group's folder and its ancestors, as far as they exist below the mount point. In a container the path may name
    /// folders that do not exist there: then the mount point itself is our group.
    private List<String> upwards(Mount mount, String path) {
        String below = path.startsWith(mount.group()) && !mount.group().equals("/")
                ? path.substring(mount.group().length())
                : path;
        List<String> names = Arrays.stream(below.split("/", -1)).filter(name -> !name.isEmpty()).toList();
        List<String> folders = new ArrayList<>();
        if (!names.contains("..")) {
            for (int depth = names.size(); depth > 0; depth--) {
                String folder = mount.point() + "/" + String.join("/", names.subList(0, depth));
                if (host.exists(folder)) {
                    folders.add(folder);
                }
            }
        }
        folders.add(mount.point());
        return folders;
    }

    static List<Line> parseLines(String text) {
        List<Line> lines = new ArrayList<>();
        for (String line : text.lines().toList()) {
            String[] parts = line.split(":", 3);
            if (parts.length == 3) {
                lines.add(new Line(names(parts[1]), parts[2].strip()));
            }
        }
        return List.copyOf(lines);
    }

    /// Lines such as `32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime shared:9 - cgroup cgroup rw,cpu`.
    static List<Mount> parseMounts(String text) {
        List<Mount> mounts = new ArrayList<>();
        for (String line : text.lines().toList()) {
            int dash = line.indexOf(" - cgroup");
            if (dash < 0) {
                continue;
            }
            String[] before = line.substring(0, dash).split(" ", -1);
            String[] after = line.substring(dash + 3).split(" ", -1);
            if (before.length > 4 && after.length > 2) {
                mounts.add(new Mount(after[0].equals("cgroup2"), names(after[2]), before[3], before[4]));
            }
        }
        return List.copyOf(mounts);
    }

    private static List<String> names(String list) {
        return Arrays.stream(list.split(",", -1)).filter(name -> !name.isEmpty()).toList();
    }
}
