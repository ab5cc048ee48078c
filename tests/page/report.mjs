// The HTML report in a real browser: node report.mjs FILE_URL OUT_DIR.
// Opens a finding by keyboard, follows it to its scenario and exchange, filters, prints, and says what is wrong.
import { hold, key, run, send, shot, until, within } from './browser.mjs';

const [url, out] = process.argv.slice(2);
const counted = (selector) => run(`document.querySelectorAll(${JSON.stringify(selector)}).length`);
await within(url, out, async () => {
  hold('no verdict', (await run("document.getElementById('verdict').textContent")) === 'NOT conformant');
  hold('no finding', (await counted('#finding-list > li')) > 0);
  const all = await counted('#scenario-list > li');
  hold('no scenario', all > 0);

  const topics = await run("JSON.stringify([...document.querySelectorAll('#topic-table tbody tr')].map((row) => [...row.cells].map((cell) => cell.textContent)))");
  hold(`the topics are ${topics}`, topics === JSON.stringify([['filter', '0', '61', ''], ['patch', '1', '67', '1']]));

  // A finding, by keyboard: its evidence, then its scenario.
  await run("document.querySelector('#finding-list summary').focus()");
  await key('Enter', '\r');
  await until("document.querySelector('#finding-list details[open] dl') !== null");
  hold('the remedy is missing', await run("document.querySelector('#finding-list dl').textContent.includes('remedy')"));
  await run("document.querySelector('#finding-list .link').focus()");
  await key('Enter', '\r');
  await until("document.querySelector('#scenario-list details[open] .steps') !== null");
  hold('the scenario has no timeline', (await counted('#scenario-list svg.time rect')) > 0);
  await run("document.querySelectorAll('#scenario-list details[open] details').forEach((made) => { made.open = true; })");
  await until("document.querySelectorAll('#scenario-list details[open] details pre').length > 1");

  // Everything open: hostile text is text.
  await run("document.querySelectorAll('details').forEach((made) => { made.open = true; })");
  await until("[...document.querySelectorAll('#scenario-list > li > details')].every((made) => made.querySelector('.inside').childElementCount > 0)");
  await run("document.querySelectorAll('details').forEach((made) => { made.open = true; })");
  hold('hostile text became markup', (await counted('img, iframe, object, main script, main style')) === 0);
  hold('hostile text ran', (await run('typeof window.hostile')) === 'undefined');
  hold('hostile text is not shown', await run("document.body.textContent.includes('<img src=x onerror=')"));
  hold('a difference has no colour', (await counted('pre.diff .gone')) > 0 && (await counted('pre.diff .new')) > 0);
  const nameless = "[...document.querySelectorAll('button, input, select')].filter((c) => !(c.getAttribute('aria-label') || c.textContent.trim() || c.labels?.length)).length";
  hold('a control has no name', (await run(nameless)) === 0);

  // Filter and search, by keyboard.
  await run("document.querySelectorAll('details[open]').forEach((made) => { made.open = false; }); document.activeElement.blur()");
  await key('/', '/');
  await until("document.activeElement.id === 'search'");
  await send('Input.insertText', { text: 'nobody is called this' });
  await until("document.querySelectorAll('#scenario-list > li').length === 0");
  await key('Escape');
  await until(`document.querySelectorAll('#scenario-list > li').length === ${all}`);
  await run("const ending = document.getElementById('ending'); ending.value = 'failed'; ending.dispatchEvent(new Event('input'))");
  const failed = await counted('#scenario-list > li');
  hold('the filter does nothing', failed > 0 && failed < all);
  await run("const ending2 = document.getElementById('ending'); ending2.value = ''; ending2.dispatchEvent(new Event('input'))");

  await run("document.querySelector('#finding-list details').open = true; scrollTo(0, 0)");
  await shot('report-desktop.png', 1280, 900);
  await shot('report-phone.png', 375, 812);
  await send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: 'dark' }] });
  await shot('report-dark.png', 1280, 900);
  await send('Emulation.setEmulatedMedia', { media: 'print', features: [] });
  hold('the filter is printed', await run("getComputedStyle(document.getElementById('filter')).display === 'none'"));
});
