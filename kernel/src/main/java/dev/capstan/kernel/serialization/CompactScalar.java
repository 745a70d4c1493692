package dev.capstan.kernel.serialization;

import org.jspecify.annotations.Nullable;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.Date;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Classes of the JDK whose objects hold no others, each with its bytes in the compact format. New ones go last. */
enum CompactScalar {
    BIG_INTEGER(BigInteger.class, CompactScalar::write, CompactScalar::readBigInteger),
    BIG_DECIMAL(
            BigDecimal.class,
            (value, out) -> {
                out.writeSigned(value.scale());
                write(value.unscaledValue(), out);
            },
            in -> {
                int scale = in.readSigned();
                return new BigDecimal(readBigInteger(in), scale);
            }),
    UNIQUE_ID(
            UUID.class,
            (value, out) -> {
                out.writeLong(value.getMostSignificantBits());
                out.writeLong(value.getLeastSignificantBits());
            },
            in -> new UUID(in.readLong(), in.readLong())),
    DATE(Date.class, (value, out) -> out.writeSignedLong(value.getTime()), in -> new Date(in.readSignedLong())),
    LOCAL_DATE(LocalDate.class, CompactScalar::write, CompactScalar::readLocalDate),
    LOCAL_TIME(LocalTime.class, CompactScalar::write, CompactScalar::readLocalTime),
    LOCAL_DATE_TIME(LocalDateTime.class, CompactScalar::write, CompactScalar::readLocalDateTime),
    INSTANT(
            Instant.class,
            (value, out) -> {
                out.writeSignedLong(value.getEpochSecond());
                out.writeVarInt(value.getNano());
            },
            in -> Instant.ofEpochSecond(in.readSignedLong(), in.readVarInt())),
    DURATION(
            Duration.class,
            (value, out) -> {
                out.writeSignedLong(value.getSeconds());
                out.writeVarInt(value.getNano());
            },
            in -> Duration.ofSeconds(in.readSignedLong(), in.readVarInt())),
    PERIOD(
            Period.class,
            (value, out) -> {
                out.writeSigned(value.getYears());
                out.writeSigned(value.getMonths());
                out.writeSigned(value.getDays());
            },
            in -> Period.of(in.readSigned(), in.readSigned(), in.readSigned())),
    YEAR_MONTH(
            YearMonth.class,
            (value, out) -> {
                out.writeSigned(value.getYear());
                out.writeVarInt(value.getMonthValue());
            },
            in -> YearMonth.of(in.readSigned(), in.readVarInt())),
    ZONE_OFFSET(ZoneOffset.class, CompactScalar::write, CompactScalar::readOffset),
    ZONE_REGION(ZoneId.of("UTC").getClass(), CompactScalar::write, CompactScalar::readZone),
    OFFSET_DATE_TIME(
            OffsetDateTime.class,
            (value, out) -> {
                write(value.toLocalDateTime(), out);
                write(value.getOffset(), out);
            },
            in -> OffsetDateTime.of(readLocalDateTime(in), readOffset(in))),
    ZONED_DATE_TIME(
            ZonedDateTime.class,
            (value, out) -> {
                write(value.toLocalDateTime(), out);
                write(value.getOffset(), out);
                write(value.getZone(), out);
            },
            // where the rules of the zone are others than where it was written, the instant stays
            in -> ZonedDateTime.ofInstant(readLocalDateTime(in), readOffset(in), readZone(in)));

    private static final CompactScalar[] BY_TAG = values();
    private static final Map<Class<?>, CompactScalar> BY_TYPE =
            Arrays.stream(BY_TAG).collect(Collectors.toUnmodifiableMap(scalar -> scalar.type, scalar -> scalar));

    private final Class<?> type;
    private final BiConsumer<Object, ByteOutput> writer;
    private final Function<ByteInput, Object> reader;

    <T> CompactScalar(Class<? extends T> type, BiConsumer<T, ByteOutput> writer, Function<ByteInput, Object> reader) {
        this.type = type;
        this.writer = (value, out) -> writer.accept(type.cast(value), out);
        this.reader = reader;
    }

    /** Null for any other class, those that extend one of these among them. */
    static @Nullable CompactScalar of(Class<?> type) {
        return BY_TYPE.get(type);
    }

    /** Null if this is no tag of theirs. */
    static @Nullable CompactScalar tagged(byte tag) {
        int index = tag - CompactTag.SCALARS;
        return index >= 0 && index < BY_TAG.length ? BY_TAG[index] : null;
    }

    void put(Object value, ByteOutput out) {
        out.write(CompactTag.SCALARS + ordinal());
        writer.accept(value, out);
    }

    Object read(ByteInput in) {
        return reader.apply(in);
    }

    private static void write(BigInteger value, ByteOutput out) {
        byte[] bytes = value.toByteArray();
        out.writeVarInt(bytes.length);
        out.write(bytes);
    }

    private static BigInteger readBigInteger(ByteInput in) {
        int length = in.readVarInt();
        return new BigInteger(in.buffer(), in.take(length), length);
    }

    private static void write(LocalDate value, ByteOutput out) {
        out.writeSignedLong(value.toEpochDay());
    }

    private static LocalDate readLocalDate(ByteInput in) {
        return LocalDate.ofEpochDay(in.readSignedLong());
    }

    private static void write(LocalTime value, ByteOutput out) {
        out.writeVarLong(value.toNanoOfDay());
    }

    private static LocalTime readLocalTime(ByteInput in) {
        return LocalTime.ofNanoOfDay(in.readVarLong());
    }

    private static void write(LocalDateTime value, ByteOutput out) {
        write(value.toLocalDate(), out);
        write(value.toLocalTime(), out);
    }

    private static LocalDateTime readLocalDateTime(ByteInput in) {
        return LocalDateTime.of(readLocalDate(in), readLocalTime(in));
    }

    private static void write(ZoneOffset value, ByteOutput out) {
        out.writeSigned(value.getTotalSeconds());
    }

    private static ZoneOffset readOffset(ByteInput in) {
        return ZoneOffset.ofTotalSeconds(in.readSigned());
    }

    private static void write(ZoneId value, ByteOutput out) {
        byte[] id = value.getId().getBytes(StandardCharsets.UTF_8);
        out.writeVarInt(id.length);
        out.write(id);
    }

    private static ZoneId readZone(ByteInput in) {
        int length = in.readVarInt();
        return ZoneId.of(new String(in.buffer(), in.take(length), length, StandardCharsets.UTF_8));
    }
}
