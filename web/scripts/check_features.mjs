// A feature folder may import from api, lib, ui and itself, never from another feature: what two features need
// belongs below both. The shell (app/) is the only one that sees all of them. Lower layers never look up.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../src');
const allowed = {
  api: ['api'],
  lib: ['lib', 'api'],
  ui: ['ui', 'lib', 'api'],
  features: ['api', 'lib', 'ui'],
  app: ['app', 'api', 'lib', 'ui', 'features', 'styles'],
};

const files = readdirSync(root, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.(ts|tsx)$/.test(entry.name))
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name));

let wrong = 0;
for (const file of files) {
  const here = relative(root, file).split('/');
  const layer = here[0];
  if (!(layer in allowed)) continue; // main.tsx sees everything
  for (const match of readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?\s*'(\.[^']*)'/g)) {
    const there = relative(root, resolve(dirname(file), match[1])).split('/');
    const same_feature = layer === 'features' && there[0] === 'features' && there[1] === here[1];
    if (same_feature || allowed[layer].includes(there[0])) continue;
    console.error(`${relative(root, file)}: may not import ${there.join('/')}`);
    wrong += 1;
  }
}
if (wrong > 0) process.exit(1);
console.log(`${files.length} files, imports only point down`);
