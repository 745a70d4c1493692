package dev.capstan.mesos.resource;

import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Value;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;

/** Resources of every sort, drawn from a seed. */
final class RandomResources {
    /** Ports are drawn from below this number. */
    static final int PORTS = 64;

    private static final List<String> SCALARS = List.of("cpus", "mem", "disk", "gpus");

    private final Random random;

    RandomResources(Random random) {
        this.random = random;
    }

    List<Resource> resources() {
        List<Resource> resources = new ArrayList<>();
        for (int i = random.nextInt(8); i > 0; i--) {
            resources.add(resource());
        }
        return resources;
    }

    private Resource resource() {
        Resource.Builder resource = Resource.newBuilder();
        switch (random.nextInt(4)) {
            case 0 -> resource.setName("ports").setType(Value.Type.RANGES).setRanges(ranges(bits(0, PORTS)).toProto());
            case 1 -> {
                resource.setName("names").setType(Value.Type.SET);
                for (int i = random.nextInt(4); i > 0; i--) {
                    resource.getSetBuilder().addItem("item-" + random.nextInt(6));
                }
                resource.getSetBuilder();
            }
            default -> {
                resource.setName(SCALARS.get(random.nextInt(SCALARS.size()))).setType(Value.Type.SCALAR);
                resource.getScalarBuilder().setValue(random.nextInt(5_000) / 1_000.0);
            }
        }
        return marked(resource).build();
    }

    private Resource.Builder marked(Resource.Builder resource) {
        if (random.nextBoolean()) {
            resource.getAllocationInfoBuilder().setRole(random.nextInt(3) > 0 ? "dev" : "qa");
        }
        if (random.nextInt(3) == 0) {
            resource.addReservationsBuilder().setRole("dev");
            if (random.nextBoolean()) {
                resource.addReservationsBuilder().setRole("dev/a").setPrincipal("p" + random.nextInt(2));
            }
        }
        if (random.nextInt(4) == 0) {
            resource.setRevocable(Resource.RevocableInfo.getDefaultInstance());
        }
        if (random.nextInt(8) == 0) {
            resource.getProviderIdBuilder().setValue("provider-" + random.nextInt(2));
        }
        if (resource.getName().equals("disk") && random.nextBoolean()) {
            resource.setDisk(disk());
            if (resource.getDisk().hasPersistence() && random.nextBoolean()) {
                resource.setShared(Resource.SharedInfo.getDefaultInstance());
            }
        }
        return resource;
    }

    private Resource.DiskInfo disk() {
        Resource.DiskInfo.Builder disk = Resource.DiskInfo.newBuilder();
        switch (random.nextInt(3)) {
            case 0 -> disk.getPersistenceBuilder().setId("volume-" + random.nextInt(2));
            case 1 ->
                    disk.getSourceBuilder()
                            .setType(Resource.DiskInfo.Source.Type.PATH)
                            .getPathBuilder()
                            .setRoot("/disk" + random.nextInt(2));
            default ->
                    disk.getSourceBuilder()
                            .setType(Resource.DiskInfo.Source.Type.MOUNT)
                            .getMountBuilder()
                            .setRoot("/mount" + random.nextInt(2));
        }
        return disk.build();
    }

    /** Numbers from one to below another. */
    BitSet bits(int from, int below) {
        var bits = new BitSet();
        for (int i = random.nextInt(5); i > 0; i--) {
            int first = from + random.nextInt(below - from);
            bits.set(first, Math.min(below, first + 1 + random.nextInt(8)));
        }
        return bits;
    }

    static Ranges ranges(BitSet bits) {
        return new Ranges(bits.stream().mapToObj(bit -> new Range(bit, bit)).toList());
    }

    static BitSet bits(Ranges ranges) {
        var bits = new BitSet();
        ranges.parts().forEach(part -> bits.set((int) part.first(), (int) part.last() + 1));
        return bits;
    }
}
