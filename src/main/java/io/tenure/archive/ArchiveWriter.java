package io.tenure.archive;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Writes an archive as a stream: nothing of it is kept, and nothing of it can be read as whole before {@link #finish}. Not safe for use
 * by several threads.
 */
public final class ArchiveWriter {
    private static final int BUFFER = 64 * 1024;

    private final DigestOutputStream out;
    private final GZIPOutputStream pieces;
    private Counts counts = Counts.NONE;

    /** @param to is not closed by this */
    public ArchiveWriter(OutputStream to, Header header) throws IOException {
        out = new DigestOutputStream(new BufferedOutputStream(to, BUFFER), Trailer.digest());
        out.write((header.line() + "\n").getBytes(UTF_8));
        pieces = new GZIPOutputStream(out, BUFFER);
    }

    /** Writes one piece, which must be of the kind of the last or of a later one. */
    public void write(Piece piece) throws IOException {
        line(PieceCodec.line(piece));
        counts = counts.and(piece);
    }

    /** Writes what tells that it is whole, and how much it was. */
    public Counts finish() throws IOException {
        line(PieceCodec.end(counts));
        pieces.finish();
        String trailer = Trailer.line(out.getMessageDigest());
        out.on(false);
        out.write(trailer.getBytes(UTF_8));
        out.flush();
        return counts;
    }

    private void line(String line) throws IOException {
        pieces.write(line.getBytes(UTF_8));
        pieces.write('\n');
    }
}
