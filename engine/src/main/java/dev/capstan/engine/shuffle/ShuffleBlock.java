package dev.capstan.engine.shuffle;

import java.util.zip.CRC32C;

/**
 * What one map task has written for one reduce partition.
 *
 * @param checksum CRC-32C of the bytes, taken when they were written
 */
public record ShuffleBlock(int mapPartition, byte[] bytes, int checksum) {
    public static int checksumOf(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length);
        return (int) crc.getValue();
    }

    public boolean intact() {
        return checksumOf(bytes) == checksum;
    }

    @Override
    public String toString() {
        return "ShuffleBlock[map " + mapPartition + ", " + bytes.length + " bytes]";
    }
}
