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
 * @param region what is larger than half of it takes whole ones for itself alone, as with G1; 0 where there are none
 */
record HeapLayout(int header, int arrayHeader, int reference, int alignment, long region) {
    /** Without compressed pointers: never too small. */
    private static final HeapLayout WIDE = new HeapLayout(16, 24, 8, 8, 0);

    static HeapLayout ofThisMachine() {
        HotSpotDiagnosticMXBean machine = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        if (machine == null) {
            return WIDE;
        }
        int reference = is(machine, "UseCompressedOops") ? 4 : 8;
        int alignment = Integer.parseInt(machine.getVMOption("ObjectAlignmentInBytes").getValue());
        int header = is(machine, "UseCompactObjectHeaders") ? 8 : is(machine, "UseCompressedClassPointers") ? 12 : 16;
        return new HeapLayout(header, header + Integer.BYTES, reference, alignment, region(machine));
    }

    private static long region(HotSpotDiagnosticMXBean machine) {
        return is(machine, "UseG1GC") ? Long.parseLong(machine.getVMOption("G1HeapRegionSize").getValue()) : 0;
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
        long bytes = aligned(arrayHeader + length * elementBytes);
        return region == 0 || bytes <= region / 2 ? bytes : (bytes + region - 1) / region * region;
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
