import * as z from 'zod';

/** What is asked of the company, and how proofs by hand are kept; see docs/guides/compliance.md. */
export const complianceSchema = z.strictObject({
  mlps: z
    .strictObject({
      /** Grade that was filed with the police for the system (GB/T 22240). */
      level: z.union([z.literal(2), z.literal(3)]).default(3),
      /** Whether the extension for mobile use counts. */
      mobile: z.boolean().default(true),
    })
    .prefault({}),
  /** Level of OWASP ASVS that is wanted of protected apps. */
  asvs: z.union([z.literal(1), z.literal(2), z.literal(3)]).default(2),
  attestations: z
    .strictObject({
      /** Greatest size of a file. */
      fileBytes: z
        .int()
        .min(1_024)
        .max(16 * 1_048_576)
        .default(8 * 1_048_576),
      /** Files of one requirement, those that have ended included. */
      files: z.int().min(1).max(200).default(30),
      /** No attestation holds for longer. */
      days: z.int().min(1).max(1_096).default(366),
    })
    .prefault({}),
});
export type ComplianceConfig = z.output<typeof complianceSchema>;

/** Reports that are kept; see docs/guides/compliance.md. */
export const reportsSchema = z.strictObject({
  /** Days for which a made report is kept. */
  keepDays: z.int().min(30).max(36_500).default(1_095),
  /** Records of the audit log that an evidence pack holds with their proofs, the newest of each proof first. */
  packRecords: z.int().min(0).max(2_000).default(200),
});
export type ReportsConfig = z.output<typeof reportsSchema>;
