package dev.lathe.evaluate.source;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.UnsupportedAudioFileException;

/// Mono sound in a WAV file: whole numbers of 8 to 32 bits or 32-bit floats.
///
/// @param file where it is
/// @param rate samples a second
/// @param length samples
public record WavFile(Path file, int rate, int length) {

    /// Reads the header.
    ///
    /// @throws ProblemException if it is no WAV file, or of a kind that is refused
    public static WavFile open(Path file) {
        try (AudioInputStream sound = stream(file)) {
            return checked(file, sound);
        } catch (IOException e) {
            throw SourceProblems.unreadable(file, e);
        }
    }

    private static AudioInputStream stream(Path file) throws IOException {
        InputStream bytes = new BufferedInputStream(Files.newInputStream(file));
        try {
            return AudioSystem.getAudioInputStream(bytes);
        } catch (UnsupportedAudioFileException e) {
            bytes.close();
            throw new ProblemException(damage(file, "is no WAV file (" + e.getMessage() + ")",
                    "Save it as WAV with 16-bit samples."), e);
        }
    }

    private static WavFile checked(Path file, AudioInputStream sound) {
        AudioFormat format = sound.getFormat();
        if (format.getChannels() != 1) {
            throw damage(file, "has " + format.getChannels() + " channels, and only mono is taken",
                    "Mix it down first, for example with ffmpeg -i IN -ac 1 OUT.wav.").toException();
        }
        int bits = format.getSampleSizeInBits();
        boolean whole = isWhole(format) && bits % 8 == 0 && bits >= 8 && bits <= 32;
        if (!whole && !(format.getEncoding().equals(AudioFormat.Encoding.PCM_FLOAT) && bits == 32)) {
            throw damage(file, "has samples of " + bits + " bits in the encoding " + format.getEncoding()
                    + ", which is not taken", "Save it as WAV with 16-bit samples.").toException();
        }
        return new WavFile(file, Math.round(format.getSampleRate()), Math.toIntExact(sound.getFrameLength()));
    }

    private static boolean isWhole(AudioFormat format) {
        return format.getEncoding().equals(AudioFormat.Encoding.PCM_SIGNED)
                || format.getEncoding().equals(AudioFormat.Encoding.PCM_UNSIGNED);
    }

    /// All samples, between -1 and 1.
    public float[] samples() {
        try (AudioInputStream sound = stream(file)) {
            AudioFormat format = sound.getFormat();
            int size = format.getSampleSizeInBits() / 8;
            ByteBuffer bytes = ByteBuffer.wrap(sound.readNBytes(Math.multiplyExact(length, size)))
                    .order(format.isBigEndian() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
            float[] samples = new float[length];
            for (int i = 0; i < samples.length && bytes.remaining() >= size; i++) {
                samples[i] = sample(bytes, size, format);
            }
            return samples;
        } catch (IOException e) {
            throw SourceProblems.unreadable(file, e);
        }
    }

    private static float sample(ByteBuffer bytes, int size, AudioFormat format) {
        if (format.getEncoding().equals(AudioFormat.Encoding.PCM_FLOAT)) {
            return bytes.getFloat();
        }
        if (format.getEncoding().equals(AudioFormat.Encoding.PCM_UNSIGNED)) {
            return ((bytes.get() & 0xFF) - 128) / 128f;
        }
        return switch (size) {
            case 1 -> bytes.get() / 128f;
            case 2 -> bytes.getShort() / 32_768f;
            case 4 -> bytes.getInt() / 0x1p31f;
            default -> three(bytes) / 8_388_608f;
        };
    }

    private static int three(ByteBuffer bytes) {
        int a = bytes.get() & 0xFF;
        int b = bytes.get() & 0xFF;
        int c = bytes.get() & 0xFF;
        return bytes.order() == ByteOrder.LITTLE_ENDIAN
                ? (c << 24 | b << 16 | a << 8) >> 8
                : (a << 24 | b << 16 | c << 8) >> 8;
    }

    static Problem damage(Path file, String what, String remedy) {
        return Problem.error("dataset-sound", file.toString(), what, remedy);
    }
}
