package dev.capstan.ha.zookeeper;

import dev.capstan.ha.DamagedStoreException;
import dev.capstan.ha.EpochStore;
import dev.capstan.ha.Records;
import dev.capstan.ha.StaleEpochException;
import dev.capstan.ha.Term;

import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.transaction.CuratorOp;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A store in ZooKeeper. The node of the store holds the epoch and the name of the folder with the records, which are
 * nodes of their own with rising numbers.
 *
 * <p>Every change is a transaction that checks the version of the store's node, which rises with the epoch: a term that
 * is over cannot change anything, whatever it believes. Where a connection is lost it is not known whether the change
 * has happened; it is tried again, and what it finds tells.
 */
public final class ZooKeeperEpochStore implements EpochStore {
    /** A transaction is one request, and servers refuse those of a megabyte. */
    private static final int MOST_TRANSACTION_BYTES = 600 << 10;

    private static final int MOST_OPERATIONS = 200;

    private final ZooKeeperPlace place;
    private final CuratorFramework client;

    public ZooKeeperEpochStore(ZooKeeperPlace place) {
        this.place = place;
        this.client = place.connect();
    }

    @Override
    public Term take() throws IOException {
        return asking(
                "take over",
                () -> {
                    create(place.path(), StoreNode.FIRST.bytes());
                    while (true) {
                        client.sync().forPath(place.path());
                        Stat stat = new Stat();
                        StoreNode before = node(client.getData().storingStatIn(stat).forPath(place.path()));
                        StoreNode ours = before.next();
                        try {
                            int version =
                                    client.setData()
                                            .withVersion(stat.getVersion())
                                            .forPath(place.path(), ours.bytes())
                                            .getVersion();
                            return begun(ours, version);
                        } catch (KeeperException.BadVersionException e) {
                            // somebody was faster; or we were, and the answer was lost, and one epoch has no term
                        }
                    }
                });
    }

    private Term begun(StoreNode node, int version) throws Exception {
        List<byte[]> records = new ArrayList<>();
        long last = 0;
        if (!node.folder().isEmpty()) {
            String folder = place.path() + "/" + node.folder();
            try {
                for (String name : client.getChildren().forPath(folder).stream().sorted().toList()) {
                    records.add(client.getData().forPath(folder + "/" + name));
                    last = RecordName.number(name);
                }
            } catch (KeeperException.NoNodeException e) {
                throw reasonOf(e, node.epoch(), version);
            }
        }
        var term = new ZooKeeperTerm(node, version, records, last);
        term.deleteOtherFolders();
        return term;
    }

    /** Why something is not as a term knows it: the next one has tidied up, if there is one. */
    private Exception reasonOf(KeeperException surprise, long epoch, int version) throws Exception {
        Stat stat = client.checkExists().forPath(place.path());
        boolean over = stat != null && stat.getVersion() != version;
        return over ? new StaleEpochException(place.toString(), epoch, surprise) : surprise;
    }

    private void create(String path, byte[] data) throws Exception {
        try {
            client.create().creatingParentsIfNeeded().forPath(path, data);
        } catch (KeeperException.NodeExistsException e) {
            // which is what is wanted
        }
    }

    private StoreNode node(byte[] data) throws DamagedStoreException {
        return StoreNode.of(data, place.toString());
    }

    /** Work that asks ZooKeeper. */
    @FunctionalInterface
    private interface Asking<T> {
        T ask() throws Exception;
    }

    private <T> T asking(String what, Asking<T> asking) throws IOException {
        try {
            return asking.ask();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(place + ": interrupted in the attempt to " + what);
        } catch (KeeperException.NoNodeException e) {
            throw new DamagedStoreException(place + ": " + e.getPath() + " has vanished", e);
        } catch (KeeperException.ConnectionLossException
                | KeeperException.OperationTimeoutException
                | KeeperException.SessionExpiredException e) {
            IOException nobody =
                    new ConnectException(place + ": cannot " + what + ": no server of the ensemble answers");
            nobody.initCause(e);
            throw nobody;
        } catch (KeeperException e) {
            throw new IOException(place + ": cannot " + what + ": " + words(e), e);
        } catch (Exception e) {
            throw new IOException(place + ": cannot " + what + ": " + e, e);
        }
    }

    private static String words(KeeperException e) {
        return switch (e.code()) {
            case NOAUTH -> "the nodes belong to somebody else: look at user and password in the URL";
            default -> e.code() + " at " + e.getPath();
        };
    }

    @Override
    public void close() {
        client.close();
    }

    @Override
    public String toString() {
        return place.toString();
    }

    private final class ZooKeeperTerm implements Term {
        private final List<byte[]> found;
        private StoreNode node;
        private int version;
        private long last;
        private int replacements;
        private boolean over;

