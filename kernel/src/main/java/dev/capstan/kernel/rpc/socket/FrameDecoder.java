package dev.capstan.kernel.rpc.socket;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;

import java.util.List;

/** Cuts what arrives into frames. A length beyond what is allowed at the time ends the connection before it is read. */
final class FrameDecoder extends ByteToMessageDecoder {
    private int mostBytes;

    FrameDecoder(int mostBytes) {
        this.mostBytes = mostBytes;
    }

    void allow(int bytes) {
        mostBytes = bytes;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws ProtocolException {
        if (in.readableBytes() < Integer.BYTES) {
            return;
        }
        int length = in.getInt(in.readerIndex());
        if (length < 1 || length > mostBytes) {
            throw new ProtocolException(
                    "a frame of "
                            + Integer.toUnsignedString(length)
                            + " bytes, where at most "
                            + mostBytes
                            + " may come");
        }
        if (in.readableBytes() >= Integer.BYTES + length) {
            in.skipBytes(Integer.BYTES);
            out.add(in.readRetainedSlice(length));
        }
    }
}
