package dev.capstan.engine.pipeline;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Gives each pipeline classes of its own.
 *
 * <p>The JIT compiler inlines a call when the call site has met one receiver class only, and it counts per method of a
 * class. All pipelines of a program run through the same few sinks, so every call in them has met many functions and
 * many next sinks, and is left as an indirect call that hides from the compiler what goes through it. A copy of the
 * sink's class, made for one function class and one next sink class, meets nothing else: the whole pipeline becomes one
 * loop, in which pairs and boxes that nobody keeps are not even made.
 *
 * <p>A class that is copied refers to itself by no other name than {@code this}: it has no inner classes and lambdas,
 * and a constructor of two objects. A copy is a hidden class of the same bytes; it goes when the last user is gone.
 */
final class Copies {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
    private static final MethodType CONSTRUCTOR = MethodType.methodType(void.class, Object.class, Object.class);
    private static final MethodType MAKER = MethodType.methodType(Object.class, Object.class, Object.class);

    /** More pipelines than a program has; the one that was not used for longest is made anew when it comes again. */
    private static final int MOST = 1024;

    private static final ClassValue<byte[]> BYTES =
            new ClassValue<>() {
                @Override
                protected byte[] computeValue(Class<?> type) {
                    return bytesOf(type);
                }
            };

    /** Which copy: of which class, for which functions and next sink. */
    private record Shape(Class<?> template, List<Class<?>> parts) {}

    private final Map<Shape, MethodHandle> makers =
            new LinkedHashMap<>(64, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Shape, MethodHandle> eldest) {
                    return size() > MOST;
                }
            };

    /** An instance of the copy of the template for these parts. */
    Object make(Class<?> template, List<Class<?>> parts, Object first, Object second) {
        MethodHandle maker;
        synchronized (makers) { // tasks of all cores begin pipelines, each once; nothing is held while they run
            maker = makers.computeIfAbsent(new Shape(template, parts), shape -> copyOf(shape.template()));
        }
        return invoke(maker, first, second);
    }

    /** An instance of the template itself. */
    static Object original(Class<?> template, Object first, Object second) {
        return invoke(ORIGINALS.get(template), first, second);
    }

    private static final ClassValue<MethodHandle> ORIGINALS =
            new ClassValue<>() {
                @Override
                protected MethodHandle computeValue(Class<?> type) {
                    return makerOf(LOOKUP, type);
                }
            };

    private static MethodHandle copyOf(Class<?> template) {
        try {
            MethodHandles.Lookup copy = LOOKUP.defineHiddenClass(BYTES.get(template), false);
            return makerOf(copy, copy.lookupClass());
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("cannot copy " + template, e);
        }
    }

    private static MethodHandle makerOf(MethodHandles.Lookup lookup, Class<?> type) {
        try {
            return lookup.findConstructor(type, CONSTRUCTOR).asType(MAKER);
        } catch (NoSuchMethodException | IllegalAccessException e) {
            throw new IllegalStateException(type + " has no constructor of two objects", e);
        }
    }

    private static Object invoke(MethodHandle maker, Object first, Object second) {
        try {
            return (Object) maker.invokeExact(first, second);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] bytesOf(Class<?> type) {
        String file = type.getName().substring(type.getPackageName().length() + 1) + ".class";
        try (InputStream in = type.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("the class file of " + type + " is not there");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException("cannot read the class file of " + type, e);
        }
    }
}
