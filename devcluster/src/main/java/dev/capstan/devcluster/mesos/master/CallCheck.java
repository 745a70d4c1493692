package dev.capstan.devcluster.mesos.master;

import dev.capstan.devcluster.mesos.message.Uuids;

import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.jspecify.annotations.Nullable;

import java.util.Optional;

/** What a master finds wrong with a call by looking at nothing but it. */
public final class CallCheck {
    private CallCheck() {}

    /** What is wrong, in the words of a master. */
    public static Optional<String> wrongWith(Call call, @Nullable String principal) {
        return Optional.ofNullable(fault(call, principal)).map(fault -> "Failed to validate scheduler::Call: " + fault);
    }

    private static @Nullable String fault(Call call, @Nullable String principal) {
        if (!call.isInitialized()) {
            return "Not initialized: " + call.getInitializationErrorString();
        }
        if (!call.hasType() || call.getType() == Call.Type.UNKNOWN) {
            return "Expecting 'type' to be present";
        }
        if (call.getType() == Call.Type.SUBSCRIBE) {
            return call.hasSubscribe()
                    ? idOrPrincipal(call, "subscribe", call.getSubscribe().getFrameworkInfo(), principal)
                    : "Expecting 'subscribe' to be present";
        }
        if (!call.hasFrameworkId()) {
            return "Expecting 'framework_id' to be present";
        }
        return switch (call.getType()) {
            case ACCEPT -> needs(call.hasAccept(), "accept");
            case DECLINE -> needs(call.hasDecline(), "decline");
            case ACCEPT_INVERSE_OFFERS -> needs(call.hasAcceptInverseOffers(), "accept_inverse_offers");
            case DECLINE_INVERSE_OFFERS -> needs(call.hasDeclineInverseOffers(), "decline_inverse_offers");
            case KILL -> needs(call.hasKill(), "kill");
            case SHUTDOWN -> needs(call.hasShutdown(), "shutdown");
            case ACKNOWLEDGE ->
                    !call.hasAcknowledge()
                            ? needs(false, "acknowledge")
                            : uuid(Uuids.isOne(call.getAcknowledge().getUuid()));
            case ACKNOWLEDGE_OPERATION_STATUS ->
                    !call.hasAcknowledgeOperationStatus()
                            ? needs(false, "acknowledge_operation_status")
                            : uuid(Uuids.isOne(call.getAcknowledgeOperationStatus().getUuid()));
            case RECONCILE -> needs(call.hasReconcile(), "reconcile");
            case RECONCILE_OPERATIONS -> needs(call.hasReconcileOperations(), "reconcile_operations");
            case MESSAGE -> needs(call.hasMessage(), "message");
            case REQUEST -> needs(call.hasRequest(), "request");
            case UPDATE_FRAMEWORK ->
                    call.hasUpdateFramework()
                            ? idOrPrincipal(
                                    call, "update_framework", call.getUpdateFramework().getFrameworkInfo(), null)
                            : needs(false, "update_framework");
            case TEARDOWN, REVIVE, SUPPRESS, SUBSCRIBE, UNKNOWN -> null;
        };
    }

    private static @Nullable String needs(boolean there, String field) {
        return there ? null : "Expecting '" + field + "' to be present";
    }

    private static @Nullable String uuid(boolean valid) {
        return valid ? null : "Not a valid UUID";
    }

    private static @Nullable String idOrPrincipal(
            Call call, String field, FrameworkInfo info, @Nullable String principal) {
        if (!call.getFrameworkId().equals(info.getId())) {
            return "'framework_id' differs from '" + field + ".framework_info.id'";
        }
        if (principal != null && info.hasPrincipal() && !info.getPrincipal().equals(principal)) {
            return otherPrincipal(principal, info);
        }
        return null;
    }

    static String otherPrincipal(String principal, FrameworkInfo info) {
        return "Authenticated principal '"
                + principal
                + "' does not match principal '"
                + info.getPrincipal()
                + "' set in `FrameworkInfo`";
    }
}
