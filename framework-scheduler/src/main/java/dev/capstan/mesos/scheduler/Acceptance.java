package dev.capstan.mesos.scheduler;

import dev.capstan.mesos.resource.Pick;
import dev.capstan.mesos.resource.ResourceBag;

import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.Offer.Operation;
import org.apache.mesos.v1.Protos.TaskInfo;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What is answered to the offers of one agent to one role.
 *
 * @param entries to be written before
 * @param events to be told
 * @param operations that the master is asked for
 * @param tasks that are launched
 * @param changes of resources among the operations
 */
record Acceptance(
        List<FrameworkEntry> entries,
        List<FrameworkEvent> events,
        List<Operation> operations,
        List<String> tasks,
        List<String> changes) {
    Acceptance {
        entries = List.copyOf(entries);
        events = List.copyOf(events);
        operations = List.copyOf(operations);
        tasks = List.copyOf(tasks);
        changes = List.copyOf(changes);
    }

    static Acceptance of(Matching.Seat seat, List<Matching.Match> matches, Book book) {
        var draft = new Draft(seat, book);
        matches.forEach(draft::add);
        return draft.finished();
    }

    /** It while it is being made. */
    private static final class Draft {
        private final Matching.Seat seat;
        private final Book book;
        private final List<FrameworkEntry> entries = new ArrayList<>();
        private final List<FrameworkEvent> events = new ArrayList<>();
        private final List<Operation> operations = new ArrayList<>();
        private final List<String> tasks = new ArrayList<>();
        private final List<String> changes = new ArrayList<>();
        private final List<TaskInfo> single = new ArrayList<>();

        /** Executors that come with it, by their ids. */
        private final Map<String, GroupExecutor> launched = new HashMap<>(); // looked up, never iterated

        Draft(Matching.Seat seat, Book book) {
            this.seat = seat;
            this.book = book;
        }

        void add(Matching.Match wanted) {
            Matching.Match match = reserved(wanted);
            switch (match.request()) {
                case TaskRequest task -> addSingle(task, match.parts().getFirst());
                case GroupRequest group -> addGroup(group, match);
                case OperationRequest change -> addChange(change, match);
            }
        }

        /** Tasks that are in no group are launched together. */
        Acceptance finished() {
            if (!single.isEmpty()) {
                var launch = Operation.newBuilder().setType(Operation.Type.LAUNCH);
                launch.getLaunchBuilder().addAllTaskInfos(single);
                operations.add(launch.build());
            }
            return new Acceptance(entries, events, operations, tasks, changes);
        }

        private void addSingle(TaskRequest request, Pick.Taken part) {
            TaskInfo task = task(request.id(), request.template(), part);
            addTask(task, part, task.getExecutor().getExecutorId().getValue());
            single.add(task);
        }

        private TaskInfo task(String id, TaskInfo template, Pick.Taken part) {
            return Launches.task(id, template, seat, part, book.frameworkId());
        }

        private void addTask(TaskInfo task, Pick.Taken part, String executor) {
            String id = task.getTaskId().getValue();
            Placement placement = Launches.placement(seat, part);
            entries.add(new FrameworkEntry.Intended(id, placement.agentId(), executor));
            events.add(new FrameworkEvent.TaskPlaced(id, placement));
            tasks.add(id);
        }

        /** Where what it takes is to be reserved, that comes first, and it takes what is reserved then. */
        private Matching.Match reserved(Matching.Match match) {
            Reservation reservation = match.request().reservation();
            if (reservation == null) {
                return match;
            }
            var info = reservation.info(match.request().role());
            List<Pick.Taken> parts =
                    match.parts().stream()
                            .map(part -> new Pick.Taken(part.resources().reserved(info), part.ports()))
                            .toList();
            ResourceBag all = parts.stream().map(Pick.Taken::resources).reduce(ResourceBag.EMPTY, ResourceBag::plus);
            List<Integer> ports = parts.stream().flatMap(part -> part.ports().stream()).toList();
            Operation reserve = ResourceChanges.reserve(reservation.operationId(), all);
            addChange(reservation.operationId(), new Pick.Taken(all, ports), reserve);
            return new Matching.Match(match.request(), match.seat(), parts);
        }

        /** The one that the group joins, or its own. */
        private ExecutorInfo executor(GroupRequest group, Matching.Match match) {
            String id = group.executorId();
            if (match.joins(group)) {
                return book.groupExecutors().getOrDefault(id, launched.get(id)).info();
            }
            ExecutorInfo info = Launches.executor(group, match.parts().getFirst(), book.frameworkId());
            var executor = new GroupExecutor(seat.agent().agentId(), info);
            entries.add(new FrameworkEntry.ExecutorIntended(executor));
            launched.put(id, executor);
            return info;
        }

        private void addGroup(GroupRequest request, Matching.Match match) {
            var launch = Operation.newBuilder().setType(Operation.Type.LAUNCH_GROUP);
            launch.getLaunchGroupBuilder().setExecutor(executor(request, match));
            int first = match.parts().size() - request.tasks().size();
            for (int i = 0; i < request.tasks().size(); i++) {
                GroupRequest.Member member = request.tasks().get(i);
                var part = match.parts().get(first + i);
                TaskInfo task = task(member.id(), member.template(), part);
                addTask(task, part, request.executorId());
                launch.getLaunchGroupBuilder().getTaskGroupBuilder().addTasks(task);
            }
            operations.add(launch.build());
        }

        private void addChange(OperationRequest request, Matching.Match match) {
            Pick.Taken part = match.parts().getFirst();
            ResourceBag subject = ResourceChanges.subject(request, part.resources());
            Operation operation = ResourceChanges.operation(request, subject);
            addChange(request.id(), new Pick.Taken(subject, part.ports()), operation);
        }

        private void addChange(String id, Pick.Taken subject, Operation operation) {
            entries.add(new FrameworkEntry.OperationIntended(id, seat.agent().agentId()));
            events.add(new FrameworkEvent.OperationPlaced(id, Launches.placement(seat, subject)));
            operations.add(operation);
            changes.add(id);
        }
    }
}
