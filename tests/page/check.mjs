// The page in a real browser: node check.mjs URL ADMIN_TOKEN OUT_DIR. No dependency; speaks to Chromium over a pipe.
// Types the token, looks at what is there, presses a button by keyboard, takes two screenshots, and says what is wrong.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [url, token, out] = process.argv.slice(2);
const profile = mkdtempSync(join(tmpdir(), 'scimulate-page-'));
const browser = spawn(process.env.CHROMIUM ?? '/usr/bin/chromium', [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--remote-debugging-pipe', `--user-data-dir=${profile}`, 'about:blank',
], { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
const [, , , write, read] = browser.stdio;

let number = 0;
let rest = '';
const waiting = new Map();
const complaints = [];
read.on('data', (chunk) => {
  const parts = (rest + chunk).split('\0');
  rest = parts.pop();
  for (const message of parts.map((part) => JSON.parse(part))) {
    if (message.method === 'Runtime.exceptionThrown') complaints.push(`exception: ${JSON.stringify(message.params.exceptionDetails)}`);
    if (message.method === 'Log.entryAdded' && message.params.entry.level === 'error') complaints.push(`log: ${message.params.entry.text}`);
    if (message.method === 'Page.javascriptDialogOpening') complaints.push('a dialog of the browser opened: hostile text ran');
    waiting.get(message.id)?.(message);
    waiting.delete(message.id);
  }
});
let page;
const send = (method, params = {}) => new Promise((done, fail) => {
  number += 1;
  waiting.set(number, (m) => (m.error ? fail(new Error(`${method}: ${m.error.message}`)) : done(m.result)));
  write.write(`${JSON.stringify({ id: number, method, params, sessionId: page })}\0`);
});
const run = async (expression) => {
  const { result, exceptionDetails } = await send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
  if (exceptionDetails) throw new Error(`${expression}: ${exceptionDetails.text}`);
  return result.value;
};
const until = async (expression) => {
  for (let tries = 0; tries < 100; tries += 1) {
    if (await run(expression)) return;
    await new Promise((done) => { setTimeout(done, 100); });
  }
  throw new Error(`never true: ${expression}; status: ${await run("document.getElementById('status').textContent")}`);
};
const hold = (what, ok) => { if (!ok) complaints.push(what); };
const key = async (name, said) => {
  const code = { Enter: 13, Tab: 9, Escape: 27 }[name];
  await send('Input.dispatchKeyEvent', { type: 'keyDown', key: name, code: name, windowsVirtualKeyCode: code, text: said });
  await send('Input.dispatchKeyEvent', { type: 'keyUp', key: name, code: name, windowsVirtualKeyCode: code });
};
const shot = async (name, width, height) => {
  await send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: width < 600 });
  await run('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  const wide = await run('document.documentElement.scrollWidth');
  hold(`at ${width} px the page is ${wide} px wide`, wide <= width);
  const { data } = await send('Page.captureScreenshot', { format: 'png' });
  writeFileSync(join(out, name), Buffer.from(data, 'base64'));
};

async function check() {
  const { targetInfos } = await send('Target.getTargets');
  const { targetId } = targetInfos.find((info) => info.type === 'page');
  page = (await send('Target.attachToTarget', { targetId, flatten: true })).sessionId;
  for (const domain of ['Page', 'Runtime', 'Log']) await send(`${domain}.enable`);
  await send('Emulation.setDeviceMetricsOverride', { width: 1280, height: 900, deviceScaleFactor: 1, mobile: false });
  await send('Page.navigate', { url });
  await until("document.readyState === 'complete'");
  hold('the page shows data before anybody entered', await run("document.getElementById('main').hidden"));

  // Keyboard alone: to the field, the token, Enter.
  await run("document.getElementById('token').focus()");
  await send('Input.insertText', { text: token });
  await key('Enter', '\r');
  await until("!document.getElementById('main').hidden && document.querySelectorAll('#users li').length > 0");
  await until("document.querySelectorAll('#exchanges li').length > 0");
  hold('the address has the token', !(await run('location.href')).includes(token));
  hold('the token is kept', !(await run("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, history.state])")).includes(token));
  hold('the token is in the document', !(await run("document.documentElement.outerHTML + [...document.querySelectorAll('input')].map((i) => i.value)")).includes(token));

  // Hostile names are text: nothing of them became an element, and nothing ran.
  await run("document.querySelectorAll('#users details, #exchanges details').forEach((made) => { made.open = true; })");
  await until("document.querySelectorAll('#exchanges details > .inside').length === document.querySelectorAll('#exchanges details').length");
  hold('a hostile name became markup', (await run("document.querySelectorAll('main img, main script, main iframe, main svg').length")) === 0);
  hold('a hostile name ran', (await run('typeof window.hostile')) === 'undefined');
  hold('the hostile name is not shown as text', await run("document.getElementById('users').textContent.includes('<img src=x onerror=')"));
  hold('a password is shown', !(await run('document.body.textContent')).includes('hunter2'));
  hold('a token is shown', !(await run('document.body.textContent')).includes('Bearer '));

  // Every control has a name.
  const nameless = "[...document.querySelectorAll('button, input, select')].filter((c) => !(c.getAttribute('aria-label') || c.textContent.trim() || c.labels?.length)).length";
  hold('a control has no name', (await run(nameless)) === 0);

  // An action by keyboard.
  await run("document.querySelectorAll('details[open]').forEach((made) => { made.open = false; })");
  await run("[...document.querySelectorAll('#tenant-actions button')].find((b) => b.textContent === 'New local account').focus()");
  await key('Enter', '\r');
  await until("document.getElementById('dialog').open && document.activeElement.name === 'userName'");
  await send('Input.insertText', { text: 'root' });
  await key('Tab');
  await send('Input.insertText', { text: 'root@example.com' });
  await key('Enter', '\r');
  await until("!document.getElementById('dialog').open && document.getElementById('users').textContent.includes('root')");
  await run("[...document.querySelectorAll('#tenant-actions button')].find((b) => b.textContent === 'Issue a token').focus()");
  await key('Enter', '\r');
  await until("document.getElementById('dialog').open");
  await key('Escape');
  await until("!document.getElementById('dialog').open");

  await run("document.querySelector('#exchanges details').open = true; document.querySelector('#users details').open = true; document.activeElement.blur(); scrollTo(0, 0)");
  await shot('serve-page-desktop.png', 1280, 900);
  await shot('serve-page-phone.png', 375, 812);
  await send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: 'dark' }] });
  await shot('dark.png', 1280, 900);
  await run("document.getElementById('leave').click()");
  hold('something stays after leaving', (await run("document.querySelectorAll('main li').length")) === 0);
}

let code = 0;
const late = setTimeout(() => { console.error('the browser took too long'); browser.kill('SIGKILL'); process.exit(1); }, 60_000);
try {
  await check();
} catch (error) {
  complaints.push(String(error));
}
clearTimeout(late);
if (complaints.length > 0) {
  console.error(complaints.join('\n'));
  code = 1;
}
browser.kill();
await new Promise((done) => { browser.once('exit', done); });
rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
process.exit(code);
