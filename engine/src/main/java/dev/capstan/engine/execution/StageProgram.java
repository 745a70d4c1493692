package dev.capstan.engine.execution;

import dev.capstan.engine.lineage.Lineage;
import dev.capstan.engine.lineage.LineageWalk;
import dev.capstan.engine.task.StageCode;
import dev.capstan.kernel.serialization.ByteInput;
import dev.capstan.kernel.serialization.ByteOutput;
import dev.capstan.kernel.serialization.JavaSerializer;
import dev.capstan.kernel.serialization.SerializationException;
import dev.capstan.kernel.serialization.Sharing;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;

/**
 * The code of a stage as objects: the lineage up to the shuffles that it reads, and the work.
 *
 * <p>It is written parents first, each node as an object of its own. When a node is written all that it refers to has
 * been written already and becomes a short reference, so that the depth of the recursion inside Java serialization does
 * not grow with the lineage.
 */
public record StageProgram(Lineage<?> root, Work work) {
    /** Serializes the program; in the driver, once per stage. */
    public static StageCode encode(Lineage<?> root, Work work) {
        return encode(root, work, new JavaSerializer());
    }

    /**
     * @param functions which classes may travel
     */
    public static StageCode encode(Lineage<?> root, Work work, JavaSerializer functions) {
        List<Lineage<?>> nodes = LineageWalk.parentsFirst(root);
        ByteOutput bytes = new ByteOutput(1024);
        boolean shareable = Sharing.allows(work);
        Object writing = work;
        try (ObjectOutputStream out = functions.objects(bytes)) {
            out.writeInt(nodes.size());
            for (Lineage<?> node : nodes) {
                writing = node;
                out.writeObject(node);
                shareable = shareable && Sharing.allows(node, Lineage.class);
            }
            writing = work;
            out.writeObject(work);
        } catch (IOException | RuntimeException | StackOverflowError e) {
            String of = writing instanceof Lineage<?> node ? node.label() : "the action on " + root.label();
            throw new SerializationException(of + ": " + JavaSerializer.cannotWrite(writing, e).getMessage(), e);
        }
        return new StageCode(bytes.toByteArray(), shareable);
    }

    /**
     * @param functions which classes may travel
     * @param loader finds the classes of the application
     */
    public static StageProgram decode(byte[] bytes, JavaSerializer functions, ClassLoader loader) {
        try (ObjectInputStream in = functions.objects(new ByteInput(bytes), loader)) {
            int nodes = in.readInt();
            Lineage<?> root = null;
            for (int i = 0; i < nodes; i++) {
                root = (Lineage<?>) in.readObject();
            }
            if (root == null) {
                throw new SerializationException("a stage without a dataset", null);
            }
            return new StageProgram(root, (Work) in.readObject());
        } catch (IOException | ClassNotFoundException | RuntimeException | LinkageError | StackOverflowError e) {
            throw JavaSerializer.cannotRead(e);
        }
    }
}
