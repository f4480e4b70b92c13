const maxFiles = 10_000;

/** The files of a zip archive of stored files, by its central directory. Throws TypeError for anything else. */
export function readZip(zip: Buffer): Map<string, Buffer> {
  const refuse = (): never => {
    throw new TypeError('not a zip archive of stored files');
  };
  const files = new Map<string, Buffer>();
  try {
    const end = zip.length - 22;
    if (end < 0 || zip.readUInt32LE(end) !== 0x06054b50) return refuse();
    const entries = zip.readUInt16LE(end + 10);
    let at = zip.readUInt32LE(end + 16);
    if (entries > maxFiles) return refuse();
    for (let entry = 0; entry < entries; entry += 1) {
      if (zip.readUInt32LE(at) !== 0x02014b50 || zip.readUInt16LE(at + 10) !== 0) return refuse();
      const size = zip.readUInt32LE(at + 24);
      const length = zip.readUInt16LE(at + 28);
      const local = zip.readUInt32LE(at + 42);
      const name = zip.toString('utf8', at + 46, at + 46 + length);
      const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
      if (start + size > zip.length || files.has(name)) return refuse();
      files.set(name, zip.subarray(start, start + size));
      at += 46 + length + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
    }
    return files;
  } catch (error) {
    if (error instanceof RangeError) return refuse();
    throw error;
  }
}
