// Walks the whole UI in Chromium: every room from the navigation, then every page those lead to, one of each kind;
// keys, search, filters in the URL, live events, both schemes, a phone. Any console error, failed request or page
// wider than its window fails. MARU_URL names a server; without it the mock of web/ is started.
//   node tests/e2e/ui/run.mjs [--shots FOLDER]
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { open_browser, settle, watch } from './browser.mjs';

const shots_at = process.argv.indexOf('--shots');
const shots = shots_at > 0 ? process.argv[shots_at + 1] : process.env.MARU_UI_SHOTS;
if (shots) mkdirSync(shots, { recursive: true });

const mock = process.env.MARU_URL ? null : await (await import('../../../web/mock/server.mjs')).start();
const url = process.env.MARU_URL?.replace(/\/$/, '') ?? mock.url;

const pages_limit = 80; // enough for one page of each kind from every page reached
const failures = [];

/** /runs/3f2a → /runs/*, so that one page of each kind is visited and not ten thousand. */
function kind_of(path) {
  const [bare] = path.split('?');
  const [, room, name, child, id] = bare.split('/');
  if (!name) return `/${room}`;
  if (['views', 'services'].includes(name)) return `/${room}/${name}/*`;
  return child ? `/${room}/*/${child}/${id ? '*' : ''}` : `/${room}/*`;
}

async function check(name, test) {
  try {
    await test();
    console.log(`ok    ${name}`);
  } catch (problem) {
    failures.push(name);
    console.log(`FAIL  ${name}\n      ${problem.message.split('\n').slice(0, 6).join('\n      ')}`);
  }
}

const shoot = async (page, name) => {
  if (shots) await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
};

const picture_name = (path, suffix) =>
  `${path === '/' ? 'overview' : kind_of(path).slice(1).replace(/\/\*/g, '-one').replace(/[^\w-]+/g, '-')}-${suffix}`;

/** Every link of the page that stays in the app. */
const links_of = (page) =>
  page.$$eval('a[href^="/"]', (all) => all.filter((a) => !a.hasAttribute('download')).map((a) => a.getAttribute('href')));

/** A page nobody touches does next to nothing; one that draws itself over and over would be busy all the time. */
async function is_at_rest(page, path) {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const measure = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    const value = (name) => metrics.find((each) => each.name === name).value;
    return { script_s: value('ScriptDuration'), at_s: value('Timestamp') };
  };
  const before = await measure();
  await page.waitForTimeout(400);
  const after = await measure();
  await session.detach();
  const busy = (after.script_s - before.script_s) / (after.at_s - before.at_s);
  assert.ok(busy < 0.5, `${path}: busy ${Math.round(busy * 100)} % of the time while nothing happens`);
}

async function looks_whole(page, problems, path) {
  const title = await page.textContent('h1');
  assert.ok(title?.trim(), `${path}: no title`);
  assert.ok(!/no such page|broke/.test(title), `${path}: ${title}`);
  const trouble = await page.$$eval('.trouble', (all) => all.map((each) => each.textContent));
  assert.deepEqual(trouble, [], `${path}: says there is trouble`);
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wider <= 0, `${path}: ${wider} px wider than the window`);
  assert.deepEqual(problems.splice(0), [], path);
}

