package dev.capstan.devcluster.mesos.site;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;

import dev.capstan.devcluster.mesos.http.Exchange;
import dev.capstan.devcluster.mesos.http.HttpAnswer;
import dev.capstan.devcluster.mesos.json.ProtoJson;

import org.apache.mesos.v1.Protos.FileInfo;
import org.apache.mesos.v1.Protos.TimeInfo;
import org.apache.mesos.v1.agent.Protos.Call;
import org.apache.mesos.v1.agent.Protos.Response;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What an agent shows operators of sandboxes: which files are in a directory, and what is in a file. */
final class AgentFiles {
    /** As much as one answer holds. */
    private static final int MOST_BYTES = 16 << 20;

    private static final List<PosixFilePermission> BITS =
            List.of(
                    PosixFilePermission.OTHERS_EXECUTE,
                    PosixFilePermission.OTHERS_WRITE,
                    PosixFilePermission.OTHERS_READ,
                    PosixFilePermission.GROUP_EXECUTE,
                    PosixFilePermission.GROUP_WRITE,
                    PosixFilePermission.GROUP_READ,
                    PosixFilePermission.OWNER_EXECUTE,
                    PosixFilePermission.OWNER_WRITE,
                    PosixFilePermission.OWNER_READ);
    private static final int DIRECTORY = 0x4000;
    private static final int FILE = 0x8000;

    private final Path root;

    /**
     * @param root below which files may be seen
     */
    AgentFiles(Path root) {
        this.root = root;
    }

    void handle(Exchange exchange) {
        switch (CallReader.read(exchange.request(), Call.newBuilder())) {
            case CallReader.Read.Refused(var refusal) -> exchange.answer(refusal);
            case CallReader.Read.Call(var call) -> {
                MediaType type = CallReader.accepted(exchange.request());
                exchange.answer(type == null ? CallReader.notAcceptable() : answer(call.build(), type));
            }
        }
    }

    private HttpAnswer answer(Call call, MediaType type) {
        try {
            return switch (call.getType()) {
                case GET_HEALTH -> {
                    Response.Builder response = Response.newBuilder().setType(Response.Type.GET_HEALTH);
                    response.getGetHealthBuilder().setHealthy(true);
                    yield encoded(response.build(), type);
                }
                case LIST_FILES -> encoded(list(call.getListFiles().getPath()), type);
                case READ_FILE -> encoded(read(call.getReadFile()), type);
                case UNKNOWN -> HttpAnswer.text(400, "Failed to validate agent::Call: Expecting 'type' to be present");
                default -> HttpAnswer.text(501, call.getType() + " is not served by this agent");
            };
        } catch (IOException e) {
            System.getLogger(AgentFiles.class.getName())
                    .log(System.Logger.Level.DEBUG, "a file that cannot be shown", e);
            return HttpAnswer.text(404, "No such file or directory.");
        }
    }

    private static HttpAnswer encoded(Message message, MediaType type) {
        byte[] body =
                switch (type) {
                    case JSON -> ProtoJson.write(message).getBytes(StandardCharsets.UTF_8);
                    case PROTOBUF -> message.toByteArray();
                };
        return HttpAnswer.of(200, type.header(), body);
    }

    /** What lies outside is as if it were not there, also where a link leads to it. */
    private Path inside(String path) throws IOException {
        Path real = Path.of(path).toRealPath();
        if (!real.startsWith(root.toRealPath())) {
            throw new IOException(path + " is not in " + root);
        }
        return real;
    }

    private Response list(String directory) throws IOException {
        Response.Builder response = Response.newBuilder().setType(Response.Type.LIST_FILES);
        response.getListFilesBuilder();
        try (Stream<Path> files = Files.list(inside(directory))) {
            for (Path each : files.sorted().toList()) {
                response.getListFilesBuilder().addFileInfos(info(each));
            }
        }
        return response.build();
    }

    private static FileInfo info(Path file) throws IOException {
        var attributes = Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        long modified = attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS);
        return FileInfo.newBuilder()
                .setPath(file.toString())
                .setSize(attributes.size())
                .setMtime(TimeInfo.newBuilder().setNanoseconds(modified))
                .setMode((attributes.isDirectory() ? DIRECTORY : FILE) | bits(attributes.permissions()))
                .setUid(attributes.owner().getName())
                .setGid(attributes.group().getName())
                .build();
    }

    private static int bits(Set<PosixFilePermission> permissions) {
        int bits = 0;
        for (int i = 0; i < BITS.size(); i++) {
            if (permissions.contains(BITS.get(i))) {
                bits |= 1 << i;
            }
        }
        return bits;
    }

    private Response read(Call.ReadFile call) throws IOException {
        Response.Builder response = Response.newBuilder().setType(Response.Type.READ_FILE);
        try (SeekableByteChannel file = Files.newByteChannel(inside(call.getPath()))) {
            long rest = Math.max(0, file.size() - call.getOffset());
            long wanted = call.hasLength() ? Math.min(call.getLength(), rest) : rest;
            var bytes = ByteBuffer.allocate((int) Math.min(wanted, MOST_BYTES));
            file.position(call.getOffset());
            int got = 0;
            while (bytes.hasRemaining() && got >= 0) {
                got = file.read(bytes);
            }
            response.getReadFileBuilder().setSize(file.size()).setData(ByteString.copyFrom(bytes.flip()));
        }
        return response.build();
    }
}
