package dev.capstan.mesos.scheduler;

import dev.capstan.mesos.constraint.Constraints;
import dev.capstan.mesos.resource.Needs;
import dev.capstan.mesos.resource.ResourceBag;

import org.apache.mesos.v1.Protos.Labels;

/**
 * What may be made of resources that are offered. All but the first say what they are about just as it is offered, on
 * one agent, and wait until it is; to which role it is allocated is filled in.
 */
public sealed interface ResourceChange {
    /** A change on a certain agent. */
    sealed interface OnAgent extends ResourceChange {
        String agentId();
    }

    /**
     * Keep resources that nobody has reserved for the role, on an agent that offers them.
     *
     * @param constraints on the agent; where these count tasks (unique, group-by, max-per) there are none
     * @param principal who reserves; empty where nobody asks
     * @param labels by which the reservation is known
     */
    record Reserve(Needs needs, Constraints constraints, String principal, Labels labels) implements ResourceChange {}

    /** Give back what was reserved, in the form in which it is offered. */
    record Unreserve(String agentId, ResourceBag resources) implements OnAgent {
        public Unreserve {
            requireSome(resources);
        }
    }

    /** Make volumes that outlive tasks, of disk that is reserved. */
    record CreateVolumes(String agentId, ResourceBag volumes) implements OnAgent {
        public CreateVolumes {
            requireSome(volumes);
        }
    }

    /** Destroy volumes, with what is in them. */
    record DestroyVolumes(String agentId, ResourceBag volumes) implements OnAgent {
        public DestroyVolumes {
            requireSome(volumes);
        }
    }

    /** Make a volume larger by disk that is reserved as it is. */
    record GrowVolume(String agentId, ResourceBag volume, ResourceBag addition) implements OnAgent {
        public GrowVolume {
            requireOne(volume);
            requireOne(addition);
        }
    }

    /**
     * Make a volume smaller.
     *
     * @param milliMegabytes by how much
     */
    record ShrinkVolume(String agentId, ResourceBag volume, long milliMegabytes) implements OnAgent {
        public ShrinkVolume {
            requireOne(volume);
            if (milliMegabytes <= 0) {
                throw new IllegalArgumentException("a volume cannot be made smaller by " + milliMegabytes);
            }
        }
    }

    private static void requireSome(ResourceBag resources) {
        if (resources.isEmpty()) {
            throw new IllegalArgumentException("nothing cannot be changed");
        }
    }

    private static void requireOne(ResourceBag resources) {
        if (resources.toProtos().size() != 1) {
            throw new IllegalArgumentException("there must be one resource, but here is " + resources);
        }
    }
}
