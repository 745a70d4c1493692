package dev.capstan.engine.execution;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

/**
 * Finds the application's classes in its own jars first, so that a program may bring other versions of libraries than
 * ours. What it shares with driver and executor, the JDK and Capstan itself, it takes from there.
 */
public final class ApplicationLoader extends URLClassLoader {
    static {
        registerAsParallelCapable();
    }

    /**
     * @param jars or directories of classes
     * @param parent has Capstan
     */
    public ApplicationLoader(List<URL> jars, ClassLoader parent) {
        super("application", jars.toArray(URL[]::new), parent);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (name.startsWith("dev.capstan.") || name.startsWith("java.")) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> known = findLoadedClass(name);
            if (known != null) {
                return known;
            }
            try {
                return findClass(name);
            } catch (ClassNotFoundException e) {
                return super.loadClass(name, resolve);
            }
        }
    }

    /** Services of the program's own libraries come first as well. */
    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
        List<URL> found = new ArrayList<>(Collections.list(findResources(name)));
        found.addAll(Collections.list(getParent().getResources(name)));
        return Collections.enumeration(found);
    }

    @Override
    public URL getResource(String name) {
        URL own = findResource(name);
        return own != null ? own : super.getResource(name);
    }
}
