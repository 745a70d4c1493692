package dev.capstan.kernel.serialization;

/** A class that {@value AllowedClasses#KEY} does not allow was to be written or read. Trying again will not help. */
public final class ClassNotAllowedException extends SerializationException {
    private static final long serialVersionUID = 1L;

    private final String type;

    ClassNotAllowedException(String type) {
        this(type, "");
    }

    private ClassNotAllowedException(String type, String where) {
        super(
                "class "
                        + type
                        + where
                        + " may not travel: "
                        + AllowedClasses.KEY
                        + " does not allow it; add "
                        + type
                        + (AllowedClasses.packageOf(type).isEmpty()
                                ? ""
                                : ", or " + AllowedClasses.packageOf(type) + ".** for all classes there,")
                        + " to that key if its objects may be made of bytes",
                null);
        this.type = type;
    }

    /** The same, telling where in the data the object is. */
    ClassNotAllowedException at(String path) {
        return path.equals(type) ? this : new ClassNotAllowedException(type, " (at " + path + ")");
    }

    /** The name of the class. */
    public String type() {
        return type;
    }
}
