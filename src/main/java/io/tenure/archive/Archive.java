package io.tenure.archive;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * A backup in a file, known to be whole.
 *
 * <pre>
 * {"archive":"tenure-backup","format":1,…}   the header, one line
 * …                                          gzip of lines, a {@link Piece} each, and one with their counts behind them
 * {"sha256":"…"}                             the digest of all bytes before, one line
 * </pre>
 *
 * <p>One is refused as a whole ({@code BACKUP_REFUSED}) where it is foreign, needs a newer program, or where a single byte is not as
 * it was written or is missing: the digest is of the file's own bytes, not of what they unpack to. Immutable, as long as nobody writes
 * the file.
 */
public final class Archive {
    /** A first line is not longer than this. */
    private static final int LONGEST_HEADER = 4096;

    private static final List<Class<? extends Piece>> ORDER = List.of(
            Piece.LeaseNode.class,
            Piece.Queue.class,
            Piece.Permits.class,
            Piece.Ended.class,
            Piece.Aside.class,
            Piece.Entry.class);

    private final Path file;
    private final Header header;
    private final long headerBytes;
    private final long bytes;
    private final Counts counts;

    private Archive(Path file, Header header, long headerBytes, long bytes, Counts counts) {
        this.file = file;
        this.header = header;
        this.headerBytes = headerBytes;
        this.bytes = bytes;
        this.counts = counts;
    }

    /**
     * Reads all of a file, and checks all of it.
     *
     * @throws Refusal when it is not a whole archive that this version can read
     * @throws IOException when the file cannot be read
     */
    public static Archive verified(Path file) throws IOException {
        long bytes = Files.size(file);
        byte[] first = firstLine(file);
        Header header = Header.parse(new String(first, UTF_8));
        if (bytes < first.length + 1 + Trailer.BYTES) {
            throw damaged("its end is missing");
        }
        requireDigest(file, bytes);
        Archive unchecked = new Archive(file, header, first.length + 1L, bytes, Counts.NONE);
        Counts counts = unchecked.countAll();
        return new Archive(file, header, first.length + 1L, bytes, counts);
    }

    private Counts countAll() throws IOException {
        try {
            return readAll(piece -> {});
        } catch (ZipException | EOFException malformed) {
            throw damaged("it does not unpack");
        }
    }

    /** Hands over all pieces in their order. */
    public void read(Consumer<Piece> each) throws IOException {
        readAll(each);
    }

    /** Its first line. */
    public Header header() {
        return header;
    }

    /** How much is in it. */
    public Counts counts() {
        return counts;
    }

    /** How long the file is. */
    public long bytes() {
        return bytes;
    }

    private static byte[] firstLine(Path file) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            int next = in.read();
            while (next >= 0 && next != '\n' && line.size() < LONGEST_HEADER) {
                line.write(next);
                next = in.read();
            }
        }
        return line.toByteArray();
    }

    private static void requireDigest(Path file, long bytes) throws IOException {
        MessageDigest digest = Trailer.digest();
        byte[] trailer;
        try (InputStream in = Files.newInputStream(file)) {
            byte[] buffer = new byte[64 * 1024];
            for (long left = bytes - Trailer.BYTES; left > 0; ) {
                int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                if (read < 0) {
                    throw damaged("it became shorter while it was read");
                }
                digest.update(buffer, 0, read);
                left -= read;
            }
            trailer = in.readNBytes(Trailer.BYTES);
        }
        if (!Trailer.line(digest).equals(new String(trailer, US_ASCII))) {
            throw damaged("its bytes are not those that were written, or its end is missing");
        }
    }

    private Counts readAll(Consumer<Piece> each) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            in.skipNBytes(headerBytes);
            InputStream packed = new Bounded(in, bytes - headerBytes - Trailer.BYTES);
            return pieces(
                    new BufferedReader(new InputStreamReader(new GZIPInputStream(packed, 64 * 1024), UTF_8), 64 * 1024),
                    each);
        }
    }

    private static Counts pieces(BufferedReader lines, Consumer<Piece> each) throws IOException {
        Counts counts = Counts.NONE;
        int kind = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            JsonNode json = json(line);
            if (PieceCodec.isEnd(json)) {
                if (!PieceCodec.counts(json).equals(counts) || lines.readLine() != null) {
                    throw damaged("it has not as many pieces as it says");
                }
                return counts;
            }
            Piece piece = piece(json);
            if (ORDER.indexOf(piece.getClass()) < kind) {
                throw damaged("its pieces are not in their order");
            }
            kind = ORDER.indexOf(piece.getClass());
            counts = counts.and(piece);
            each.accept(piece);
        }
        throw damaged("the line behind its last piece is missing");
    }

    private static JsonNode json(String line) {
        try {
            return PieceCodec.parse(line);
        } catch (IOException malformed) {
            throw damaged("a line of it is no JSON");
        }
    }

    private static Piece piece(JsonNode json) {
        try {
            return PieceCodec.piece(json);
        } catch (IllegalArgumentException malformed) {
            throw damaged(String.valueOf(malformed.getMessage()));
        }
    }

    private static Refusal damaged(String how) {
        return refused("it is damaged: " + how);
    }

    /** An archive that is not to be used, and why. */
    public static Refusal refused(String why) {
        return Refusal.of(ErrorCode.BACKUP_REFUSED, "the backup is refused: " + why);
    }

    /** So many bytes of another stream. */
    private static final class Bounded extends InputStream {
        private final InputStream in;
        private long left;

        Bounded(InputStream in, long bytes) {
            this.in = in;
            this.left = bytes;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int read = in.read(into, from, (int) Math.min(length, left));
            left -= Math.max(0, read);
            return read;
        }

        @Override
        public int available() throws IOException {
            return (int) Math.min(in.available(), left);
        }
    }
}
