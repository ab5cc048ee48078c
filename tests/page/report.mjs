// The HTML report in a real browser: node report.mjs FILE_URL OUT_DIR.
// Reads it without a script, opens a finding by keyboard, follows it to its scenario, searches, prints, and says what is wrong.
import { hold, key, run, send, shot, until, within } from './browser.mjs';

const [url, out] = process.argv.slice(2);
const counted = (selector) => run(`document.querySelectorAll(${JSON.stringify(selector)}).length`);
const shown = "[...document.querySelectorAll('#scenario-list > li')].filter((item) => !item.hidden).length";
await within(url, out, async () => {
  hold('no verdict', (await run("document.getElementById('verdict').textContent")).startsWith('NOT conformant'));
  hold('no finding', (await counted('#finding-list > li')) > 0);
  hold('no cause', (await counted('#cause-list > li')) > 0);
  const all = await counted('#scenario-list > li');
  hold('no scenario', all > 0);

  const topics = await run("JSON.stringify([...document.querySelectorAll('#topic-table tbody tr')].map((row) => [...row.cells].map((cell) => cell.textContent)))");
  hold(`the topics are ${topics}`, topics === JSON.stringify([['filter', '0', '61', ''], ['patch', '1', '67', '1']]));

  // A finding, by keyboard: its evidence, then its scenario.
  await run("document.querySelector('#finding-list summary').focus()");
  await key('Enter', '\r');
  await until("document.querySelector('#finding-list details[open] dl') !== null");
  hold('the change is missing', await run("document.querySelector('#finding-list dl').textContent.includes('change')"));
  await run("document.querySelector('#finding-list ul a').focus()");
  await key('Enter', '\r');
  await until("document.querySelector('#scenario-list details[open] .steps') !== null");

  // Everything open: hostile text is text.
  await run("document.querySelectorAll('details').forEach((made) => { made.open = true; })");
  hold('hostile text became markup', (await counted('img, iframe, object, main script, main style')) === 0);
  hold('hostile text ran', (await run('typeof window.hostile')) === 'undefined');
  hold('hostile text is not shown', await run("document.body.textContent.includes('<img src=x onerror=')"));
  hold('a difference has no colour', (await counted('pre.diff .gone')) > 0 && (await counted('pre.diff .new')) > 0);
  const nameless = "[...document.querySelectorAll('button, input, select')].filter((c) => !(c.getAttribute('aria-label') || c.textContent.trim() || c.labels?.length)).length";
  hold('a control has no name', (await run(nameless)) === 0);

  // Search, by keyboard.
  await run("document.querySelectorAll('details[open]').forEach((made) => { made.open = false; }); document.activeElement.blur()");
  await key('/', '/');
  await until("document.activeElement.id === 'search'");
  await send('Input.insertText', { text: 'nobody is called this' });
  await until(`${shown} === 0`);
  await key('Escape');
  await until(`${shown} === ${all}`);

  await run("document.querySelector('#finding-list details').open = true; scrollTo(0, 0)");
  await shot('report-desktop.png', 1280, 900);
  await shot('report-phone.png', 375, 812);
  hold('the page is wider than a phone', await run('document.documentElement.scrollWidth <= innerWidth'));
  await send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: 'dark' }] });
  await shot('report-dark.png', 1280, 900);
  await send('Emulation.setEmulatedMedia', { media: 'print', features: [] });
  hold('the search is printed', await run("getComputedStyle(document.getElementById('filter')).display === 'none'"));
});
