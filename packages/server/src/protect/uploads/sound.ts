import type { ByteSource } from './byte-source.ts';

const maxBoxes = 10_000;

/** ISO base media file (ISO/IEC 14496-12): boxes that fill the file, the first of them `ftyp` with a brand that players know. */
export async function isPlainMp4(source: ByteSource): Promise<boolean> {
  const head = await source.read(0, 12);
  if (
    head.length < 12 ||
    !/^(?:isom|iso[2-9]|mp4[12]|avc1|M4A |M4V |MSNV|dash|3gp[4-9]|qt {2})$/.test(head.toString('latin1', 8, 12))
  )
    return false;
  let at = 0;
  for (let box = 0; box < maxBoxes; box += 1) {
    const start = await source.read(at, 16);
    if (start.length < 8 || !/^[A-Za-z0-9 ©]{4}$/.test(start.toString('latin1', 4, 8))) return false;
    let size = start.readUInt32BE(0);
    if (size === 0) return true;
    if (size === 1) {
      if (start.length < 16) return false;
      size = Number(start.readBigUInt64BE(8));
    }
    if (size < 8) return false;
    at += size;
    if (at === source.size) return true;
    if (at > source.size) return false;
  }
  return false;
}

/** RIFF WAVE whose length is the file's. */
export async function isPlainWav(source: ByteSource): Promise<boolean> {
  const head = await source.read(0, 16);
  const length = head.length < 16 ? -1 : head.readUInt32LE(4) + 8;
  return head.toString('latin1', 12, 15) === 'fmt' && (length === source.size || length + 1 === source.size);
}

/** MPEG audio with its tag where it has one: after the tag there is a frame. */
export async function isPlainMp3(source: ByteSource): Promise<boolean> {
  const head = await source.read(0, 10);
  if (head.length < 10) return false;
  if (head.toString('latin1', 0, 3) !== 'ID3') return isFrame(head);
  const [a = 0, b = 0, c = 0, d = 0] = head.subarray(6);
  if (((a | b | c | d) & 0x80) !== 0) return false;
  const after = 10 + (a << 21) + (b << 14) + (c << 7) + d;
  // Some taggers pad.
  const next = await source.read(after, 4_096);
  const frame = next.findIndex((byte) => byte !== 0);
  return frame >= 0 && isFrame(next.subarray(frame));
}

const isFrame = (bytes: Buffer): boolean => bytes[0] === 0xff && ((bytes[1] ?? 0) & 0xe6) === 0xe2;
