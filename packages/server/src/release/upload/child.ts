import { createRequire } from 'node:module';
import * as z from 'zod';

/**
 * One upload in a process of its own: `run-upload.ts` starts it without our environment, because the module that it loads is the company's and not ours. It
 * says what came of it as its last line of standard output.
 */
const request = z.object({
  module: z.string(),
  appid: z.string(),
  folder: z.string(),
  privateKey: z.string(),
  version: z.string(),
  description: z.string(),
  robot: z.number(),
  ignores: z.array(z.string()),
});

/** What of miniprogram-ci is used. */
interface MiniprogramCi {
  readonly Project: new (options: {
    readonly appid: string;
    readonly type: 'miniProgram';
    readonly projectPath: string;
    readonly privateKeyPath: string;
    readonly ignores: readonly string[];
  }) => unknown;
  upload(options: {
    readonly project: unknown;
    readonly version: string;
    readonly desc: string;
    readonly robot: number;
    readonly onProgressUpdate: () => void;
  }): Promise<unknown>;
}

const given = request.parse(JSON.parse(process.argv[2] ?? '{}'));
const end = (said: object): never => {
  process.stdout.write(`\n${JSON.stringify(said)}\n`);
  process.exit(0);
};
try {
  const loaded = createRequire(given.module)(given.module) as MiniprogramCi & { readonly default?: MiniprogramCi };
  const ci = loaded.default ?? loaded;
  const project = new ci.Project({
    ...{ appid: given.appid, type: 'miniProgram' as const, projectPath: given.folder, privateKeyPath: given.privateKey },
    ignores: given.ignores,
  });
  const { version, description: desc, robot } = given;
  await ci.upload({ project, version, desc, robot, onProgressUpdate: () => undefined });
  end({ ok: true });
} catch (error) {
  end({ ok: false, message: error instanceof Error ? error.message.slice(0, 2_000) : 'unknown' });
}
