import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { latin, png, rulesOf, tar, zip } from '../testing/build.ts';

const link = 0o120777;
/** An entry that no directory names: who reads from the front finds it. */
const hidden = zip([{ name: 'x.jsp', data: '<% Runtime.getRuntime() %>' }]).subarray(0, 70);
const pax = '32 comment=a\n18 path=good.txt  \n19 path=../../../x\n';
const unicodePath = (name: string): Buffer =>
  Buffer.concat([latin('up'), Buffer.from([5 + name.length, 0, 1, 0, 0, 0, 0]), latin(name)]);
/** A tape whose first empty block is followed by another entry. */
const goesOn = (): Buffer => Buffer.concat([tar([{ name: 'a' }]).subarray(0, 1_536), tar([{ name: 'x.php' }])]);
const wrongSum = (): Buffer => {
  const bytes = tar([{ name: 'a', size: 512 }, { name: 'x.php' }]);
  bytes.write('0000001\0', 148);
  return bytes;
};

describe('an archive that does harm where it is unpacked', () => {
  it.each([
    ['a path upwards', zip([{ name: '../../x' }]), 'upload.archive_path'],
    ['a path upwards within', zip([{ name: 'a/../../x' }]), 'upload.archive_path'],
    ['a path of Windows', zip([{ name: 'a\\..\\..\\x' }]), 'upload.archive_path'],
    ['a path from the root', zip([{ name: '/etc/cron.d/x' }]), 'upload.archive_path'],
    ['a drive', zip([{ name: 'C:/x' }]), 'upload.archive_path'],
    ['a name with a null', zip([{ name: 'a.txt\0.png' }]), 'upload.archive_path'],
    ['a link', zip([{ name: 'a', data: '/etc/passwd', mode: link }]), 'upload.archive_link'],
    [
      'entries that overlap',
      zip([
        { name: 'a', data: 'x'.repeat(300) },
        { name: 'b', offset: 0 },
      ]),
      'upload.archive_overlap',
    ],
    ['two of one name', zip([{ name: 'a' }, { name: 'A' }]), 'upload.archive_repeated'],
    ['another name in front', zip([{ name: 'a.txt', localName: 'b.exe' }]), 'upload.archive_disagrees'],
    ['encryption', zip([{ name: 'a', flags: 1 }]), 'upload.archive_encrypted'],
    ['strong encryption', zip([{ name: 'a', method: 99 }]), 'upload.archive_encrypted'],
    ['a size that is too large', zip([{ name: 'a', plain: 1_000_000_000 }]), 'upload.archive_bomb'],
    ['a size that is a lie', zip([{ name: 'a', data: Buffer.alloc(600_000), plain: 10 }]), 'upload.archive_bomb'],
    ['a program', zip([{ name: 'a/发票.exe' }]), 'upload.archive_program'],
    [
      'a program without its name',
      zip([{ name: 'a/发票', data: Buffer.from('4d5a90000300000004000000ffff0000', 'hex') }]),
      'upload.program',
    ],
    ['settings of a server', zip([{ name: 'a/.htaccess' }]), 'upload.server_name'],
    ['a page of a server', zip([{ name: 'a/x.jsp' }]), 'upload.server_name'],
    ['code in an entry', zip([{ name: 'a.txt', data: '<?php run();' }]), 'upload.php_code'],
    ['a script in a drawing', zip([{ name: 'a.svg', data: '<svg onload="run()"/>' }]), 'upload.markup_handler'],
    ['a formula in a table', zip([{ name: 'a.csv', data: "x,=cmd|'/C calc'!A0" }]), 'upload.formula_command'],
    ['something in front', zip([{ name: 'a' }], { before: Buffer.from('PK\x03\x04') }), 'upload.second_format'],
    ['a page as its comment', zip([{ name: 'a' }], { comment: '<script>run()</script>' }), 'upload.second_format'],
    ['something behind', Buffer.concat([zip([{ name: 'a' }]), Buffer.alloc(40)]), 'upload.structure'],
    ['an archive behind a picture', png('x', zip([{ name: 'a' }])), 'upload.second_format'],
    ['a path in a tape', tar([{ name: '../x' }]), 'upload.archive_path'],
    ['a long path in a tape', tar([{ name: 'x', type: 'L', data: '/etc/cron.d/x' }, { name: 'short' }]), 'upload.archive_path'],
    ['a path of pax', tar([{ name: 'x', type: 'x', data: '19 path=../../../x\n' }, { name: 'short' }]), 'upload.archive_path'],
    ['a link in a tape', tar([{ name: 'x', type: '2' }]), 'upload.archive_link'],
    ['code in a tape', tar([{ name: 'x', data: '<?php run();' }]), 'upload.php_code'],
    ['code packed', gzipSync('<?php run();'), 'upload.php_code'],
    ['a packed tape', gzipSync(tar([{ name: '../x' }])), 'upload.archive_path'],
    ['an entry between two', zip([{ name: 'a', gap: hidden }, { name: 'b' }]), 'upload.archive_disagrees'],
    ['an entry behind the data of another', zip([{ name: 'a', tail: hidden }]), 'upload.archive_disagrees'],
    ['another size in front', zip([{ name: 'a', data: hidden, stored: true, localPacked: 1 }]), 'upload.archive_disagrees'],
    ['a second name', zip([{ name: 'a.txt', extra: unicodePath('../x.php') }]), 'upload.archive_disagrees'],
    ['code in what is said of an entry', zip([{ name: 'a.txt', words: '<?php run();' }]), 'upload.php_code'],
    [
      'a path of pax behind words that look like one',
      tar([{ name: 'x', type: 'x', data: pax }, { name: 'short' }]),
      'upload.archive_path',
    ],
    ['a path of pax for all', tar([{ name: 'x', type: 'g', data: '13 path=../x\n' }, { name: 'short' }]), 'upload.structure'],
    [
      'two names',
      tar([{ name: 'x', type: 'L', data: 'a' }, { name: 'x', type: 'x', data: '10 path=b\n' }, { name: 'c' }]),
      'upload.structure',
    ],
    [
      'a size of pax',
      tar([{ name: 'x', type: 'x', data: '13 size=1024\n' }, { name: 'a', size: 0, data: '' }, { name: 'x.php' }, { name: 'b' }]),
      'upload.structure',
    ],
    ['code in an entry of no known type', tar([{ name: 'x', type: '7', data: '<?php run();' }]), 'upload.php_code'],
    ['an entry behind the end of a tape', goesOn(), 'upload.structure'],
    ['a head whose sum is wrong', wrongSum(), 'upload.structure'],
    ['code behind what is packed', Buffer.concat([gzipSync('a'), latin('\0<?php run();')]), 'upload.structure'],
    ['a packed desert', gzipSync(Buffer.alloc(3_000_000)), 'upload.archive_bomb'],
  ])('by %s is told', async (_what, bytes, rule) => expect(await rulesOf(bytes)).toContain(rule));

  it('in too many entries, or too deep, is told', async () => {
    const many = zip(Array.from({ length: 30 }, (_, at) => ({ name: `${at}` })));
    expect(await rulesOf(many, null, { bounds: { entries: 20 } })).toEqual(['upload.archive_bomb']);
    expect(
      await rulesOf(tar(Array.from({ length: 30 }, (_, at) => ({ name: `${at}` }))), null, { bounds: { entries: 20 } }),
    ).toEqual(['upload.archive_bomb']);
    const nested = zip([{ name: 'b.zip', data: zip([{ name: 'c.zip', data: zip([{ name: 'd' }]) }]) }]);
    expect(await rulesOf(nested)).toEqual(['upload.archive_nested']);
    expect(await rulesOf(nested, null, { bounds: { depth: 3 } })).toEqual([]);
    let packed: Buffer = Buffer.from('x');
    for (let times = 0; times < 6; times += 1) packed = gzipSync(packed);
    expect(await rulesOf(packed)).toEqual(['upload.archive_nested']);
  });

  it('that hides what it holds behind too much is told', async () => {
    const noise = Buffer.from(Array.from({ length: 200_000 }, (_, at) => Math.imul(at, 2_654_435_761) >>> 24));
    const parts = [
      { name: 'a', data: noise },
      { name: 'b.txt', data: '<?php run();' },
    ];
    expect(await rulesOf(zip(parts), null, { bounds: { readBytes: 100_000 } })).toEqual(['upload.too_much']);
    expect(await rulesOf(zip(parts))).toEqual(['upload.php_code']);
  });

  it('says in which entry', async () => {
    const { readFile } = await import('../read-file.ts');
    const { source } = await import('../testing/build.ts');
    const inner = zip([{ name: 'a' }, { name: 'b.txt', data: '12345 <?php run();' }]);
    const { findings } = await readFile(source(zip([{ name: 'x' }, { name: 'y' }, { name: 'z.zip', data: inner }])), {
      filename: null,
    });
    expect(findings).toEqual([{ rule: 'upload.php_code', at: 6, entries: [3, 2] }]);
  });
});