// ---- every page, light, 1280 px
const visited = new Map();
{
  const { context, close } = await open_browser({ width: 1280, height: 900 });
  const page = await context.newPage();
  const problems = watch(page);
  const waiting = ['/'];
  const seen = new Set(['/']);
  while (waiting.length > 0 && visited.size < pages_limit) {
    const path = waiting.shift();
    await check(`page ${path}`, async () => {
      await page.goto(url + path, { waitUntil: 'load' });
      await settle(page);
      await looks_whole(page, problems, path);
      if (mock) await is_at_rest(page, path); // a live server may well keep a page busy
      visited.set(kind_of(path), path);
      await shoot(page, picture_name(path, '1280-light'));
      for (const link of await links_of(page)) {
        if (seen.has(kind_of(link))) continue;
        seen.add(kind_of(link));
        waiting.push(link);
      }
    });
  }

  await check('navigation by mouse keeps the page loaded', async () => {
    await page.goto(url, { waitUntil: 'load' });
    await settle(page);
    await page.evaluate(() => (window.kept = true));
    for (const label of ['Data sets', 'Features', 'Pipelines', 'Experiments', 'Models', 'Endpoints', 'Predictions', 'Monitors', 'Rules', 'Events']) {
      await page.click(`nav[aria-label="Rooms"] >> text="${label}"`);
      await page.waitForFunction((wanted) => document.querySelector('h1')?.textContent === wanted, label);
    }
    assert.equal(await page.evaluate(() => window.kept), true);
  });

  await check('keys: g m goes to models, / searches, Escape leaves', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('m');
    await page.waitForFunction(() => location.pathname === '/models');
    await page.keyboard.press('/');
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('role')), 'combobox');
    await page.keyboard.type('monit');
    await page.waitForSelector('#search-results [aria-selected="true"]');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => location.pathname.startsWith('/monitors'));
  });

  await check('filters live in the URL', async () => {
    await page.goto(`${url}/events?type=version.aliased`, { waitUntil: 'load' });
    await settle(page);
    const types = await page.$$eval('.filters input', (all) => all.map((each) => each.value));
    assert.ok(types.includes('version.aliased'), `filter shows ${types}`);
    await page.click('text=Clear');
    await page.waitForFunction(() => location.search === '');
  });

  await check('runs can be compared', async () => {
    const experiment = visited.get('/experiments/*');
    if (!experiment) return;
    await page.goto(url + experiment, { waitUntil: 'load' });
    await settle(page);
    const boxes = await page.$$('td input[type="checkbox"]');
    if (boxes.length < 2) return;
    await boxes[0].click();
    await boxes[1].click();
    await page.click('button:has-text("Compare")');
    await page.waitForFunction(() => document.querySelector('h1')?.textContent === '2 runs side by side');
    await settle(page);
    const path = await page.evaluate(() => location.pathname + location.search);
    await looks_whole(page, problems, path);
    await shoot(page, picture_name('/compare', '1280-light'));
    visited.set('/compare', path);
  });

  await check('a filter that cannot be read says where, and the page stays', async () => {
    const experiment = visited.get('/experiments/*');
    if (!experiment) return;
    await page.goto(url + experiment, { waitUntil: 'load' });
    await settle(page);
    if (!(await page.$('[aria-label="Filter"]'))) return;
    await page.fill('[aria-label="Filter"]', 'foo ~ 3');
    await page.click('button:has-text("Filter")');
    await page.waitForSelector('.trouble');
    assert.ok((await page.textContent('.trouble'))?.trim());
    await page.click('button:has-text("Clear")');
    await page.waitForSelector('.trouble', { state: 'detached' });
    problems.splice(0); // the 400 that was asked for
  });

  await check('an endpoint can be tried, and its answer followed to its data', async () => {
    const endpoint = visited.get('/endpoints/*');
    if (!endpoint) return;
    await page.goto(url + endpoint, { waitUntil: 'load' });
    await settle(page);
    if (!(await page.$('button:has-text("Predict")'))) return;
    await page.click('button:has-text("Predict")');
    await page.waitForSelector('.try-output');
    const link = await page.$('text=where it came from');
    if (!link) return; // this endpoint keeps none of its answers
    const path = await link.getAttribute('href');
    await page.waitForTimeout(1500); // predictions are written behind the answer
    await page.goto(url + path, { waitUntil: 'load' });
    await settle(page);
    await looks_whole(page, problems, path);
    await shoot(page, picture_name(path, '1280-light'));
    visited.set('/predictions/*', path);
  });

  await check('an unknown address says so', async () => {
    await page.goto(`${url}/no/such/page`, { waitUntil: 'load' });
    await page.waitForSelector('text=There is no such page');
    assert.deepEqual(problems.splice(0), []);
  });

  await check('pages are live', async () => {
    await page.goto(url, { waitUntil: 'load' });
    await settle(page);
    await page.waitForSelector('.side-foot >> text=live');
    if (mock) {
      const event = { id: 99_999, at_ms: Date.UTC(2013, 0, 1), type: 'model.created', subject: 'model/just-now', project: 'bikes', actor: 'test', payload: { model: 'just-now' }, cause: null };
      await fetch(`${url}/mock/event`, { method: 'POST', body: JSON.stringify(event) });
      await page.waitForSelector('text=just-now', { timeout: 10_000 });
    }
  });

  await check('nothing is unlabelled', async () => {
    const bare = await page.$$eval('button, a, input', (all) =>
      all
        .filter((each) => !(each.textContent?.trim() || each.getAttribute('aria-label') || each.labels?.length || each.getAttribute('title')))
        .map((each) => each.outerHTML.slice(0, 120)),
    );
    assert.deepEqual(bare, []);
  });
  await close();
}

// ---- the same pages in the dark and on a phone
for (const [width, height, scheme] of [[1280, 900, 'dark'], [375, 812, 'light'], [375, 812, 'dark']]) {
  const { context, close } = await open_browser({ width, height, scheme });
  const page = await context.newPage();
  const problems = watch(page);
  for (const path of visited.values()) {
    await check(`${width} px ${scheme} ${path}`, async () => {
      await page.goto(url + path, { waitUntil: 'load' });
      await settle(page);
      await looks_whole(page, problems, path);
      await shoot(page, picture_name(path, `${width}-${scheme}`));
    });
  }
  if (width === 375) {
    await check(`${scheme}: the menu opens and leads on`, async () => {
      await page.click('[aria-label="Menu"]');
      await page.click('.side.open >> text="Rules"');
      await page.waitForFunction(() => location.pathname === '/rules');
    });
  }
  await close();
}

// ---- a server that was started a second ago: every room teaches
if (mock) {
  const fresh = await (await import('../../../web/mock/server.mjs')).start({ empty: true });
  const { context, close } = await open_browser({ width: 1280, height: 900 });
  const page = await context.newPage();
  const problems = watch(page);
  for (const path of ['/', '/datasets', '/features', '/pipelines', '/experiments', '/models', '/endpoints', '/monitors', '/rules', '/events']) {
    await check(`empty ${path}`, async () => {
      await page.goto(fresh.url + path, { waitUntil: 'load' });
      await settle(page);
      assert.ok(await page.$('.empty'), 'teaches nothing');
      await looks_whole(page, problems, path);
      await shoot(page, picture_name(path, 'empty'));
    });
  }
  await close();
  fresh.close();
}

mock?.close();
console.log(failures.length === 0 ? `${visited.size} kinds of page, all well` : `${failures.length} failed: ${failures.join('; ')}`);
process.exit(failures.length === 0 ? 0 : 1);
