package dev.capstan.ha;

import java.util.ArrayList;
import java.util.List;

/** A store that lasts as long as this object: for simulated processes, which share it as real ones share a disk. */
public final class MemoryEpochStore implements EpochStore {
    private long epoch;
    private List<byte[]> written = new ArrayList<>();

    @Override
    public synchronized Term take() {
        return new MemoryTerm(++epoch, List.copyOf(written));
    }

    @Override
    public void close() {
        // nothing is open
    }

    private synchronized void write(long ours, List<byte[]> records, boolean instead) throws StaleEpochException {
        if (ours != epoch) {
            throw new StaleEpochException("records in memory", ours);
        }
        if (instead) {
            written = new ArrayList<>(records.size());
        }
        records.forEach(record -> written.add(record.clone()));
    }

    private final class MemoryTerm implements Term {
        private final long ours;
        private final List<byte[]> found;

        MemoryTerm(long ours, List<byte[]> found) {
            this.ours = ours;
            this.found = found;
        }

        @Override
        public long epoch() {
            return ours;
        }

        @Override
        public List<byte[]> records() {
            return found.stream().map(byte[]::clone).toList();
        }

        @Override
        public void append(List<byte[]> records) throws StaleEpochException {
            Records.check(records);
            write(ours, records, false);
        }

        @Override
        public void replace(List<byte[]> records) throws StaleEpochException {
            Records.check(records);
            write(ours, records, true);
        }
    }
}
