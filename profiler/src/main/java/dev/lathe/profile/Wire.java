package dev.lathe.profile;

import dev.lathe.base.Problem;
import dev.lathe.base.Severity;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Messages between parent and worker: four bytes of length, big-endian, then JSON in UTF-8.
///
/// A request is `{"v":1,"verb":…}` with the verb's arguments. It is answered by any number of
/// `{"progress":0.4}` and then one `{"result":{…}}` or `{"problems":[…]}`. Bulk data goes through files.
/// One request at a time: neither side is thread-safe.
public final class Wire implements AutoCloseable {
    /// Version of the protocol: both sides come from one build, so another version is an error, not a negotiation.
    public static final int VERSION = 1;
    private static final int LARGEST_BYTES = 1 << 28;
    private static final JsonMapper JSON = new JsonMapper();

    private final ByteChannel channel;

    /// A wire over a connected channel, which it closes.
    public Wire(ByteChannel channel) {
        this.channel = channel;
    }

    /// An empty object to fill.
    public static ObjectNode object() {
        return JSON.createObjectNode();
    }

    /// Sends a message.
    ///
    /// @throws IOException if the other side is gone
    public void send(JsonNode message) throws IOException {
        byte[] bytes = JSON.writeValueAsBytes(message);
        ByteBuffer frame = ByteBuffer.allocate(4 + bytes.length).putInt(bytes.length).put(bytes).flip();
        while (frame.hasRemaining()) {
            channel.write(frame);
        }
    }

    /// Waits for a message.
    ///
    /// @throws EOFException if the other side is gone
    public JsonNode receive() throws IOException {
        int length = read(4).getInt();
        if (length < 0 || length > LARGEST_BYTES) {
            throw new IOException("message of " + length + " bytes");
        }
        ByteBuffer body = read(length);
        byte[] bytes = new byte[length];
        body.get(bytes);
        return JSON.readTree(bytes);
    }

    private ByteBuffer read(int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new EOFException("the other side closed the connection");
            }
        }
        return buffer.flip();
    }

    /// Problems as JSON.
    public static ArrayNode write(List<Problem> problems) {
        ArrayNode array = JSON.createArrayNode();
        for (Problem problem : problems) {
            array.addObject().put("severity", problem.severity().name()).put("code", problem.code())
                    .put("where", problem.where()).put("what", problem.what()).put("remedy", problem.remedy());
        }
        return array;
    }

    /// Problems from JSON.
    public static List<Problem> problems(JsonNode array) {
        List<Problem> problems = new ArrayList<>();
        for (JsonNode node : array) {
            problems.add(new Problem(Severity.valueOf(node.path("severity").asString()), node.path("code").asString(),
                    node.path("where").asString(), node.path("what").asString(), node.path("remedy").asString()));
        }
        return problems;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
