// The first paint has a budget: what index.html loads at once, compressed, must stay under it.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const initial_js_limit_bytes = 300 * 1024;
const dist = resolve(dirname(fileURLToPath(import.meta.url)), '../dist');
const html = readFileSync(join(dist, 'index.html'), 'utf8');

const sent = (path) => gzipSync(readFileSync(join(dist, path))).length;
const named = [...html.matchAll(/(?:src|href)="\/([^"]+\.(?:js|css))"/g)].map((match) => match[1]);
const js = named.filter((path) => path.endsWith('.js')).reduce((sum, path) => sum + sent(path), 0);
const css = named.filter((path) => path.endsWith('.css')).reduce((sum, path) => sum + sent(path), 0);
const all = readdirSync(dist, { recursive: true }).map((path) => statSync(join(dist, path)));
const total = all.reduce((sum, entry) => sum + (entry.isFile() ? entry.size : 0), 0);

const kib = (bytes) => `${(bytes / 1024).toFixed(0)} KiB`;
console.log(`initial js ${kib(js)} gzip (limit ${kib(initial_js_limit_bytes)}), css ${kib(css)} gzip, dist ${kib(total)}`);
if (/https?:\/\/(?!www\.w3\.org)/.test(html)) throw new Error('index.html names another host');
if (js > initial_js_limit_bytes) throw new Error('the initial JavaScript is over its budget');
