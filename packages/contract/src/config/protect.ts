import * as z from 'zod';

/** Members of a JSON value by name: `html`, `content.html`; at whatever depth and in whatever list, as masks are written. */
const fieldPath = z
  .string()
  .max(200)
  .regex(/^[A-Za-z_][A-Za-z0-9_-]{0,63}(\.[A-Za-z_][A-Za-z0-9_-]{0,63}){0,5}$/, 'names joined by dots, such as content.html');

/** Fields that hold rich text, and where they are cleaned: on the way `in`, on the way `out`, or on `both`. */
export const richTextSchema = z
  .array(z.strictObject({ field: fieldPath, clean: z.enum(['in', 'out', 'both']).default('both') }))
  .max(20);

/** File types that can be told by their bytes. */
export const uploadTypes = [
  'png',
  'jpeg',
  'webp',
  'gif',
  'svg',
  'pdf',
  'docx',
  'xlsx',
  'pptx',
  'doc',
  'xls',
  'ppt',
  'zip',
  'tar',
  'gz',
  'mp3',
  'mp4',
  'wav',
  'txt',
  'csv',
] as const;
export type UploadType = (typeof uploadTypes)[number];

const size = z.int().min(1).max(1_073_741_824);

/** What is found in files, by kind; the names are those of the inspection engine, and a test of the server holds the two lists against each other. */
export const fileFindingKind = z.enum([
  'script',
  'server_code',
  'program',
  'pdf_action',
  'macro',
  'external',
  'formula',
  'archive',
  'encrypted',
  'name',
  'mismatch',
  'structure',
  'unread',
]);

/**
 * What is done about what is found in files: `refuse` the request, `note` it in its record, or `allow` it and say nothing. A kind that is absent is
 * done as the reference says of each of its findings.
 */
export const fileContentSchema = z.partialRecord(fileFindingKind, z.enum(['refuse', 'note', 'allow']));
export type FileContentConfig = z.output<typeof fileContentSchema>;

/** What a route takes as files, in a multipart body or as the body itself. */
export const uploadsSchema = z.strictObject({
  types: z.array(z.enum(uploadTypes)).min(1),
  /** Of one file. */
  maxBytes: size.default(10_485_760),
  maxFiles: z.int().min(1).max(50).default(5),
  /** Width times height of a picture, all frames of a GIF together. */
  maxPixels: z.int().min(1).max(1_000_000_000).default(40_000_000),
  /** `clean` writes an unsafe name anew; `refuse` refuses the file. */
  names: z.enum(['clean', 'refuse']).default('clean'),
  /** Takes place, camera and comments out of JPEG, PNG and WebP. */
  stripMetadata: z.boolean().default(false),
  /** Entries of a zip or office file, and how large and how much larger than packed they may be together. */
  archive: z
    .strictObject({
      entries: z.int().min(1).max(100_000).default(2_000),
      bytes: size.default(209_715_200),
      ratio: z.int().min(2).max(1_000).default(200),
      /** Archives within archives: 1 takes none in another. Office files count as archives. */
      depth: z.int().min(1).max(5).default(2),
      /** Bytes of one file that are unpacked to be read; a file with more is refused as not read to its end. */
      readBytes: size.default(33_554_432),
    })
    .prefault({}),
  content: fileContentSchema.default({}),
  /** Whether `uploads.scanner` looks for malware in each file. */
  scan: z.boolean().default(false),
  /**
   * Asks WeChat's content check about pictures and sound once the backend has stored them: `url` names the member of its answer that holds their
   * public address, `notify` a path of the backend that hears the result.
   */
  mediaCheck: z
    .strictObject({
      url: fieldPath,
      scene: z.int().min(1).max(4).default(1),
      notify: z
        .string()
        .max(200)
        .regex(/^\/[\x21-\x7e]*$/)
        .optional(),
    })
    .optional(),
});

const address = z
  .string()
  .max(300)
  .regex(
    /^(unix:\/[\x21-\x7e]+|tcp:\/\/(\[[0-9a-fA-F:]{2,45}\]|[A-Za-z0-9.-]{1,253}):\d{1,5})$/,
    'unix:/path/to/socket or tcp://host:port',
  );

const scannerCommon = {
  /** Of one file, from the first byte to the verdict. */
  timeoutMs: z.int().min(100).max(600_000).default(30_000),
  /** Larger files are not sent; they count as not scanned. */
  maxBytes: size.default(26_214_400),
  /** What happens to a file that could not be scanned: `closed` refuses it, `open` lets it pass and raises an alarm. */
  failure: z.enum(['closed', 'open']).default('closed'),
};

/** The company's malware scanner. */
export const scannerSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('clamd'), address, ...scannerCommon }),
  z.strictObject({
    kind: z.literal('icap'),
    address: z
      .string()
      .regex(
        /^icap:\/\/(\[[0-9a-fA-F:]{2,45}\]|[A-Za-z0-9.-]{1,253})(:\d{1,5})?\/[\x21-\x7e]{0,200}$/,
        'icap://host:1344/service',
      ),
    /** `respmod` as most scanners want it. */
    method: z.enum(['reqmod', 'respmod']).default('respmod'),
    ...scannerCommon,
  }),
]);
export type ScannerConfig = z.output<typeof scannerSchema>;

export const uploadsTopSchema = z.strictObject({
  scanner: scannerSchema.optional(),
  /** For files of all routes, also of those that say nothing of files; a route's own word counts more. */
  content: fileContentSchema.default({}),
});
export type UploadsConfig = z.output<typeof uploadsSchema>;
export type RichTextConfig = z.output<typeof richTextSchema>;
