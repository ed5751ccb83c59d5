#!/usr/bin/env node
// Plain JavaScript that any Node can read, so that a user of an old one learns in a sentence what to do.
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(
    `rugged needs Node 22.19 or newer, this is ${process.versions.node}. ` +
      'Install a current Node (https://nodejs.org), or run: npx -p node@22 -p ruggedapi rugged\n',
  )
  process.exit(2)
}

const { existsSync } = await import('node:fs')
// The package carries compiled JavaScript; a checkout has none and runs its TypeScript as it is.
const source = new URL('../src/cli/main.ts', import.meta.url)
const { main } = await import(existsSync(source) ? source.href : new URL('../dist/cli/main.js', import.meta.url).href)
process.exitCode = await main(process.argv.slice(2))
