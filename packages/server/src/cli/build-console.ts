import { readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Terminal } from './command.ts';

/** Builds the console when its sources are here and newer than what was built. Throws what building throws. */
export async function buildConsole(terminal: Terminal, quiet: boolean): Promise<void> {
  const script = fileURLToPath(new URL('../../../console/scripts/build.ts', import.meta.url));
  try {
    readFileSync(script);
  } catch {
    return;
  }
  const started = Date.now();
  const loaded = await import(pathToFileURL(script).href).then(
    (module) => module as { buildConsole: () => Promise<{ built: boolean } | undefined> },
    (error: NodeJS.ErrnoException) => {
      // An installation has what was built, and no tools to build with.
      if (error.code === 'ERR_MODULE_NOT_FOUND') return null;
      throw error;
    },
  );
  const result = await loaded?.buildConsole();
  if (result?.built === true && !quiet)
    terminal.out(
      terminal.language === 'zh'
        ? `控制台已构建（${Math.round((Date.now() - started) / 1000)} 秒）`
        : `The console was built (${Math.round((Date.now() - started) / 1000)} s)`,
    );
}
