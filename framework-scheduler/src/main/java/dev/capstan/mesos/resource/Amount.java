package dev.capstan.mesos.resource;

import org.apache.mesos.v1.Protos.Resource;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/** How much there is of a {@link Kind}. Amounts of one kind are of one form; those of different forms never meet. */
sealed interface Amount {
    boolean isEmpty();

    Amount plus(Amount other);

    /** What is left; what the other has beyond this one is ignored. */
    Amount minus(Amount other);

    default boolean contains(Amount other) {
        return other.minus(this).isEmpty();
    }

    /** Sets the value of a resource, whose other fields are set. */
    void fill(Resource.Builder resource);

    /** A number, in thousandths. */
    record Scalar(long milli) implements Amount {
        public Scalar {
            Thousandths.checked(milli);
        }

        @Override
        public boolean isEmpty() {
            return milli == 0;
        }

        @Override
        public Amount plus(Amount other) {
            // No agent has so much, but one may say so in two offers; and too little is never too much.
            return new Scalar(Math.min(Thousandths.MOST, milli + ((Scalar) other).milli));
        }

        @Override
        public Amount minus(Amount other) {
            return new Scalar(Math.max(0, milli - ((Scalar) other).milli));
        }

        @Override
        public void fill(Resource.Builder resource) {
            resource.getScalarBuilder().setValue(Thousandths.toDouble(milli));
        }

        @Override
        public String toString() {
            return Thousandths.text(milli);
        }
    }

    /** Whole numbers, such as ports. */
    record Numbers(Ranges ranges) implements Amount {
        @Override
        public boolean isEmpty() {
            return ranges.isEmpty();
        }

        @Override
        public Amount plus(Amount other) {
            return new Numbers(ranges.plus(((Numbers) other).ranges));
        }

        @Override
        public Amount minus(Amount other) {
            return new Numbers(ranges.minus(((Numbers) other).ranges));
        }

        @Override
        public void fill(Resource.Builder resource) {
            resource.setRanges(ranges.toProto());
        }

        @Override
        public String toString() {
            return ranges.toString();
        }
    }

    /** Things with names. */
    record Items(SortedSet<String> names) implements Amount {
        public Items {
            names = Collections.unmodifiableSortedSet(new TreeSet<>(names));
        }

        @Override
        public boolean isEmpty() {
            return names.isEmpty();
        }

        @Override
        public Amount plus(Amount other) {
            var both = new TreeSet<>(names);
            both.addAll(((Items) other).names);
            return new Items(both);
        }

        @Override
        public Amount minus(Amount other) {
            var left = new TreeSet<>(names);
            left.removeAll(((Items) other).names);
            return new Items(left);
        }

        @Override
        public void fill(Resource.Builder resource) {
            resource.getSetBuilder().addAllItem(names);
        }

        @Override
        public String toString() {
            return "{" + String.join(", ", names) + "}";
        }
    }

    /** How many there are of something that is taken as a whole, whose kind tells its size. */
    record Copies(long count) implements Amount {
        @Override
        public boolean isEmpty() {
            return count == 0;
        }

        @Override
        public Amount plus(Amount other) {
            return new Copies(count + ((Copies) other).count);
        }

        @Override
        public Amount minus(Amount other) {
            return new Copies(Math.max(0, count - ((Copies) other).count));
        }

        @Override
        public void fill(Resource.Builder resource) {
            // its kind is the whole of it
        }

        @Override
        public String toString() {
            return "x" + count;
        }
    }
}
