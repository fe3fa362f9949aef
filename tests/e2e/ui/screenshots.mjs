// Pictures of pages: node screenshots.mjs FOLDER [PATH…] with MARU_URL set; both widths, both schemes.
// ONLY=1280-light takes one of them; VIEWPORT=1 takes what fits the window, as docs/images does.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { open_browser, settle, watch } from './browser.mjs';

const [folder = 'screenshots', ...paths] = process.argv.slice(2);
const url = process.env.MARU_URL ?? 'http://127.0.0.1:8299';
const only = process.env.ONLY;
mkdirSync(folder, { recursive: true });
for (const width of [1280, 375]) {
  for (const scheme of ['light', 'dark']) {
    if (only && only !== `${width}-${scheme}`) continue;
    const { context, close } = await open_browser({ width, height: width === 375 ? 812 : 800, scheme });
    const page = await context.newPage();
    const problems = watch(page);
    for (const path of paths.length > 0 ? paths : ['/']) {
      await page.goto(url + path, { waitUntil: 'load' });
      await settle(page);
      const name = path === '/' ? 'overview' : path.slice(1).replace(/[^\w-]+/g, '_');
      await page.screenshot({ path: join(folder, `${name}-${width}-${scheme}.png`), fullPage: !process.env.VIEWPORT });
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (overflow > 0) problems.push(`${path}: ${overflow} px wider than the window`);
    }
    for (const problem of problems) console.log(`${width} ${scheme}: ${problem}`);
    await close();
  }
}
