package dev.capstan.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.FieldRefEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.lang.classfile.instruction.MonitorInstruction;
import java.lang.reflect.AccessFlag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What one class file reaches. Everything a class names stands in its constant pool, method references and generic
 * signatures included, so the pool is all that is read.
 *
 * @param types every type that the class names
 * @param members every field and method that it uses, as {@code java.lang.System.out} and {@code
 *     java.util.Random.<init>()V}; an inherited one stands under the type it is called on
 * @param synchronizes whether it takes the monitor of an object
 */
record CompiledClass(
        String module, String name, SortedSet<String> types, SortedSet<String> members, boolean synchronizes) {

    private static final Pattern TYPE_IN_SIGNATURE = Pattern.compile("L((?:\\w+/)+[\\w$]+)[;<]");

    static CompiledClass read(String module, Path file) {
        try {
            return of(module, Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static CompiledClass of(String module, byte[] bytes) {
        ClassModel model = ClassFile.of().parse(bytes);
        var types = new TreeSet<String>();
        var members = new TreeSet<String>();
        for (PoolEntry entry : model.constantPool()) {
            switch (entry) {
                case ClassEntry type when !type.asInternalName().startsWith("[") ->
                        types.add(dotted(type.asInternalName()));
                case MemberRefEntry member -> members.add(text(member));
                case Utf8Entry text ->
                        TYPE_IN_SIGNATURE
                                .matcher(text.stringValue())
                                .results()
                                .forEach(found -> types.add(dotted(found.group(1))));
                default -> {}
            }
        }
        String name = dotted(model.thisClass().asInternalName());
        types.remove(name);
        return new CompiledClass(module, name, types, members, takesMonitor(model));
    }

    private static String text(MemberRefEntry member) {
        String name = dotted(member.owner().asInternalName()) + "." + member.name().stringValue();
        return member instanceof FieldRefEntry ? name : name + member.type().stringValue();
    }

    private static boolean takesMonitor(ClassModel model) {
        return model.methods().stream()
                .anyMatch(method ->
                        method.flags().has(AccessFlag.SYNCHRONIZED)
                                || method.code().stream()
                                        .flatMap(code -> code.elementStream())
                                        .anyMatch(MonitorInstruction.class::isInstance));
    }

    private static String dotted(String internalName) {
        return internalName.replace('/', '.');
    }

    String packageName() {
        return packageOf(name);
    }

    static String packageOf(String type) {
        return type.substring(0, Math.max(0, type.lastIndexOf('.')));
    }

    boolean isIn(String packageName) {
        return name.startsWith(packageName + ".");
    }

    /** Whether it is this class, or nested in it. */
    boolean belongsTo(String className) {
        return name.equals(className) || name.startsWith(className + "$");
    }
}
