import { readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Terminal } from './command.ts';

const ownScript = fileURLToPath(new URL('../../../console/scripts/build.ts', import.meta.url));

/**
 * Builds the console when its sources are here and newer than what was built. An installation has what was built, and no tools to build with: there it
 * does nothing. Throws what building throws else.
 */
export async function buildConsole(terminal: Terminal, quiet: boolean, script = ownScript): Promise<void> {
  try {
    readFileSync(script);
  } catch {
    return;
  }
  const started = Date.now();
  const building = async (): Promise<{ built: boolean } | undefined> => {
    const module = (await import(pathToFileURL(script).href)) as { buildConsole: () => Promise<{ built: boolean } | undefined> };
    return await module.buildConsole();
  };
  const result = await building().catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ERR_MODULE_NOT_FOUND') return undefined;
    throw error;
  });
  if (result?.built === true && !quiet)
    terminal.out(
      terminal.language === 'zh'
        ? `控制台已构建（${Math.round((Date.now() - started) / 1000)} 秒）`
        : `The console was built (${Math.round((Date.now() - started) / 1000)} s)`,
    );
}
