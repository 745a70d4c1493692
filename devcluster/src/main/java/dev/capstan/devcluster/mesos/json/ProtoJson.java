package dev.capstan.devcluster.mesos.json;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.MessageOrBuilder;

import dev.capstan.mesos.wire.Json;

import org.jspecify.annotations.Nullable;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Messages as JSON, generic by their descriptors: names with underscores, numbers as numbers, bytes in base64, enums by
 * name, optional fields that are not set but have a default in the schema written with it. Reading is as lenient as a
 * master: unknown fields and unknown names of optional enums are skipped, a number may be a text.
 */
public final class ProtoJson {
    private static final int CONTROL = 0x20;
    private static final int DELETE = 0x7f;

    private ProtoJson() {}

    /** The message as one line of JSON. */
    public static String write(Message message) {
        var json = new StringBuilder();
        write(message, json);
        return json.toString();
    }

    private static void write(Message message, StringBuilder json) {
        String separator = "";
        json.append('{');
        for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
            if (isWritten(message, field)) {
                json.append(separator);
                text(field.getName(), json);
                json.append(':');
                writeField(message, field, json);
                separator = ",";
            }
        }
        json.append('}');
    }

    private static boolean isWritten(Message message, FieldDescriptor field) {
        if (field.isRepeated()) {
            return message.getRepeatedFieldCount(field) > 0;
        }
        return message.hasField(field) || field.hasDefaultValue() && !field.getOptions().getDeprecated();
    }

    private static void writeField(Message message, FieldDescriptor field, StringBuilder json) {
        if (!field.isRepeated()) {
            writeValue(field, message.getField(field), json);
            return;
        }
        if (field.isMapField()) {
            writeMap(message, field, json);
            return;
        }
        json.append('[');
        for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
            json.append(i == 0 ? "" : ",");
            writeValue(field, message.getRepeatedField(field, i), json);
        }
        json.append(']');
    }

    /** A map is an object; its entries are messages of a key and a value. */
    private static void writeMap(Message message, FieldDescriptor field, StringBuilder json) {
        FieldDescriptor key = field.getMessageType().findFieldByNumber(1);
        FieldDescriptor value = field.getMessageType().findFieldByNumber(2);
        json.append('{');
        for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
            var entry = (Message) message.getRepeatedField(field, i);
            json.append(i == 0 ? "" : ",");
            text(String.valueOf(entry.getField(key)), json);
            json.append(':');
            writeValue(value, entry.getField(value), json);
        }
        json.append('}');
    }

    private static void writeValue(FieldDescriptor field, Object value, StringBuilder json) {
        switch (field.getJavaType()) {
            case MESSAGE -> write((Message) value, json);
            case STRING -> text((String) value, json);
            case BYTE_STRING -> text(Base64.getEncoder().encodeToString(((ByteString) value).toByteArray()), json);
            case ENUM -> text(((EnumValueDescriptor) value).getName(), json);
            case INT, LONG, BOOLEAN, FLOAT, DOUBLE -> json.append(value);
        }
    }

    static void text(String text, StringBuilder json) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> json.append("\\\"");
                case '\\' -> json.append("\\\\");
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                case '\b' -> json.append("\\b");
                case '\f' -> json.append("\\f");
                default -> {
                    if (c < CONTROL || c == DELETE) {
                        json.append("\\u").append(String.format(Locale.ROOT, "%04x", (int) c));
                    } else {
                        json.append(c);
                    }
                }
            }
        }
        json.append('"');
    }

    /**
     * Reads a message.
     *
     * @param name what the message is called in what is said about a text that cannot be read
     * @throws MalformedJsonException in the words of a master
     */
    public static void read(String text, Message.Builder into, String name) throws MalformedJsonException {
        Object parsed;
        try {
            parsed = Json.parse(text);
        } catch (IllegalArgumentException e) {
            throw new MalformedJsonException(
                    "Failed to parse body into JSON: syntax error at line 1 near: "
                            + text.lines().findFirst().orElse(""),
                    e);
        }
        try {
            if (!(parsed instanceof Map<?, ?> object)) {
                throw new IllegalArgumentException("Expecting a JSON object");
            }
            readObject(object, into);
            List<String> missing = new ArrayList<>();
            missing(into, "", missing);
            if (!missing.isEmpty()) {
                throw new IllegalArgumentException("Missing required fields: " + String.join(", ", missing));
            }
        } catch (IllegalArgumentException e) {
            throw new MalformedJsonException("Failed to convert JSON into " + name + " protobuf: " + e.getMessage(), e);
        }
    }

    private static void readObject(Map<?, ?> object, Message.Builder into) {
        object.forEach((name, value) -> {
            FieldDescriptor field = into.getDescriptorForType().findFieldByName(String.valueOf(name));
            if (field != null && value != null) {
                readField(field, value, into);
            }
        });
    }

    private static void readField(FieldDescriptor field, Object value, Message.Builder into) {
        if (!field.isRepeated()) {
            Object read = readValue(field, value, into);
            if (read != null) {
                into.setField(field, read);
            }
        } else if (field.isMapField() && value instanceof Map<?, ?> map) {
            map.forEach((key, each) -> into.addRepeatedField(field, readEntry(field, key, each, into)));
        } else if (value instanceof List<?> list) {
            for (Object each : list) {
                Object read = each == null ? null : readValue(field, each, into);
                if (read != null) {
                    into.addRepeatedField(field, read);
                }
            }
        } else {
            throw notExpected(value, field);
        }
    }

    private static Message readEntry(
            FieldDescriptor map, @Nullable Object key, @Nullable Object value, Message.Builder parent) {
        Message.Builder entry = parent.newBuilderForField(map);
        FieldDescriptor keyField = map.getMessageType().findFieldByNumber(1);
        FieldDescriptor valueField = map.getMessageType().findFieldByNumber(2);
        readField(keyField, String.valueOf(key), entry);
        if (value != null) {
            readField(valueField, value, entry);
        }
        return entry.buildPartial();
    }

    private static @Nullable Object readValue(FieldDescriptor field, Object value, Message.Builder parent) {
        return switch (value) {
            case Map<?, ?> object when field.getJavaType() == FieldDescriptor.JavaType.MESSAGE -> {
                Message.Builder builder = parent.newBuilderForField(field);
                readObject(object, builder);
                yield builder.buildPartial();
            }
            case String text -> readText(field, text);
            case BigDecimal number -> readNumber(field, number);
            case Boolean bool when field.getJavaType() == FieldDescriptor.JavaType.BOOLEAN -> bool;
            default -> throw notExpected(value, field);
        };
    }

    private static @Nullable Object readText(FieldDescriptor field, String text) {
        return switch (field.getJavaType()) {
            case STRING -> text;
            case BYTE_STRING -> readBytes(field, text);
            case ENUM -> readEnum(field, text);
            case INT, LONG, FLOAT, DOUBLE -> {
                try {
                    yield readNumber(field, new BigDecimal(text));
                } catch (NumberFormatException e) {
                    throw new IllegalArgumentException(
                            "Failed to parse '" + text + "' as a JSON number for field '" + field.getName() + "'", e);
                }
            }
            case BOOLEAN, MESSAGE -> throw notExpected(text, field);
        };
    }

    private static ByteString readBytes(FieldDescriptor field, String text) {
        try {
            return ByteString.copyFrom(Base64.getMimeDecoder().decode(text));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "Failed to base64 decode bytes field '" + field.getName() + "': " + e.getMessage(), e);
        }
    }

    private static @Nullable Object readEnum(FieldDescriptor field, String name) {
        EnumValueDescriptor value = field.getEnumType().findValueByName(name);
        if (value == null && field.isRequired()) {
            throw new IllegalArgumentException(
                    "Failed to find enum value '" + name + "' for field '" + field.getName() + "'");
        }
        if (value == null && field.getEnumType().findValueByNumber(0) != null) {
            return field.getEnumType().findValueByNumber(0); // UNKNOWN, as a newer peer's value reads
        }
        return value;
    }

    private static @Nullable Object readNumber(FieldDescriptor field, BigDecimal number) {
        return switch (field.getJavaType()) {
            case INT -> number.intValue();
            case LONG -> number.longValue();
            case FLOAT -> number.floatValue();
            case DOUBLE -> number.doubleValue();
            case ENUM -> field.getEnumType().findValueByNumber(number.intValue());
            case STRING, BYTE_STRING, BOOLEAN, MESSAGE -> throw notExpected(number, field);
        };
    }

    private static IllegalArgumentException notExpected(Object value, FieldDescriptor field) {
        String kind =
                switch (value) {
                    case Map<?, ?> _ -> "object";
                    case List<?> _ -> "array";
                    case String _ -> "string";
                    case BigDecimal _ -> "number";
                    default -> "boolean";
                };
        return new IllegalArgumentException("Not expecting a JSON " + kind + " for field '" + field.getName() + "'");
    }

    private static void missing(MessageOrBuilder message, String path, List<String> found) {
        for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
            if (field.isRequired() && !message.hasField(field)) {
                found.add(path + field.getName());
            } else if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
                missingWithin(message, field, path, found);
            }
        }
    }

    private static void missingWithin(
            MessageOrBuilder message, FieldDescriptor field, String path, List<String> found) {
        if (field.isRepeated()) {
            for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
                missing((Message) message.getRepeatedField(field, i), path + field.getName() + "[" + i + "].", found);
            }
        } else if (message.hasField(field)) {
            missing((Message) message.getField(field), path + field.getName() + ".", found);
        }
    }
}
