import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { Decrypter, Encrypter } from 'age-encryption';
import { createTarDecoder, createTarPacker, type ParsedTarEntry } from 'modern-tar';
import { BackupError } from './model.ts';
import { passphraseIdentity, passphraseRecipient } from './passphrase.ts';

/** To whom a backup is sealed: age recipients, or a passphrase. */
export type SealedTo = { readonly recipients: readonly string[] } | { readonly passphrase: string };
/** With what it is opened: age identities, or the passphrase. */
export type OpenedWith = { readonly identities: readonly string[] } | { readonly passphrase: string };

/** A member of the archive. `bytes` gives exactly `size` bytes. */
export interface Member {
  readonly name: string;
  readonly size: number;
  readonly bytes: () => AsyncIterable<Uint8Array>;
}

/** Writes members as tar, gzip and age (age-encryption.org/v1), in this order, to a new file. Resolves to its length and SHA-256. */
export async function writeContainer(
  file: string,
  to: SealedTo,
  members: AsyncIterable<Member>,
): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const encrypter = new Encrypter();
  if ('passphrase' in to) encrypter.addRecipient(passphraseRecipient(to.passphrase));
  else for (const recipient of to.recipients) encrypter.addRecipient(recipient);
  const { readable, controller } = createTarPacker();
  const packed = (async () => {
    try {
      for await (const { name, size, bytes } of members) {
        const writer = controller.add({ name, size, mode: 0o600, mtime: new Date(0) }).getWriter();
        for await (const part of bytes()) await writer.write(part);
        await writer.close();
      }
      controller.finalize();
    } catch (error) {
      controller.error(error);
      throw error;
    }
  })();
  const zipped = createGzip({ level: 3 });
  const zipping = pipeline(Readable.fromWeb(readable as never), zipped);
  // What fails is told below, by its cause: nobody is to hear of it as an error that nobody waits for.
  for (const one of [packed, zipping]) one.catch(() => undefined);
  const sealed = await encrypter.encrypt(Readable.toWeb(zipped) as never);
  const hash = createHash('sha256');
  let bytes = 0;
  const counted = async function* (source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const part of source) {
      hash.update(part);
      bytes += part.length;
      yield part;
    }
  };
  const ends = await Promise.allSettled([
    packed,
    zipping,
    pipeline(Readable.fromWeb(sealed as never), counted, createWriteStream(file, { mode: 0o600, flags: 'wx' })),
  ]);
  // A member that failed comes before what that made fail.
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return { bytes, sha256: hash.digest('hex') };
}

/** A member as it is read; `body` must be read to its end before the next one comes. */
export interface ReadMember {
  readonly name: string;
  readonly size: number;
  readonly body: AsyncIterable<Uint8Array>;
}

/** Reads the members of a container in their order. @throws BackupError `not_opened`, `not_a_backup` */
export async function* readContainer(file: string, opened: OpenedWith): AsyncGenerator<ReadMember> {
  const decrypter = new Decrypter();
  if ('passphrase' in opened) decrypter.addIdentity(passphraseIdentity(opened.passphrase));
  else for (const identity of opened.identities) decrypter.addIdentity(identity);
  const source = createReadStream(file);
  let plain: ReadableStream<Uint8Array>;
  try {
    plain = await decrypter.decrypt(Readable.toWeb(source) as ReadableStream<Uint8Array>);
  } catch (error) {
    throw new BackupError('not_opened', '', { cause: error });
  }
  const decoder = createTarDecoder({ strict: true });
  const reader = (decoder.readable as unknown as ReadableStream<ParsedTarEntry>).getReader();
  const fed = pipeline(Readable.fromWeb(plain as never), createGunzip(), Writable.fromWeb(decoder.writable as never));
  const heard = orFailure(fed);
  try {
    for (;;) {
      const { value, done } = await heard(reader.read());
      if (done) break;
      const { header, body } = value;
      if (header.type !== undefined && header.type !== 'file') throw new BackupError('not_a_backup', header.type);
      if (!Number.isSafeInteger(header.size) || header.size < 0) throw new BackupError('not_a_backup', 'size of a file');
      yield { name: header.name, size: header.size, body: untilFailure(body, heard) };
    }
    await fed;
  } catch (error) {
    throw error instanceof BackupError ? error : new BackupError('damaged', '', { cause: error });
  } finally {
    // Whoever has seen enough leaves in the middle.
    source.destroy();
  }
}

type Heard = <T>(wait: Promise<T>) => Promise<T>;

/**
 * Waits for one thing at a time, or until `work` fails: whoever waits for the decoder must hear that nothing will come any more. No race of promises: `work`
 * would hold every result of every race until it ends, which is the whole backup in memory.
 */
function orFailure(work: Promise<unknown>): Heard {
  let failure: { readonly error: unknown } | null = null;
  let refuse: ((error: unknown) => void) | null = null;
  const damaged = (error: unknown): BackupError => new BackupError('damaged', '', { cause: error });
  work.catch((error: unknown) => {
    failure = { error: damaged(error) };
    refuse?.(failure.error);
  });
  return (wait) =>
    new Promise((resolve, reject) => {
      if (failure !== null) return reject(failure.error);
      refuse = reject;
      wait.then(
        (value) => {
          refuse = null;
          resolve(value);
        },
        (error: unknown) => reject(damaged(error)),
      );
    });
}

async function* untilFailure(body: ReadableStream<Uint8Array>, heard: Heard): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  for (;;) {
    const { value, done } = await heard(reader.read());
    if (done) return;
    yield value;
  }
}
