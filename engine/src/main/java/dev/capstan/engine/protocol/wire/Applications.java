package dev.capstan.engine.protocol.wire;

import com.google.protobuf.InvalidProtocolBufferException;

import dev.capstan.engine.protocol.Application;

import java.util.HexFormat;
import java.util.TreeMap;

/** What an executor process is told of its application, both ways. */
public final class Applications {
    private Applications() {}

    public static byte[] toBytes(Application application) {
        var form = ExecutorProto.Application.newBuilder().putAllSettings(application.settings());
        for (Application.ClassFile file : application.classPath()) {
            form.addClassPath(
                    ExecutorProto.Application.ClassFile.newBuilder()
                            .setName(file.name())
                            .setSha256(Values.bytes(HexFormat.of().parseHex(file.sha256())))
                            .setBytes(file.bytes()));
        }
        return form.build().toByteArray();
    }

    /**
     * @throws InvalidProtocolBufferException when these are not the bytes of an application
     */
    public static Application fromBytes(byte[] bytes) throws InvalidProtocolBufferException {
        ExecutorProto.Application form = ExecutorProto.Application.parseFrom(bytes);
        return new Application(
                new TreeMap<>(form.getSettingsMap()),
                form.getClassPathList().stream()
                        .map(file ->
                                new Application.ClassFile(
                                        file.getName(),
                                        HexFormat.of().formatHex(file.getSha256().toByteArray()),
                                        file.getBytes()))
                        .toList());
    }
}
