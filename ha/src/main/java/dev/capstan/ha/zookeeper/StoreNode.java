package dev.capstan.ha.zookeeper;

import dev.capstan.ha.DamagedStoreException;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the node of a store holds, as text that people can read.
 *
 * @param epoch of the latest term
 * @param folder the child that has the records; empty before the first is written
 */
record StoreNode(long epoch, String folder) {
    static final StoreNode FIRST = new StoreNode(0, "");

    private static final Pattern TEXT = Pattern.compile("capstan-store-1 epoch (\\d{1,18}) (records-\\d+-\\d+|none)");

    static StoreNode of(byte[] data, String place) throws DamagedStoreException {
        String text = new String(data, StandardCharsets.UTF_8);
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw new DamagedStoreException(
                    place
                            + " is no store of this version: it holds '"
                            + text.substring(0, Math.min(60, text.length()))
                            + "'");
        }
        return new StoreNode(Long.parseLong(parts.group(1)), parts.group(2).equals("none") ? "" : parts.group(2));
    }

    StoreNode next() {
        return new StoreNode(epoch + 1, folder);
    }

    StoreNode in(String newFolder) {
        return new StoreNode(epoch, newFolder);
    }

    byte[] bytes() {
        String text = "capstan-store-1 epoch " + epoch + " " + (folder.isEmpty() ? "none" : folder);
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
