package io.tenure.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written is read again, and a file that is not exactly what was written is refused as a whole. */
class ArchiveTest {
    private static final Header HEADER = Header.now("1.2.3", Instant.parse("2026-11-22T02:00:00.113Z"), 7, 4294967312L);

    /** Neither JSON nor UTF-8. */
    private static final byte[] ODD = {(byte) 0xff, 0, '\n', '"', (byte) 0xc3};

    @TempDir
    Path folder;

    private static List<Piece> pieces() {
        List<Piece> pieces = new ArrayList<>();
        IntStream.range(0, 8)
                .forEach(i -> pieces.add(new Piece.LeaseNode(
                        "4f1c2a3e-90ab-4cde-8f01-0000000000" + (10 + i),
                        i,
                        100 + i,
                        200,
                        300,
                        bytes("{\"lease\":" + i))));
        pieces.add(new Piece.LeaseNode("4f1c2a3e-90ab-4cde-8f01-000000000099", 0, 1, 2, 3, ODD));
        pieces.add(new Piece.Queue("lock", "nightly", List.of("_c_a-lock-0000000000", "_c_b-lock-0000000001"), 1));
        pieces.add(new Piece.Permits("bulk", 5, 1 << 20));
        pieces.add(new Piece.Ended("4f1c2a3e-90ab-4cde-8f01-000000000001", bytes("{}")));
        pieces.add(new Piece.Aside("x-0-0", 1, 2, "why", null, ODD));
        pieces.add(new Piece.Aside("y-0-0", 1, 2, "why", "mended", bytes("")));
        IntStream.range(0, 8)
                .forEach(i -> pieces.add(new Piece.Entry("r" + i, i, i, bytes("{\"n\":" + i + ",\"ö\":\"\\n\"}"))));
        return pieces;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static byte[] written(Header header, List<Piece> pieces) {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ArchiveWriter writer = new ArchiveWriter(out, header);
            for (Piece piece : pieces) {
                writer.write(piece);
            }
            writer.finish();
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Archive verified(byte[] bytes) throws IOException {
        Path file = folder.resolve("archive");
        Files.write(file, bytes);
        return Archive.verified(file);
    }

    private void assertRefused(byte[] bytes, String what) {
        assertThatThrownBy(() -> verified(bytes))
                .as(what)
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.BACKUP_REFUSED));
    }

    @Test
    void whatIsWrittenIsReadAgain() throws IOException {
        Archive archive = verified(written(HEADER, pieces()));

        List<Piece> read = new ArrayList<>();
        archive.read(read::add);
        assertThat(read).usingRecursiveComparison().isEqualTo(pieces());
        assertThat(archive.header()).isEqualTo(HEADER);
        assertThat(archive.counts()).isEqualTo(new Counts(9, 1, 2, 1, 1, 1, 2, 8));
    }

    @Test
    void anEmptyOneIsWhole() throws IOException {
        assertThat(verified(written(HEADER, List.of())).counts()).isEqualTo(Counts.NONE);
    }

    @Test
    void peopleCanReadTheFirstLine() {
        assertThat(new String(written(HEADER, pieces()), UTF_8))
                .startsWith("{\"archive\":\"tenure-backup\",\"format\":1,\"minReader\":1,\"tenure\":\"1.2.3\","
                        + "\"takenAt\":\"2026-11-22T02:00:00.113Z\",\"tokenBase\":7,\"from\":4294967312}\n");
    }

    @Test
    void aDamagedByteIsNoticedWhereverItIs() {
        byte[] whole = written(HEADER, pieces());
        SplittableRandom random = new SplittableRandom(1);

        for (int i = 0; i < whole.length; i++) {
            byte[] damaged = whole.clone();
            damaged[i] ^= (byte) (1 << random.nextInt(8));
            assertRefused(damaged, "byte " + i + " of " + whole.length);
        }
    }

    @Test
    void aMissingEndIsNoticedWhereverItBegins() {
        byte[] whole = written(HEADER, pieces());

        for (int length = 0; length < whole.length; length++) {
            assertRefused(Arrays.copyOf(whole, length), length + " of " + whole.length);
        }
    }

    @Test
    void moreThanWasWrittenIsNoticed() {
        byte[] whole = written(HEADER, pieces());

        assertRefused(Arrays.copyOf(whole, whole.length + 1), "a byte more");
        byte[] twice = Arrays.copyOf(whole, whole.length * 2);
        System.arraycopy(whole, 0, twice, whole.length, whole.length);
        assertRefused(twice, "twice the same");
    }

    @Test
    void whatAnotherProgramWroteIsRefused() {
        assertThatThrownBy(() -> verified(bytes("PK\u0003\u0004"))).hasMessageContaining("no backup of Tenure");
        assertThatThrownBy(() -> verified(bytes("{\"archive\":\"other\",\"minReader\":1}\n")))
                .hasMessageContaining("no backup of Tenure");
        assertThatThrownBy(() -> verified(bytes("[1]\n"))).hasMessageContaining("no backup of Tenure");
    }

    @Test
    void whatANewerProgramWroteIsRefusedBeforeAnythingElseIsLookedAt() {
        Header newer = new Header(3, 2, "9.0.0", HEADER.takenAt(), 0, 0);

        assertThatThrownBy(() -> verified(written(newer, pieces())))
                .hasMessageContaining("needs a program that reads format 2")
                .hasMessageContaining("9.0.0");
        assertThatThrownBy(() -> verified(bytes(newer.line() + "\nwhatever comes then")))
                .hasMessageContaining("needs a program that reads format 2");
    }

    @Test
    void whatANewerProgramWroteForThisOneIsRead() throws IOException {
        Header newer = new Header(2, 1, "9.0.0", HEADER.takenAt(), 0, 0);

        assertThat(verified(written(newer, pieces())).counts().records()).isEqualTo(8);
    }

    @Test
    void piecesOutOfTheirOrderAreRefused() {
        List<Piece> turned = new ArrayList<>(pieces());
        turned.add(turned.remove(0));

        assertThatThrownBy(() -> verified(written(HEADER, turned))).hasMessageContaining("not in their order");
    }
}
