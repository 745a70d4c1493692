package dev.capstan.executor.live;

import java.net.URL;
import java.net.URLClassLoader;
import java.util.List;

/**
 * Finds the application's classes in its own jars first, so that a program may bring other versions of libraries than
 * ours. What it shares with the executor, the JDK and Capstan itself, it takes from there.
 */
final class ApplicationLoader extends URLClassLoader {
    static {
        registerAsParallelCapable();
    }

    ApplicationLoader(List<URL> jars, ClassLoader parent) {
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

    @Override
    public URL getResource(String name) {
        URL own = findResource(name);
        return own != null ? own : super.getResource(name);
    }
}
