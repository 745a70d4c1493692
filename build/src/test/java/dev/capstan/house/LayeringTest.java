package dev.capstan.house;

import static dev.capstan.house.CompiledClass.packageOf;

import static org.assertj.core.api.Assertions.assertThat;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import org.junit.jupiter.api.Test;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Dependencies point down only, between modules and between the packages of a module. */
class LayeringTest {
    /** What each module may reach besides itself. A new module brings its row. */
    private static final Map<String, Set<String>> MAY_REACH =
            Map.ofEntries(
                    Map.entry("kernel", Set.of()),
                    Map.entry("testing", Set.of("kernel")),
                    Map.entry("ha", Set.of("kernel")),
                    Map.entry("framework-scheduler", Set.of("kernel", "ha")),
                    Map.entry("devcluster", Set.of("kernel", "ha", "framework-scheduler")),
                    Map.entry("engine", Set.of("kernel")),
                    Map.entry("driver-core", Set.of("kernel", "engine")),
                    Map.entry("executor", Set.of("kernel", "engine")),
                    Map.entry("backends/contract", Set.of("kernel", "engine", "driver-core", "testing")),
                    Map.entry("backends/local", Set.of("kernel", "engine", "driver-core", "executor")),
                    Map.entry("backends/local-cluster", Set.of("kernel", "engine", "driver-core", "executor")),
                    Map.entry(
                            "backends/mesos",
                            Set.of("kernel", "ha", "engine", "driver-core", "executor", "framework-scheduler")),
                    Map.entry(
                            "backends/mesos-dev",
                            Set.of("kernel", "driver-core", "framework-scheduler", "backends/mesos", "devcluster")),
                    Map.entry("examples", Set.of("kernel", "engine", "driver-core")),
                    Map.entry("simulation", allBut("examples", "bench", "launcher")),
                    Map.entry("bench", allBut("launcher")),
                    Map.entry("launcher", allBut()),
                    Map.entry("build", Set.of()));

    /** Libraries that one module hides from the others, by the start of their package names. */
    private static final Map<String, String> HIDDEN_IN = Map.of("picocli.", "launcher");

    private static Set<String> allBut(String... modules) {
        var rest = new TreeSet<>(Repository.modules());
        rest.removeAll(Set.of(modules));
        return rest;
    }

    @Test
    void everyModuleHasARow() {
        assertThat(MAY_REACH.keySet()).hasSameElementsAs(Repository.modules());
    }

    @Test
    void modulesReachOnlyWhatLiesBelowThem() {
        assertThat(reachesUpward(Repository.mainClasses())).isEmpty();
    }

    @Test
    void librariesStayInTheModuleThatHidesThem() {
        assertThat(strayLibraries(Repository.mainClasses())).isEmpty();
    }

    @Test
    void packagesOfAModuleDoNotReachEachOtherInCircles() {
        assertThat(circles(Repository.mainClasses())).isEmpty();
    }

    @Test
    void anUpwardReachIsFound() {
        var lower = aClass("kernel", "dev.capstan.kernel.Low", "dev.capstan.engine.High");
        var upper = aClass("engine", "dev.capstan.engine.High", "dev.capstan.kernel.Low");
        assertThat(reachesUpward(List.of(lower, upper)))
                .containsExactly(
                        "dev.capstan.kernel.Low reaches dev.capstan.engine.High,"
                                + " but kernel may not reach engine, which does not lie below it");
    }

    @Test
    void aStrayLibraryIsFound() {
        var stray = aClass("engine", "dev.capstan.engine.Stray", "picocli.CommandLine");
        assertThat(strayLibraries(List.of(stray)))
                .containsExactly(
                        "dev.capstan.engine.Stray reaches picocli.CommandLine, which launcher hides from the others");
    }

