package dev.capstan.engine.memory;

import com.sun.management.HotSpotDiagnosticMXBean;

import java.lang.management.ManagementFactory;

/**
 * How the running virtual machine lays out objects.
 *
 * @param header bytes before the fields of an object
 * @param arrayHeader bytes before the elements of an array
 * @param reference bytes of a reference
 * @param alignment every object takes a multiple of it
 */
record HeapLayout(int header, int arrayHeader, int reference, int alignment) {
    /** Without compressed pointers: never too small. */
    private static final HeapLayout WIDE = new HeapLayout(16, 24, 8, 8);

    static HeapLayout ofThisMachine() {
        HotSpotDiagnosticMXBean machine = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        if (machine == null) {
            return WIDE;
        }
        int reference = is(machine, "UseCompressedOops") ? 4 : 8;
        int alignment = Integer.parseInt(machine.getVMOption("ObjectAlignmentInBytes").getValue());
        int header = is(machine, "UseCompactObjectHeaders") ? 8 : is(machine, "UseCompressedClassPointers") ? 12 : 16;
        return new HeapLayout(header, header + Integer.BYTES, reference, alignment);
    }

    private static boolean is(HotSpotDiagnosticMXBean machine, String option) {
        try {
            return Boolean.parseBoolean(machine.getVMOption(option).getValue());
        } catch (IllegalArgumentException unknown) { // of another version, which does not have it
            return false;
        }
    }

    long aligned(long bytes) {
        return (bytes + alignment - 1) / alignment * alignment;
    }

    long object(long fieldBytes) {
        return aligned(header + fieldBytes);
    }

    long array(long length, int elementBytes) {
        return aligned(arrayHeader + length * elementBytes);
    }

    int bytesOf(Class<?> type) {
        if (!type.isPrimitive()) {
            return reference;
        }
        if (type == long.class || type == double.class) {
            return 8;
        }
        if (type == int.class || type == float.class) {
            return 4;
        }
        return type == short.class || type == char.class ? 2 : 1;
    }
}