describe('an honest archive', () => {
  it.each([
    [
      'zip',
      zip([
        { name: '资料/', data: '', stored: true },
        { name: '资料/说明.txt', data: '说明' },
        { name: '资料/a.png', data: png('x'), stored: true },
      ]),
    ],
    ['zip with the words of its maker', zip([{ name: 'a' }], { comment: '0123456789abcdef0123456789abcdef01234567' })],
    ['zip in a zip', zip([{ name: 'b.zip', data: zip([{ name: 'c.txt', data: 'x' }]) }])],
    ['zip of much that is alike', zip([{ name: 'a.txt', data: 'x'.repeat(900_000) }])],
    ['tape', tar([{ name: 'a/b.txt', data: '说明' }])],
    ['packed text', gzipSync('姓名,工号\n')],
    ['packed tape', gzipSync(tar([{ name: 'a.txt', data: 'x' }]))],
  ])('%s passes', async (_what, bytes) => expect(await rulesOf(bytes)).toEqual([]));

  it('of the large form is read', async () => {
    const plain = zip([{ name: 'a.txt', data: '<?php run();' }]);
    const end = plain.length - 22;
    const record = Buffer.alloc(56);
    record.writeUInt32LE(0x06064b50);
    record.writeBigUInt64LE(44n, 4);
    for (const at of [24, 32]) record.writeBigUInt64LE(1n, at);
    record.writeBigUInt64LE(BigInt(plain.readUInt32LE(end + 12)), 40);
    record.writeBigUInt64LE(BigInt(plain.readUInt32LE(end + 16)), 48);
    const locator = Buffer.alloc(20);
    locator.writeUInt32LE(0x07064b50);
    locator.writeBigUInt64LE(BigInt(end), 8);
    const last = Buffer.from(plain.subarray(end));
    last.fill(0xff, 8, 20);
    expect(await rulesOf(Buffer.concat([plain.subarray(0, end), record, locator, last]))).toEqual(['upload.php_code']);
  });

  it('of a form that is not unpacked is told as not read', async () => {
    expect(await rulesOf(zip([{ name: 'a.rar', data: latin('Rar!\x1a\x07\x00 and more') }]))).toEqual(['upload.unread']);
    expect(await rulesOf(zip([{ name: 'a', method: 14 }]))).toContain('upload.unread');
  });
});