    @Test
    void aCircleOfPackagesIsFound() {
        var a = aClass("kernel", "dev.capstan.kernel.a.A", "dev.capstan.kernel.b.B");
        var b = aClass("kernel", "dev.capstan.kernel.b.B", "dev.capstan.kernel.c.C");
        var c = aClass("kernel", "dev.capstan.kernel.c.C", "dev.capstan.kernel.a.A");
        var outside = aClass("kernel", "dev.capstan.kernel.d.D", "dev.capstan.kernel.a.A");
        assertThat(circles(List.of(a, b, c, outside)))
                .containsExactly(
                        "dev.capstan.kernel.a.A reaches dev.capstan.kernel.b.B, whose package reaches back",
                        "dev.capstan.kernel.b.B reaches dev.capstan.kernel.c.C, whose package reaches back",
                        "dev.capstan.kernel.c.C reaches dev.capstan.kernel.a.A, whose package reaches back");
    }

    private static List<String> reachesUpward(List<CompiledClass> classes) {
        Map<String, String> moduleOf = classes.stream().collect(toMap(CompiledClass::name, CompiledClass::module));
        var found = new ArrayList<String>();
        for (CompiledClass from : classes) {
            Set<String> allowed = MAY_REACH.getOrDefault(from.module(), Set.of());
            for (String to : from.types()) {
                String module = moduleOf.getOrDefault(to, from.module());
                if (!module.equals(from.module()) && !allowed.contains(module)) {
                    found.add(
                            from.name()
                                    + " reaches "
                                    + to
                                    + ", but "
                                    + from.module()
                                    + " may not reach "
                                    + module
                                    + ", which does not lie below it");
                }
            }
        }
        return found;
    }

    private static List<String> strayLibraries(List<CompiledClass> classes) {
        var found = new ArrayList<String>();
        for (CompiledClass from : classes) {
            for (String to : from.types()) {
                HIDDEN_IN.forEach((library, module) -> {
                    if (to.startsWith(library) && !module.equals(from.module())) {
                        found.add(from.name() + " reaches " + to + ", which " + module + " hides from the others");
                    }
                });
            }
        }
        return found;
    }

    /** Each edge between two packages of a module that is part of a circle, shown by the first classes that make it. */
    private static List<String> circles(List<CompiledClass> classes) {
        var found = new ArrayList<String>();
        for (List<CompiledClass> module :
                classes.stream().collect(groupingBy(CompiledClass::module, TreeMap::new, toList())).values()) {
            Map<String, Map<String, String>> edges = edgesBetweenPackages(module);
            edges.forEach((from, targets) ->
                    targets.forEach((to, example) -> {
                        if (reaches(edges, to, from)) {
                            found.add(example + ", whose package reaches back");
                        }
                    }));
        }
        return found;
    }

    private static Map<String, Map<String, String>> edgesBetweenPackages(List<CompiledClass> classes) {
        Set<String> names = classes.stream().map(CompiledClass::name).collect(toSet());
        var edges = new TreeMap<String, Map<String, String>>();
        for (CompiledClass from : classes) {
            for (String to : from.types()) {
                if (names.contains(to) && !packageOf(to).equals(from.packageName())) {
                    edges.computeIfAbsent(from.packageName(), _ -> new TreeMap<>())
                            .putIfAbsent(packageOf(to), from.name() + " reaches " + to);
                }
            }
        }
        return edges;
    }

    private static boolean reaches(Map<String, Map<String, String>> edges, String from, String to) {
        var seen = new TreeSet<String>();
        var next = new ArrayDeque<>(List.of(from));
        while (!next.isEmpty()) {
            String current = next.remove();
            if (current.equals(to)) {
                return true;
            }
            if (seen.add(current)) {
                next.addAll(edges.getOrDefault(current, Map.of()).keySet());
            }
        }
        return false;
    }

    private static CompiledClass aClass(String module, String name, String... types) {
        return new CompiledClass(module, name, new TreeSet<>(Set.of(types)), new TreeSet<>(), false);
    }
}
