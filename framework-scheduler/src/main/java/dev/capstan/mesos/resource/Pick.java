package dev.capstan.mesos.resource;

import java.util.List;

/** What came of trying to serve a task out of an offer. */
public sealed interface Pick {
    /**
     * It can be served.
     *
     * @param resources that it gets, contained in the offer and no more than it needs
     * @param ports among them: those asked for by number, ascending, then those of which any would do
     */
    record Taken(ResourceBag resources, List<Integer> ports) implements Pick {
        /** Takes a copy of the ports. */
        public Taken {
            ports = List.copyOf(ports);
        }
    }

    /**
     * It cannot.
     *
     * @param reasons one for each thing of which there is too little, in words that are the same whenever the amounts
     *     are, so that they can be counted
     */
    record Short(List<String> reasons) implements Pick {
        /** Checks that there is a reason. */
        public Short {
            reasons = List.copyOf(reasons);
            if (reasons.isEmpty()) {
                throw new IllegalArgumentException("what is short has a reason");
            }
        }
    }
}
