/** For tests: the files of a zip archive of stored files, read by its central directory. */
export function readZip(zip: Buffer): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  const end = zip.length - 22;
  if (zip.readUInt32LE(end) !== 0x06054b50) throw new Error('no end of a central directory');
  let at = zip.readUInt32LE(end + 16);
  for (let entry = 0; entry < zip.readUInt16LE(end + 10); entry += 1) {
    if (zip.readUInt32LE(at) !== 0x02014b50) throw new Error('no entry of a central directory');
    const size = zip.readUInt32LE(at + 24);
    const length = zip.readUInt16LE(at + 28);
    const local = zip.readUInt32LE(at + 42);
    const start = local + 30 + zip.readUInt16LE(local + 26);
    files.set(zip.toString('utf8', at + 46, at + 46 + length), zip.subarray(start, start + size));
    at += 46 + length;
  }
  return files;
}
