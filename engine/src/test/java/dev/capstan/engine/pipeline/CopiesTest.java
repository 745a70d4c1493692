package dev.capstan.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.engine.function.Fn;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;

/** Pipelines of more functions than are kept, and of functions whose classes go. */
class CopiesTest {
    /** Defined anew by each loader that loads it. */
    public static final class AddOne implements Fn<Integer, Integer> {
        private static final long serialVersionUID = 1L;

        @Override
        public Integer apply(Integer number) {
            if (number == 13) {
                throw new IllegalArgumentException("13 is unlucky");
            }
            return number + 1;
        }
    }

    /** A user's class loader. */
    private static final class UserLoader extends ClassLoader {
        UserLoader() {
            super(CopiesTest.class.getClassLoader());
        }

        @SuppressWarnings("unchecked")
        Fn<Integer, Integer> addOne() {
            String name = AddOne.class.getName();
            try (InputStream in =
                    CopiesTest.class.getResourceAsStream(name.substring(name.lastIndexOf('.') + 1) + ".class")) {
                byte[] bytes = in.readAllBytes();
                Class<?> own = defineClass(name, bytes, 0, bytes.length);
                return (Fn<Integer, Integer>) own.getConstructor().newInstance();
            } catch (IOException | ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static Integer through(Pipelines pipelines, Fn<Integer, Integer> function, int number) throws Exception {
        List<Integer> out = new ArrayList<>();
        pipelines.<Integer, Integer>map(function, out::add).accept(number);
        return out.getFirst();
    }

    @Test
    void moreFunctionsThanAreKeptGiveTheRightResultsAndGo() throws Exception {
        Pipelines pipelines = Pipelines.without();
        List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
        for (int i = 0; i < 1_300; i++) {
            var loader = new UserLoader();
            loaders.add(new WeakReference<>(loader));
            assertThat(through(pipelines, loader.addOne(), i + 100)).isEqualTo(i + 101);
        }
        assertThat(gone(loaders)).as("classes of shapes that were not used for longest are not held").isPositive();
        Reference.reachabilityFence(pipelines);
    }

    @Test
    void classesOfTheUserGoWithTheExecutor() throws Exception {
        Pipelines pipelines = Pipelines.without();
        var loader = new UserLoader();
        List<WeakReference<ClassLoader>> loaders = List.of(new WeakReference<>(loader));
        assertThat(through(pipelines, loader.addOne(), 1)).isEqualTo(2);
        loader = null;
        pipelines = null;
        assertThat(gone(loaders)).isEqualTo(1);
    }

    /** How many were collected, having tried for some time. */
    private static long gone(List<WeakReference<ClassLoader>> loaders) {
        long gone = 0;
        for (int i = 0; i < 30 && gone == 0; i++) {
            System.gc();
            gone = loaders.stream().filter(loader -> loader.get() == null).count();
        }
        return gone;
    }

    @Test
    void aFailureOfTheUserComesOutAsItIs() {
        for (boolean specialized : new boolean[] {true, false}) {
            assertThatThrownBy(() ->
                            through(
                                    specialized ? Pipelines.without() : Pipelines.without(FastPath.SPECIALIZED),
                                    new AddOne(),
                                    13))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("13 is unlucky")
                    .satisfies(e -> assertThat(e.getStackTrace()[0].getClassName()).isEqualTo(AddOne.class.getName()));
        }
    }
}
