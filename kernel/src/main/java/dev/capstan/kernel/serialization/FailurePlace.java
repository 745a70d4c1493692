package dev.capstan.kernel.serialization;

/** Where in the user's own code something went wrong. */
final class FailurePlace {
    private FailurePlace() {}

    /** {@code " (at com.acme.Order.readObject, Order.java:12)"}; empty if no frame is the user's. */
    static String of(Throwable failure) {
        for (StackTraceElement frame : failure.getStackTrace()) {
            String type = frame.getClassName();
            if (!type.startsWith("java.") && !type.startsWith("jdk.") && !type.startsWith("sun.")) {
                return ours(type)
                        ? ""
                        : " (at "
                                + type
                                + "."
                                + frame.getMethodName()
                                + ", "
                                + frame.getFileName()
                                + ":"
                                + frame.getLineNumber()
                                + ")";
            }
        }
        return "";
    }

    /** A frame of ours comes first when the JDK refused the bytes, and no code of the user was at work. */
    private static boolean ours(String type) {
        return type.startsWith(JavaSerializer.class.getPackageName() + ".");
    }
}