        ZooKeeperTerm(StoreNode node, int version, List<byte[]> found, long last) {
            this.node = node;
            this.version = version;
            this.found = found;
            this.last = last;
        }

        @Override
        public long epoch() {
            return node.epoch();
        }

        @Override
        public List<byte[]> records() {
            return found.stream().map(byte[]::clone).toList();
        }

        @Override
        public void append(List<byte[]> records) throws IOException {
            Records.check(records);
            write(
                    "append",
                    () -> {
                        if (node.folder().isEmpty()) {
                            changeFolder(records);
                        } else {
                            last = add(node.folder(), last, records);
                        }
                    });
        }

        @Override
        public void replace(List<byte[]> records) throws IOException {
            Records.check(records);
            write("replace", () -> changeFolder(records));
        }

        /** Work that changes the store. */
        @FunctionalInterface
        private interface Writing {
            void write() throws Exception;
        }

        private void write(String what, Writing writing) throws IOException {
            if (over) {
                throw new IOException(place + ": the term of epoch " + epoch() + " is over");
            }
            over = true;
            asking(
                    what,
                    () -> {
                        writing.write();
                        return true;
                    });
            over = false;
        }

        private long add(String folder, long from, List<byte[]> records) throws Exception {
            long number = from;
            List<CuratorOp> operations = new ArrayList<>();
            long bytes = 0;
            for (byte[] record : records) {
                if (bytes + record.length > MOST_TRANSACTION_BYTES || operations.size() == MOST_OPERATIONS) {
                    transact(operations);
                    operations.clear();
                    bytes = 0;
                }
                String path = place.path() + "/" + folder + "/" + RecordName.of(++number);
                operations.add(client.transactionOp().create().forPath(path, record));
                bytes += record.length;
            }
            transact(operations);
            return number;
        }

        /** Makes a folder with these records, and lets the store's node name it: from then on it is the one. */
        private void changeFolder(List<byte[]> records) throws Exception {
            StoreNode changed = node.in("records-" + epoch() + "-" + ++replacements);
            String folder = place.path() + "/" + changed.folder();
            transact(List.of(client.transactionOp().create().forPath(folder, new byte[0])));
            long number = add(changed.folder(), 0, records);
            try {
                version = client.setData().withVersion(version).forPath(place.path(), changed.bytes()).getVersion();
            } catch (KeeperException.BadVersionException e) {
                Stat stat = new Stat();
                byte[] there = client.getData().storingStatIn(stat).forPath(place.path());
                if (!Arrays.equals(there, changed.bytes())) {
                    throw stale(e);
                }
                version = stat.getVersion(); // it was ours: only the answer was lost
            }
            node = changed;
            last = number;
            deleteOtherFolders();
        }

        void deleteOtherFolders() throws Exception {
            try {
                for (String name : client.getChildren().forPath(place.path())) {
                    if (!name.equals(node.folder())) {
                        delete(place.path() + "/" + name);
                    }
                }
            } catch (KeeperException.NoNodeException e) {
                throw reasonOf(e, epoch(), version);
            }
        }

        private void delete(String folder) throws Exception {
            List<CuratorOp> operations = new ArrayList<>();
            for (String record : client.getChildren().forPath(folder)) {
                operations.add(client.transactionOp().delete().forPath(folder + "/" + record));
                if (operations.size() == MOST_OPERATIONS) {
                    transact(operations);
                    operations.clear();
                }
            }
            operations.add(client.transactionOp().delete().forPath(folder));
            transact(operations);
        }

        /**
         * All of them, if the term is not over. That a first try whose answer was lost has done them already is well.
         */
        private void transact(List<CuratorOp> operations) throws Exception {
            List<CuratorOp> all = new ArrayList<>(operations.size() + 1);
            all.add(client.transactionOp().check().withVersion(version).forPath(place.path()));
            all.addAll(operations);
            try {
                client.transaction().forOperations(all);
            } catch (KeeperException.BadVersionException e) {
                throw stale(e);
            } catch (KeeperException.NodeExistsException | KeeperException.NoNodeException e) {
                requireDone(operations, e);
            }
        }

        private void requireDone(List<CuratorOp> operations, KeeperException cause) throws Exception {
            for (CuratorOp operation : operations) {
                boolean exists = client.checkExists().forPath(operation.getTypeAndPath().getForPath()) != null;
                boolean shall =
                        switch (operation.getTypeAndPath().getType()) {
                            case CREATE -> true;
                            case DELETE -> false;
                            default -> throw new IllegalStateException("no such change: " + operation);
                        };
                if (exists != shall) {
                    throw reasonOf(cause, epoch(), version);
                }
            }
        }

        private StaleEpochException stale(KeeperException cause) {
            return new StaleEpochException(place.toString(), epoch(), cause);
        }
    }
}
