package dev.capstan.driver;

import dev.capstan.engine.memory.MemoryBudget;
import dev.capstan.engine.pipeline.Pipelines;
import dev.capstan.kernel.serialization.CompactSerializer;
import dev.capstan.kernel.serialization.Serializer;

/** A context over a {@link DirectJobRunner}. */
record ContextFixture(CapstanContext context, DirectJobRunner runner) implements AutoCloseable {
    static ContextFixture create() {
        return create(new CompactSerializer(), true, 1 << 20, Pipelines.without());
    }

    static ContextFixture create(Serializer serializer, boolean share, long inlineResultBytes, Pipelines pipelines) {
        return create(serializer, share, inlineResultBytes, pipelines, new MemoryBudget(256 << 20, 0.5));
    }

    static ContextFixture withMemory(long bytes) {
        return create(new CompactSerializer(), true, 1 << 20, Pipelines.without(), new MemoryBudget(bytes, 0.5));
    }

    private static ContextFixture create(
            Serializer serializer, boolean share, long inlineResultBytes, Pipelines pipelines, MemoryBudget memory) {
        ClassLoader loader = ContextFixture.class.getClassLoader();
        DirectJobRunner runner = new DirectJobRunner(serializer, loader, share, inlineResultBytes, pipelines, memory);
        return new ContextFixture(
                new CapstanContext(runner, new ContextDefaults(2, serializer, loader, 2_000, 128 << 20)), runner);
    }

    @Override
    public void close() {
        context.close();
    }
}
